/** What can be taken home: the network, the course of learning, the data, the picture. */
import { html, nothing } from "lit";
import { problemBox } from "../status.js";
import { keepBox } from "./keeping.js";

/**
 * @param {import("../element.js").PymlDemo} demo
 * @param {import("../acts.js").Acts} act
 */
export function savePanel(demo, act) {
  const problem = demo.problem?.about === "save" ? demo.problem : null;
  return html`
    <div class="row">
      ${demo.ready?.exports.map(
        ([kind, label]) => html`<button @click=${() => act.exportAs(kind)}>${label}</button>`,
      )}
      <button @click=${() => act.picture("png")}>Picture (PNG)</button>
      <button @click=${() => act.picture("svg")}>Picture (SVG)</button>
      <span role="status">${demo.done === "save" ? "Saved." : ""}</span>
    </div>
    ${problem ? problemBox(problem) : nothing}
    ${demo.ready && "open" in demo.ready.events ? keepBox(demo) : nothing}`;
}
