/** What stands in the plane: marks for points, axes, ticks. All in the SVG's own units. */
import { nothing, svg } from "lit";
import { format } from "../controls.js";

/** The plane is a square of this size. */
export const SIZE = 500;

/** Few points are drawn larger than many. */
const FEW = 24;

/**
 * A circle or a square, so that colour is never the only code; with a cross when predicted wrong.
 * @param {number} label
 * @param {number} x
 * @param {number} y
 * @param {{wrong: boolean, current: boolean, count: number}} how
 */
export function mark(label, x, y, { wrong, current, count }) {
  const r = count <= FEW ? 11 : 7.5;
  const side = r * 0.88;
  const arm = r * 0.5;
  const shape = label
    ? svg`<rect x=${x - side} y=${y - side} width=${2 * side} height=${2 * side} />`
    : svg`<circle cx=${x} cy=${y} r=${r} />`;
  return svg`<g class="point c${label} ${wrong ? "wrong" : ""}">
    ${current ? svg`<circle class="ring" cx=${x} cy=${y} r=${2 * r} />` : nothing}
    ${shape}
    ${wrong ? svg`<path d="M${x - arm},${y - arm}l${2 * arm},${2 * arm}m0,${-2 * arm}l${-2 * arm},${2 * arm}" />` : nothing}
  </g>`;
}

/**
 * Ticks and names of the two axes, on the edges of the plane.
 * @param {import("./plane.js").Plane} frame
 * @param {(x: number) => number} px
 * @param {(y: number) => number} py
 */
export function axes(frame, px, py) {
  const [x0, x1, y0, y1] = Array.from(frame.view);
  return svg`<g class="axes">
    <path d="M${px(0)},0V${SIZE}M0,${py(0)}H${SIZE}" />
    ${ticks(x0, x1).map((t) => svg`<text x=${px(t)} y=${SIZE - 6} text-anchor="middle">${format(t)}</text>`)}
    ${ticks(y0, y1).map((t) => svg`<text x="6" y=${py(t) + 4}>${format(t)}</text>`)}
    <text class="name" x=${SIZE - 8} y=${SIZE - 22} text-anchor="end">${frame.x_label}</text>
    <text class="name" x="8" y="18">${frame.y_label}</text>
  </g>`;
}

/**
 * Round numbers strictly inside a range.
 * @param {number} low
 * @param {number} high
 */
export function ticks(low, high) {
  const raw = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((m) => m * power >= raw * 0.999) ?? 10);
  const first = Math.ceil((low + step * 0.3) / step);
  const last = Math.floor((high - step * 0.3) / step);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(6)),
  );
}
