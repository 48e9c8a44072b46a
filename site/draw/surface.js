/** Around a picture whose points a visitor edits: the drawing surface, the brush and the help. */
import { html, nothing, svg } from "lit";
import { glyph } from "./marks.js";

/** @typedef {ReturnType<typeof import("./editing.js").editing>} Hand */

let made = 0;

/** @returns {string} an id that no other picture has */
export function unique() {
  made += 1;
  return `picture${made}`;
}

/**
 * @param {object} of
 * @param {string} of.id
 * @param {string} of.label what it is and what stands in it
 * @param {number} of.width
 * @param {number} of.height
 * @param {Hand|null} of.hand null: only to look at
 * @param {unknown} content
 */
export function surface({ id, label, width, height, hand }, content) {
  const box = `0 0 ${width} ${height}`;
  if (!hand) return html`<svg viewBox=${box} role="img" aria-label=${label}>${content}</svg>`;
  return html`<svg class="editable" viewBox=${box} tabindex="0" role="application" aria-label=${label}
    aria-describedby="${id}-help" @pointerdown=${hand.down} @pointermove=${hand.move}
    @pointerup=${hand.up} @pointercancel=${hand.cancel} @keydown=${hand.key} @contextmenu=${hand.menu}
    @blur=${hand.blur}>${content}</svg>`;
}

/**
 * @param {Hand} hand
 * @param {{px: (x: number) => number, py: (y: number) => number}} scale
 */
export function cursor({ cursor: at }, { px, py }) {
  return at
    ? svg`<path class="cursor" d="M${px(at[0]) - 16},${py(at[1])}h32M${px(at[0])},${py(at[1]) - 16}v32" />`
    : nothing;
}

/**
 * What a click does, and how else points are edited.
 * @param {object} of
 * @param {string} of.id
 * @param {Hand} of.hand
 * @param {string[]} of.names of the classes; one alone is not named
 * @param {string} of.where what is clicked into
 * @param {(name: string, args?: object) => void} of.send
 * @param {() => void} of.draw
 */
export function brush({ id, hand, names, where, send, draw }) {
  const choice = (/** @type {number|"delete"} */ value, /** @type {unknown} */ text) => html`
    <label><input type="radio" name=${id} .checked=${hand.brush === value}
      @change=${() => {
        hand.brush = value;
        draw();
      }} />${text}</label>`;
  const other = names.length > 2 ? "the next class" : "the other class";
  return html`
    <div class="brush" role="radiogroup" aria-label="A click in the ${where}">
      <span aria-hidden="true">A click</span>
      ${names.map((name, i) => choice(i, html`${glyph(i)} adds ${names.length > 1 ? name : "a point"}`))}
      ${choice("delete", html`<i class="cross"></i> deletes`)}
      <button class="quiet" @click=${() => send("clear")}>Clear points</button>
    </div>
    <details class="help"><summary>Mouse and keys</summary><p id="${id}-help">
      Click to add a point, drag to move it; right-click or Alt-click deletes${names.length > 1 ? `, Shift-click adds ${other}` : ""}.
      With the ${where} in focus, arrow keys move a cross (Shift: finely), Enter adds a point,
      Space picks one up and puts it down, Delete removes it.</p></details>
    <p class="visually-hidden" aria-live="polite">${hand.said}</p>`;
}
