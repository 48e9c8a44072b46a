/** The panels of a demo: a row of buttons, and below it the one panel that is open. */
import { html, nothing } from "lit";
import { codePanel } from "./code.js";
import { dataPanel } from "./data.js";
import { numbersPanel } from "./numbers.js";
import { savePanel } from "./save.js";
import { sharePanel } from "./share.js";
import { PANELS, panelsOf } from "./which.js";

/** @typedef {import("../element.js").PymlDemo} PymlDemo */
/** @typedef {import("../acts.js").Acts} Acts */

/** @type {Record<string, (demo: PymlDemo, act: Acts) => unknown>} */
const CONTENT = {
  code: codePanel,
  numbers: numbersPanel,
  table: dataPanel,
  save: savePanel,
  share: sharePanel,
};

/**
 * @param {PymlDemo} demo
 * @param {Acts} act
 * @param {boolean} idle
 */
export function tools(demo, act, idle) {
  const names = panelsOf(demo.ready, demo.hidden_);
  const open = names.includes(demo.panel) ? demo.panel : "";
  return html`<div class="tools">
    <div class="row" role="group" aria-label="Panels">
      ${names.map((name) =>
        name === "fullscreen"
          ? html`<button aria-pressed=${demo.projector ? "true" : "false"} @click=${act.fullscreen}>Full screen</button>`
          : html`<button aria-expanded=${open === name ? "true" : "false"} aria-controls=${open === name ? "tool" : nothing}
              @click=${() => act.toggle(name)}>${PANELS[name]}</button>`,
      )}
    </div>
    ${
      open
        ? html`<section class="tool ${open}" id="tool" aria-label=${PANELS[open]} ?inert=${idle && open !== "code"}>
            ${CONTENT[open](demo, act)}</section>`
        : nothing
    }
  </div>`;
}
