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
 * @property {boolean} [widget] false: the demo's view has one of its own
 */

/** A slider moves in this many steps between the ends of a logarithmic range. */
const LOG_STEPS = 100;

/** @type {Record<string, (c: Control, value: any, set: (value: any) => void, fixed: boolean) => unknown>} */
const widgets = {
  choice: (c, value, set, fixed) => html`
    <select id=${c.name} ?disabled=${fixed} @change=${(/** @type {any} */ e) => set(e.target.value)}>
      ${options(c.choices ?? [], value)}
    </select>`,

  slider: (c, value, set, fixed) => {
    const { min = 0, max = 1, step = 0.01 } = c;
    const ratio = c.log ? Math.log(max / min) : 1;
    const position = c.log ? (LOG_STEPS * Math.log(value / min)) / ratio : value;
    const read = (/** @type {number} */ at) =>
      c.log ? Number((min * Math.exp((at / LOG_STEPS) * ratio)).toPrecision(2)) : at;
    return html`
      <span class="range">
        <input id=${c.name} type="range" ?disabled=${fixed}
          min=${c.log ? 0 : min} max=${c.log ? LOG_STEPS : max} step=${c.log ? 1 : step}
          .value=${String(position)} aria-valuetext=${format(value)}
          @input=${(/** @type {any} */ e) => set(read(Number(e.target.value)))} />
        <output for=${c.name}>${format(value)}</output>
      </span>`;
  },

  number: (c, value, set, fixed) => html`
    <input id=${c.name} type="number" min=${c.min} max=${c.max} step=${c.step} .value=${String(value)}
      ?disabled=${fixed} @change=${(/** @type {any} */ e) => set(e.target.value)} />`,

  toggle: (c, value, set, fixed) => html`
    <input id=${c.name} type="checkbox" .checked=${Boolean(value)}
      ?disabled=${fixed} @change=${(/** @type {any} */ e) => set(e.target.checked)} />`,

  sizes: (c, value, set, fixed) => html`
    <input id=${c.name} class="sizes" type="text" inputmode="text" autocomplete="off" spellcheck="false"
      title=${c.help} .value=${String(value)} ?disabled=${fixed}
      @change=${(/** @type {any} */ e) => set(e.target.value)} />`,

  several: (c, value, set, fixed) => {
    const chosen = String(value).split(",");
    // Of the boxes as they are now: the value may not know of the last click yet.
    const checked = (/** @type {Element} */ box) =>
      Array.from(box.closest(".several")?.querySelectorAll("input:checked") ?? [], (other) =>
        other.getAttribute("value"),
      );
    return html`
      <span class="several" role="group" aria-label=${c.label}>${c.choices?.map(
        (
          [key, text],
          i,
        ) => html`<label><input id=${i ? nothing : c.name} type="checkbox" value=${key} .checked=${chosen.includes(key)}
          ?disabled=${fixed} @change=${(/** @type {any} */ e) => set(checked(e.target).join(","))} />${text}</label>`,
      )}</span>`;
  },
};

/**
 * All visible widgets of a demo.
 * @param {Control[]} controls
 * @param {Record<string, any>} values
 * @param {string[]} hidden
 * @param {string[]} coded those that the visitor's code decides
 * @param {(name: string, value: any) => void} set
 */
export function panel(controls, values, hidden, coded, set) {
  return controls
    .filter((c) => hasWidget(c) && !hidden.includes(c.name))
    .filter(({ when }) => !when || when[1].includes(values[when[0]]))
    .map((c) => {
      const fixed = coded.includes(c.name);
      return html`
        <div class="control">
          <label for=${c.name} title=${c.help || nothing}>${c.label}${
            fixed ? html`<small> set in the code</small>` : nothing
          }</label>
          ${widgets[c.kind](c, values[c.name], (value) => set(c.name, value), fixed)}
        </div>`;
    });
}

/** @param {Control} c */
export function hasWidget(c) {
  return c.widget !== false && Object.hasOwn(widgets, c.kind);
}

/**
 * Settings that somebody has put together, to begin with.
 * @param {[string, string][]} known
 * @param {string} now the preset that all settings equal, or ""
 * @param {(name: string) => void} choose
 */
export function presets(known, now, choose) {
  if (!known.length) return nothing;
  return html`
    <div class="control">
      <label for="preset">Preset</label>
      <select id="preset" @change=${(/** @type {any} */ e) => choose(e.target.value)}>
        <option value="" disabled .selected=${now === ""}>your own settings</option>
        ${options(known, now)}
      </select>
    </div>`;
}

/** @param {[string, string][]} choices @param {any} value */
function options(choices, value) {
  return choices.map(
    ([key, text]) => html`<option value=${key} .selected=${key === value}>${text}</option>`,
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
