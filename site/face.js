/** What a `<pyml-demo>` looks like: the widgets around the pictures, which its view draws itself. */
import { html, nothing } from "lit";
import { codePanel } from "./code.js";
import { panel } from "./controls.js";
import { keepKeys } from "./keys.js";
import { engineLine, noteBox, statusLine } from "./status.js";
import { transport } from "./transport.js";

/**
 * @param {import("./element.js").PymlDemo} demo
 * @param {boolean} on whether it runs as far as the visitor is concerned
 * @param {object} act
 * @param {() => void} act.play
 * @param {() => void} act.step
 * @param {() => void} act.reset
 * @param {() => void} act.reseed
 * @param {(name: string, value: any) => void} act.set
 * @param {(text: string) => void} act.runCode
 * @param {() => void} act.dismiss
 * @param {() => void} act.restart
 */
export function face(demo, on, act) {
  const { health, problem, values } = demo;
  const shows = (/** @type {string} */ name) => !demo.hidden_.includes(name);
  /** @type {import("./controls.js").Control[]} */
  const controls = demo.ready?.controls ?? [];
  const idle = !demo.ready || health.phase !== "up";
  const speeds = controls.find((c) => c.name === "speed")?.choices;
  return html`
    <div class="demo" part="demo" @keydown=${keepKeys}>
      ${
        shows("transport")
          ? transport(
              {
                idle,
                on,
                steps: demo.steps,
                seed: demo.seed,
                speed: values.speed,
                speeds: (shows("speed") && speeds) || null,
                seeds: shows("seed"),
              },
              { ...act, speed: (value) => act.set("speed", value) },
            )
          : nothing
      }
      ${statusLine(health, problem, demo.status === "loading", demo.verdict, act.restart)}
      ${noteBox(demo.notes, act.dismiss)}
      <p class="visually-hidden" role="status">${demo.spoken}</p>
      <div class="view" ?hidden=${!demo.drawn} ?inert=${idle}></div>
      <div class="waiting" ?hidden=${demo.drawn}><slot></slot></div>
      <div class="panel" aria-label="Settings" role="group" ?inert=${idle}>
        ${panel(
          controls.filter((c) => c.name !== "speed"),
          values,
          demo.hidden_,
          act.set,
        )}
      </div>
      ${controls
        .filter((c) => c.kind === "code" && shows(c.name))
        .map((c) =>
          codePanel(
            c,
            values[c.name],
            demo.offered,
            demo.printed,
            problem?.code ? problem : null,
            act.runCode,
          ),
        )}
      ${engineLine(demo.backend)}
    </div>`;
}
