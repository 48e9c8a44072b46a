/** A map of a loss of two weights, with the path that each method takes down into the valley. */
import { html, render, svg } from "lit";
import { color, onTheme, rgb } from "../../draw/colors.js";
import { LOOKS } from "../../draw/curves.js";
import { axes, SIZE, scale } from "../../draw/marks.js";

/** Bands of depth; their borders are the contour lines. */
const BANDS = 14;

/** The map is painted with so many pixels a side, between those that are known. */
const FINE = 360;

/**
 * @param {ArrayLike<number>} field flat (n, n)
 * @param {number} n
 * @param {number} x column, not always whole
 * @param {number} y row
 */
function between(field, n, x, y) {
  const [i, k] = [Math.min(n - 2, Math.floor(x)), Math.min(n - 2, Math.floor(y))];
  const [right, up] = [x - i, y - k];
  const row = (/** @type {number} */ at) =>
    field[at * n + i] * (1 - right) + field[at * n + i + 1] * right;
  return row(k) * (1 - up) + row(k + 1) * up;
}

/**
 * @param {HTMLElement} el
 * @returns {(frame: any) => void}
 */
export function valley(el) {
  const canvas = document.createElement("canvas");
  canvas.className = "field";
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  /** @type {any} */
  let last = null;

  const draw = () => {
    if (!last) return;
    const { px, py } = scale(last.view, SIZE, SIZE);
    const names = last.names.split("|");
    const rows = last.history_step.length;
    render(
      html`<div class="canvas">${canvas}
        <svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="Map of the loss, lowest in the middle, with the paths of ${names.join(", ")}">
          ${axes(last)}
          ${names.map((/** @type {string} */ _, /** @type {number} */ i) => {
            const path = last.paths.subarray(2 * i * rows, 2 * (i + 1) * rows);
            let d = "";
            let end = [0, 0];
            for (let k = 0; k < path.length && Number.isFinite(path[k]); k += 2) {
              // Far outside of the map it need not be exact.
              end = [px(path[k]), py(path[k + 1])].map((at) => Math.min(2e3, Math.max(-2e3, at)));
              d += `${k ? "L" : "M"}${end[0].toFixed(1)},${end[1].toFixed(1)}`;
            }
            return svg`<g class="c${i % 8}"><path class="track" d=${d} stroke-dasharray=${LOOKS[i].dash?.join(" ") ?? "none"} />
              <circle class="head" cx=${end[0]} cy=${end[1]} r="7" /></g>`;
          })}
          <path class="cursor" d="M${px(0) - 9},${py(0)}h18M${px(0)},${py(0) - 9}v18" />
        </svg></div>
        <p class="hint">The stronger the shade, the lower; each border is a line of equal loss. All begin at the same place.</p>`,
      el,
    );
    paint();
  };

  /** @type {ArrayLike<number>} the field that is painted */
  let painted = [];

  const paint = () => {
    const field = last.field;
    const n = Math.round(Math.sqrt(field.length));
    if (!context || !n) return;
    // The map changes seldom.
    if (
      painted.length === field.length &&
      field.every((/** @type {number} */ v, /** @type {number} */ i) => v === painted[i])
    )
      return;
    painted = field;
    canvas.width = canvas.height = FINE;
    const image = context.createImageData(FINE, FINE);
    const [r, g, b] = rgb(color(el, "ink"));
    for (let row = 0; row < FINE; row++) {
      for (let column = 0; column < FINE; column++) {
        const depth = between(
          field,
          n,
          (column / (FINE - 1)) * (n - 1),
          (1 - row / (FINE - 1)) * (n - 1),
        );
        const band = Math.floor(depth * BANDS) / BANDS;
        image.data.set([r, g, b, 255 * 0.42 * (1 - band) ** 2], 4 * (row * FINE + column));
      }
    }
    context.putImageData(image, 0, 0);
  };

  onTheme(() => {
    painted = [];
    requestAnimationFrame(() => last && !el.hidden && draw());
  });

  return (frame) => {
    last = frame;
    draw();
  };
}
