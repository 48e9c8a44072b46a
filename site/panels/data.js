/** The visitor's own data: a table that is pasted, dropped or chosen, and the points as a file. */
import { html, nothing } from "lit";
import { problemBox } from "../status.js";

/**
 * @param {import("../element.js").PymlDemo} demo
 * @param {import("../acts.js").Acts} act
 */
export function dataPanel(demo, act) {
  const problem = demo.problem?.about === "data" ? demo.problem : null;
  const download = demo.ready?.exports.find(([kind]) => kind === "data");
  return html`
    <label for="table">Your own table</label>
    <p class="hint" id="columns">${demo.ready?.table}</p>
    <textarea id="table" rows="7" spellcheck="false" aria-describedby="columns" .value=${demo.table}
      @input=${(/** @type {any} */ e) => act.typeTable(e.target.value)}></textarea>
    <div class="row">
      <button class="main" @click=${() => act.table(demo.table)}>Use it</button>
      <label class="file">or choose a file
        <input type="file" accept=".csv,.tsv,.txt,text/*" @change=${(/** @type {any} */ e) => {
          act.file(e.target.files[0]);
          e.target.value = "";
        }} /></label>
      <span class="hint">or drop one anywhere onto the demo.</span>
      <span role="status">${demo.done === "data" ? "Used." : ""}</span>
    </div>
    ${problem ? problemBox(problem) : nothing}
    ${
      download
        ? html`<div class="row"><button @click=${() => act.exportAs("data")}>Download the data (CSV)</button></div>`
        : nothing
    }`;
}
