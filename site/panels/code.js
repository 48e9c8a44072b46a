/** The Python of a demo, to read, change and run. */
import { html, nothing } from "lit";
import { problemBox } from "../status.js";
import "./editor.js";

/**
 * @param {import("../element.js").PymlDemo} demo
 * @param {import("../acts.js").Acts} act
 */
export function codePanel(demo, act) {
  const control = demo.ready?.controls.find((c) => c.kind === "code");
  if (!control) return nothing;
  const runs = demo.values[control.name] || demo.program;
  const text = demo.draft ?? runs;
  const problem = demo.problem?.about === "code" ? demo.problem : null;
  const idle = demo.health.phase !== "up";
  const own = text !== demo.program;
  return html`
    ${
      demo.offered === null
        ? nothing
        : html`<p class="hint">This code came with the link. Read it; it runs only when you press Run.</p>`
    }
    <pyml-editor .label=${`Python code: ${control.label}`} .value=${text} .mistake=${problem}
      @edit=${(/** @type {CustomEvent} */ e) => act.edit(e.detail)}
      @run=${(/** @type {CustomEvent} */ e) => idle || act.runCode(e.detail)}></pyml-editor>
    <div class="row">
      <button class="main" ?disabled=${idle} @click=${() => act.runCode(text)}>Run</button>
      <button ?disabled=${idle || !own} @click=${() => act.runCode("")}>Original code</button>
      <span class="hint" role="status">${state(demo, text, runs)}</span>
    </div>
    ${problem ? problemBox(problem) : nothing}
    ${
      demo.printed
        ? html`<pre class="printed" tabindex="0" role="log" aria-label="Printed">${demo.printed}</pre>`
        : nothing
    }`;
}

/**
 * Where the text stands to what runs.
 * @param {import("../element.js").PymlDemo} demo
 * @param {string} text
 * @param {string} runs
 */
function state(demo, text, runs) {
  if (demo.offered !== null || demo.problem?.about === "code") return "";
  if (text !== runs) return "Changed; not run yet.";
  if (demo.done === "code") return "Runs now.";
  return text === demo.program ? "This runs now; the settings write it." : "Your code runs now.";
}
