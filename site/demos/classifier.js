/** The classifier: the plane, the layers that bend it, and the bent plane as one of them sees it. */
import { html, render } from "lit";
import { format } from "../controls.js";
import { asked } from "../draw/asked.js";
import { curves } from "../draw/curves.js";
import { parts } from "../draw/parts.js";
import { plane } from "../draw/plane.js";
import { sheet } from "../draw/sheet.js";
import { warp } from "../draw/warp.js";
import css from "./classifier/classifier.css" with { type: "text" };
import { tiles } from "./classifier/tiles.js";

const wear = sheet(css);

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send
 */
export default function mount(el, send) {
  wear(el);
  const [planeEl, numbers, curvesEl] = parts(el, "plane", "numbers inside", "history");
  const [layersEl, tilesEl, pairEl, warpEl, wordsEl] = parts(
    numbers,
    "layers",
    "tiles",
    "pair",
    "bent",
    "words",
  );
  const drawPlane = plane(planeEl, send);
  const drawTiles = tiles(tilesEl, (unit) => send("look", { unit }));
  const drawWarp = warp(warpEl);
  /** @type {ReturnType<typeof asked<number[]>>} */
  const wish = asked();
  const drawCurves = curves(curvesEl, "Loss and accuracy over the steps", [
    { label: "loss", color: "line", range: null },
    { label: "accuracy", color: "good", range: [0, 1.02], dash: [6, 4] },
  ]);

  return (/** @type {any} */ frame) => {
    drawPlane(frame);
    drawTiles(frame);
    drawCurves(
      frame.history_step,
      [frame.history_loss, frame.history_accuracy],
      [frame.loss, frame.accuracy],
    );
    const [first, second] = frame.pair;
    render(layers(frame, send), layersEl);
    render(pair(frame, wish, send), pairEl);
    drawWarp({
      ...frame,
      points: frame.seen,
      line: frame.divide,
      x_label: `unit ${first + 1}`,
      y_label: frame.units > 1 ? `unit ${second + 1}` : "",
    });
    render(words(frame), wordsEl);
  };
}

/** @param {any} frame @param {(name: string, args?: object) => void} send */
function layers(frame, send) {
  return html`<h2>Inside the network</h2>
    <div class="choice" role="group" aria-label="Layer to look into">${frame.layer_names
      .split("|")
      .map(
        (/** @type {string} */ name, /** @type {number} */ index) =>
          html`<button aria-pressed=${index === frame.layer} @click=${() => send("layer", { index })}>${name}</button>`,
      )}</div>`;
}

/**
 * @param {any} frame
 * @param {ReturnType<typeof asked<number[]>>} wish the two units that were asked for last
 * @param {(name: string, args?: object) => void} send
 */
function pair(frame, wish, send) {
  if (frame.units < 3) return html`<p class="hint">The plane as this layer sees it:</p>`;
  /** @param {number} axis @param {number} unit */
  const choose = (axis, unit) => {
    const [first, second] = wish.ask(wish.now(frame.pair).with(axis, unit));
    send("units", { first, second });
  };
  const choice = (
    /** @type {string} */ label,
    /** @type {number} */ axis,
  ) => html`<label>${label} <select @change=${(/** @type {any} */ e) => choose(axis, Number(e.target.value))}>
      ${Array.from({ length: frame.units }, (_, unit) => html`<option value=${unit} .selected=${unit === frame.pair[axis]}>unit ${unit + 1}</option>`)}
    </select></label>`;
  return html`<p class="hint">The plane as this layer sees it:</p>
    ${choice("across", 0)} ${choice("up", 1)}`;
}

/** @param {any} frame */
function words(frame) {
  return html`<p class="hint">${frame.parameters} weights. Loss ${format(frame.loss)}, and
    ${format(frame.l2_loss)} for the size of the weights; ${format(100 * frame.accuracy)} % of the points right.</p>`;
}
