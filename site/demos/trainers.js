/** Trainers: the same race in as many small planes, or as paths on the map of a valley. */
import { html, nothing, render } from "lit";
import { format } from "../controls.js";
import { curves, LOOKS } from "../draw/curves.js";
import { parts } from "../draw/parts.js";
import { plane } from "../draw/plane.js";
import { sheet } from "../draw/sheet.js";
import css from "./trainers/trainers.css" with { type: "text" };
import { valley } from "./trainers/valley.js";

const wear = sheet(css);
/** So many planes are drawn for one frame while all are moving. */
const AT_ONCE = 2;

/** @typedef {import("../draw/curves.js").Series} Series */

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send
 */
export default function mount(el, send) {
  wear(el);
  const [picturesEl, numbers, curvesEl] = parts(el, "plane race", "numbers", "history");
  const [planesEl, valleyEl] = parts(picturesEl, "planes", "map");
  const drawValley = valley(valleyEl);
  /** @type {Series[]} */
  let series = [];
  /** @type {ReturnType<typeof curves>|null} */
  let drawCurves = null;
  /** @type {{el: HTMLElement, name: HTMLElement, draw: ReturnType<typeof plane>}[]} */
  let planes = [];
  let turn = 0;
  let methods = "";

  const build = (/** @type {any} */ frame) => {
    methods = frame.methods;
    const names = frame.names.split("|");
    series = names.map((/** @type {string} */ label, /** @type {number} */ i) => ({
      ...LOOKS[i],
      label,
      range: null,
      scale: "loss",
    }));
    planes = names.map((/** @type {string} */ label) => {
      const [figure] = parts(planesEl, "one");
      const [name, picture] = parts(figure, "method", "picture");
      name.textContent = label;
      return {
        el: figure,
        name,
        draw: plane(picture, send, { editable: false, small: true, label }),
      };
    });
    planesEl.replaceChildren(...planes.map((one) => one.el));
    drawCurves ??= curves(curvesEl, "Loss of each method over the steps", series, {
      log: true,
      height: 220,
      ends: true,
    });
  };

  return (/** @type {any} */ frame) => {
    const changed = frame.methods !== methods;
    if (changed) build(frame);
    const inValley = frame.problem === "valley";
    planesEl.hidden = inValley;
    valleyEl.hidden = !inValley;
    if (inValley) drawValley(frame);
    else {
      const all = changed || !frame.running;
      const count = all ? planes.length : AT_ONCE;
      for (let i = 0; i < count; i++) one(planes, turn++ % planes.length, frame);
    }
    const n = frame.history_step.length;
    drawCurves?.(
      frame.history_step,
      series.map((_, i) => gaps(frame.history_loss.subarray(i * n, (i + 1) * n))),
      Array.from(frame.losses),
      series,
    );
    render(table(frame), numbers);
  };
}

/** @param {{el: HTMLElement, draw: (frame: any) => void}[]} planes @param {number} i @param {any} frame */
function one(planes, i, frame) {
  const size = frame.field.length / planes.length;
  // Drawn in turn, each would ring another point.
  planes[i].draw({
    ...frame,
    example: -1,
    field: frame.field.subarray(i * size, (i + 1) * size),
  });
  planes[i].el.classList.toggle("stopped", frame.stopped[i] >= 0);
}

/** What was stopped has no loss. @param {Float32Array} losses @returns {any} */
function gaps(losses) {
  return Array.from(losses, (loss) => (Number.isFinite(loss) ? loss : null));
}

/** @param {any} frame */
function table(frame) {
  const inValley = frame.problem === "valley";
  const names = frame.names.split("|");
  const at = (/** @type {number} */ i) => {
    if (frame.stopped[i] >= 0) return html`<td class="lost">lost at ${frame.stopped[i]}</td>`;
    return html`<td>${frame.arrived[i] < 0 ? "–" : frame.arrived[i]}</td>`;
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="The methods in numbers"><table class="methods">
    <thead><tr><th scope="col">method</th><th scope="col">rate</th><th scope="col">loss</th>
      ${inValley ? nothing : html`<th scope="col">right</th>`}<th scope="col">95 % at</th></tr></thead>
    <tbody>${names.map(
      (/** @type {string} */ name, /** @type {number} */ i) => html`<tr>
        <th scope="row"><i class="dot c${i}" aria-hidden="true"></i>${name}</th>
        <td>${format(frame.rates[i])}</td><td>${format(frame.losses[i])}</td>
        ${inValley ? nothing : html`<td>${format(100 * frame.shares[i])} %</td>`}${at(i)}</tr>`,
    )}</tbody></table></div>
    <p class="hint">${
      inValley
        ? "95 % at: the step at which so much of the loss at the start was gone."
        : "95 % at: the step at which so many points were right. All have the same network, start and points."
    }</p>`;
}
