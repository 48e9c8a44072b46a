/** What a `<pyml-demo>` looks like: the widgets around the pictures, which its view draws itself. */
import { html, nothing } from "lit";
import { panel, presets } from "./controls.js";
import { keepKeys } from "./keys.js";
import { keepNote } from "./panels/keeping.js";
import { tools } from "./panels/tools.js";
import { engineLine, noteBox, statusLine } from "./status.js";
import { transport } from "./transport.js";

/**
 * @param {import("./element.js").PymlDemo} demo
 * @param {import("./acts.js").Acts} act
 */
export function face(demo, act) {
  const { health, ready, values } = demo;
  const shows = (/** @type {string} */ name) => !demo.hidden_.includes(name);
  const controls = ready?.controls ?? [];
  const idle = !ready || health.phase !== "up";
  const speeds = controls.find((c) => c.name === "speed")?.choices;
  return html`
    <div class="demo ${demo.dropping ? "dropping" : ""}" part="demo" @keydown=${keepKeys}
      @dragover=${act.dragOver} @dragleave=${act.dragLeave} @drop=${act.drop}>
      ${
        shows("transport")
          ? transport(
              {
                idle,
                on: demo.on(),
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
      ${statusLine(demo, act.restart)}
      ${noteBox(demo.notes, act.dismiss, keepNote(demo))}
      <p class="visually-hidden" role="status">${demo.spoken}</p>
      <div class="view" ?hidden=${!demo.drawn} ?inert=${idle}></div>
      <div class="waiting" ?hidden=${demo.drawn}><slot></slot></div>
      <div class="panel" aria-label="Settings" role="group" ?inert=${idle}>
        ${ready && shows("preset") ? presets(ready.presets, demo.preset, act.choosePreset) : nothing}
        ${panel(
          controls.filter((c) => c.name !== "speed"),
          values,
          demo.hidden_,
          demo.coded,
          act.set,
        )}
      </div>
      ${tools(demo, act, idle)}
      ${engineLine(demo.backend)}
    </div>`;
}
