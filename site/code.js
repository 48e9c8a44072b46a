/** The Python of a demo, to read, change and run. */
import { html, nothing } from "lit";
import { problemBox } from "./status.js";

/**
 * @param {import("./controls.js").Control} control
 * @param {string} text the code that runs now
 * @param {string|null} offered code that came by a link and was not run
 * @param {string} printed
 * @param {import("./status.js").Problem|null} problem what went wrong when it was last run
 * @param {(text: string) => void} run
 */
export function codePanel(control, text, offered, printed, problem, run) {
  const editor = (/** @type {any} */ event) =>
    event.target.closest("details").querySelector("textarea");
  return html`
    <details class="code" ?open=${offered !== null}>
      <summary>Code: ${control.label}</summary>
      ${
        offered === null
          ? nothing
          : html`<p class="hint">This code came with the link. Read it; it runs only when you press Run.</p>`
      }
      <textarea spellcheck="false" autocapitalize="off" rows="14" aria-label="Python code: ${control.label}"
        .value=${offered ?? text}></textarea>
      <div class="row">
        <button @click=${(/** @type {Event} */ e) => run(editor(e).value)}>Run</button>
        <button class="quiet" @click=${(/** @type {Event} */ e) => {
          editor(e).value = control.default;
          run(control.default);
        }}>Original code</button>
      </div>
      ${problem ? problemBox(problem) : nothing}
      ${printed ? html`<pre class="printed" tabindex="0" role="log" aria-label="Printed">${printed}</pre>` : nothing}
    </details>`;
}
