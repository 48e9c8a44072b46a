/** The demo as it is now, as a link and as a frame for another page. */
import { html } from "lit";
import { hasWidget } from "../controls.js";
import { PANELS, PARTS, panelsOf } from "./which.js";

/**
 * @typedef {object} Share
 * @property {string[]|null} hide what the link hides; null: what is hidden here
 * @property {""|"0"|"1"} play whether the link starts at rest, running, or as this page did
 * @property {number} height of the demo, in px
 * @property {string} told what became of the last copy
 */

/**
 * What a link can hide, with a name for each.
 * @param {import("../element.js").PymlDemo["ready"]} ready
 * @returns {[string, string][]}
 */
function hideable(ready) {
  const controls = (ready?.controls ?? []).filter((c) => hasWidget(c) && c.name !== "speed");
  const labels = new Set(controls.map((c) => c.label));
  const names = new Map([
    ...Object.entries(PARTS).filter(([name]) => name !== "preset" || ready?.presets.length),
    ...panelsOf(ready, []).map(
      (name) =>
        /** @type {[string, string]} */ ([
          name,
          // A setting may be called the same.
          labels.has(PANELS[name]) ? `${PANELS[name]} (panel)` : PANELS[name],
        ]),
    ),
    ...controls.map((c) => /** @type {[string, string]} */ ([c.name, c.label])),
  ]);
  return [...names];
}

/** @param {import("../element.js").PymlDemo} demo */
export function sharePanel(demo) {
  const { share } = demo;
  const hidden = share.hide ?? demo.hidden_;
  const change = (/** @type {Partial<Share>} */ part) => {
    demo.share = { ...share, told: "", ...part };
  };
  const hash = demo.hash(hidden, share.play === "" ? demo.autoplay : share.play === "1");
  const link = `${demo.home}${hash}`;
  const frame = embedCode(`${demo.home}?embed=1${hash}`, demo.heading, share.height);
  const copy = async (/** @type {Event} */ event, /** @type {string} */ what) => {
    const button = /** @type {HTMLElement} */ (event.currentTarget);
    const field = /** @type {HTMLInputElement|HTMLTextAreaElement} */ (
      button.parentElement?.querySelector("input, textarea")
    );
    try {
      await navigator.clipboard.writeText(field.value);
      change({ told: `${what} copied.` });
    } catch {
      field.focus();
      field.select();
      change({
        told: "Copying was not allowed here. The text is selected: copy it with Ctrl+C or ⌘ C.",
      });
    }
  };
  const toggle = (/** @type {string} */ name, /** @type {boolean} */ on) =>
    change({ hide: on ? [...hidden, name] : hidden.filter((other) => other !== name) });
  return html`
    <div class="copy">
      <label for="link">Link to the demo as it is now</label>
      <input id="link" readonly .value=${link} />
      <button class="main" @click=${(/** @type {Event} */ e) => copy(e, "Link")}>Copy link</button>
    </div>
    <div class="copy">
      <label for="frame">Code that puts it into another page</label>
      <textarea id="frame" rows="3" readonly .value=${frame}></textarea>
      <button @click=${(/** @type {Event} */ e) => copy(e, "Embed code")}>Copy embed code</button>
    </div>
    <p role="status">${share.told}</p>
    <div class="row"><label for="starts">It starts</label>
    <select id="starts" @change=${(/** @type {any} */ e) => change({ play: e.target.value })}>
      <option value="" .selected=${share.play === ""}>as this page did</option>
      <option value="1" .selected=${share.play === "1"}>running</option>
      <option value="0" .selected=${share.play === "0"}>at rest</option>
    </select></div>
    <fieldset>
      <legend>Leave out</legend>
      ${hideable(demo.ready).map(
        ([name, title]) => html`<label><input type="checkbox" .checked=${hidden.includes(name)}
          @change=${(/** @type {any} */ e) => toggle(name, e.target.checked)} />${title}</label>`,
      )}
    </fieldset>`;
}

/**
 * @param {string} address
 * @param {string} title
 * @param {number} height in px, as it is on this page
 */
export function embedCode(address, title, height) {
  const quoted = (/** @type {string} */ text) =>
    text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  return `<iframe src="${quoted(address)}" title="${quoted(title)}" width="100%" height="${Math.ceil(height + 20)}" loading="lazy" allow="fullscreen; clipboard-write"></iframe>`;
}
