/**
 * Widgets, made from the control table that Python sends. One function per kind; a kind without a
 * function (points) has no widget.
 */
import { html, nothing } from "lit";

/**
 * @typedef {object} Control
 * @property {string} name
 * @property {"choice"|"slider"|"number"|"toggle"|"code"|"points"} kind
 * @property {string} label
 * @property {string} help
 * @property {any} default
 * @property {boolean} live applied while it trains; otherwise the demo starts again
 * @property {[string, any[]]|null} when shown only while that control has one of these values
 * @property {[string, string][]} [choices]
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [step]
 * @property {boolean} [log]
 */

/** A slider moves in this many steps between the ends of a logarithmic range. */
const LOG_STEPS = 100;

/** @type {Record<string, (c: Control, value: any, set: (value: any) => void) => unknown>} */
const widgets = {
  choice: (c, value, set) => html`
    <select id=${c.name} @change=${(/** @type {any} */ e) => set(e.target.value)}>
      ${c.choices?.map(
        ([key, text]) => html`<option value=${key} .selected=${key === value}>${text}</option>`,
      )}
    </select>`,

  slider: (c, value, set) => {
    const { min = 0, max = 1, step = 0.01 } = c;
    const ratio = c.log ? Math.log(max / min) : 1;
    const position = c.log ? (LOG_STEPS * Math.log(value / min)) / ratio : value;
    const read = (/** @type {number} */ at) =>
      c.log ? Number((min * Math.exp((at / LOG_STEPS) * ratio)).toPrecision(2)) : at;
    return html`
      <span class="range">
        <input id=${c.name} type="range"
          min=${c.log ? 0 : min} max=${c.log ? LOG_STEPS : max} step=${c.log ? 1 : step}
          .value=${String(position)} aria-valuetext=${format(value)}
          @input=${(/** @type {any} */ e) => set(read(Number(e.target.value)))} />
        <output for=${c.name}>${format(value)}</output>
      </span>`;
  },

  number: (c, value, set) => html`
    <input id=${c.name} type="number" min=${c.min} max=${c.max} step=${c.step} .value=${String(value)}
      @change=${(/** @type {any} */ e) => set(e.target.value)} />`,

  toggle: (c, value, set) => html`
    <input id=${c.name} type="checkbox" .checked=${Boolean(value)}
      @change=${(/** @type {any} */ e) => set(e.target.checked)} />`,
};

/**
 * All visible widgets of a demo.
 * @param {Control[]} controls
 * @param {Record<string, any>} values
 * @param {string[]} hidden
 * @param {(name: string, value: any) => void} set
 */
export function panel(controls, values, hidden, set) {
  return controls
    .filter((c) => c.kind in widgets && !hidden.includes(c.name))
    .filter(({ when }) => !when || when[1].includes(values[when[0]]))
    .map(
      (c) => html`
        <div class="control">
          <label for=${c.name} title=${c.help || nothing}>${c.label}</label>
          ${widgets[c.kind](c, values[c.name], (value) => set(c.name, value))}
        </div>`,
    );
}

/**
 * @param {number} value
 * @returns {string} at most three significant digits, with a real minus sign
 */
export function format(value) {
  if (!Number.isFinite(value)) return "–";
  const text = Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}
