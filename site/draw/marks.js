/** What stands in the plane: marks for points, axes, ticks. All in the SVG's own units. */
import { html, nothing, svg } from "lit";
import { format } from "../controls.js";
import { CLASSES } from "./colors.js";

/** The plane is a square of this size. */
export const SIZE = 500;

/** Few points are drawn larger than many. */
const FEW = 24;

/** Corners at these angles (in eighths of a turn from the top) and distances. */
const STAR = Array.from({ length: 10 }, (_, i) => [i * 0.8, i % 2 ? 0.55 : 1.3]);

/** Outlines of the marks, of about the same area, around 0, 0 and about 1 large. @type {string[]} */
const SHAPES = [
  "M-1,0a1,1,0,1,1,2,0a1,1,0,1,1,-2,0z",
  "M-.88,-.88h1.76v1.76h-1.76z",
  "M0,-1.25L1.2,.85H-1.2z",
  "M0,-1.3L1.15,0L0,1.3L-1.15,0z",
  "M-.45,-1.2h.9v.75h.75v.9h-.75v.75h-.9v-.75h-.75v-.9h.75z",
  "M0,1.25L1.2,-.85H-1.2z",
  `M${STAR.map(([a, r]) => [r * Math.sin((a * Math.PI) / 4), -r * Math.cos((a * Math.PI) / 4)].map((v) => v.toFixed(2))).join("L")}z`,
  "M-1.1,-1.1H1.1L.3,0L1.1,1.1H-1.1L-.3,0z",
];

/**
 * @param {number} label
 * @returns {string} the path of a class's shape: colour is never the only code
 */
export function shape(label) {
  return SHAPES[label % CLASSES];
}

/**
 * A class's mark as a word among others.
 * @param {number} label
 */
export function glyph(label) {
  return html`<svg class="glyph c${label}" viewBox="-1.4 -1.4 2.8 2.8" aria-hidden="true">
    <path d=${shape(label)} /></svg>`;
}

/**
 * @typedef {object} How
 * @property {number} count how many points there are
 * @property {boolean} [wrong] predicted wrong: with a cross
 * @property {boolean} [current] the one last learnt from: with a ring
 * @property {boolean} [test] never learnt from: hollow
 * @property {string} [fill] for a value instead of a class
 * @property {boolean} [small] in a small picture
 */

/**
 * @param {number} label
 * @param {number} x
 * @param {number} y
 * @param {How} how
 */
export function mark(label, x, y, { count, wrong, current, test, fill, small }) {
  if (!Number.isFinite(x + y)) return nothing; // what a network that ran away makes of a point
  const r = (count <= FEW ? 11 : 7.5) * (small ? 1.5 : 1);
  const look = `point c${label}${wrong ? " wrong" : ""}${test ? " test" : ""}`;
  return svg`<g class=${look} transform="translate(${x} ${y}) scale(${r})">
    ${current ? svg`<circle class="ring" r="2" />` : nothing}
    <path class="shape" d=${shape(label)} fill=${fill ?? "currentColor"} />
    ${wrong ? svg`<path class="cross" d="M-.5,-.5l1,1m0,-1l-1,1" />` : nothing}
  </g>`;
}

/**
 * Where data units are in a picture of `width` and `height`, and back; what is outside is put on the edge.
 * @param {ArrayLike<number>} view xmin, xmax, ymin, ymax
 * @param {number} width
 * @param {number} height
 */
export function scale(view, width, height) {
  const [x0, x1, y0, y1] = Array.from(view);
  return {
    px: (/** @type {number} */ x) => ((x - x0) / (x1 - x0)) * width,
    py: (/** @type {number} */ y) => height - ((y - y0) / (y1 - y0)) * height,
    x: (/** @type {number} */ px) => clamp(x0 + (px / width) * (x1 - x0), x0, x1),
    y: (/** @type {number} */ py) => clamp(y0 + (1 - py / height) * (y1 - y0), y0, y1),
  };
}

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/**
 * Ticks and names of the two axes, on the edges of the picture.
 * @param {{view: ArrayLike<number>, x_label: string, y_label: string}} frame
 * @param {number} [width]
 * @param {number} [height]
 * @param {boolean} [bare] without numbers
 */
export function axes({ view, x_label, y_label }, width = SIZE, height = SIZE, bare = false) {
  const { px, py } = scale(view, width, height);
  const [x0, x1, y0, y1] = Array.from(view);
  return svg`<g class="axes">
    <path d="M${px(0)},0V${height}M0,${py(0)}H${width}" />
    ${bare ? nothing : ticks(x0, x1).map((t) => svg`<text x=${px(t)} y=${height - 6} text-anchor="middle">${format(t)}</text>`)}
    ${bare ? nothing : ticks(y0, y1).map((t) => svg`<text x="6" y=${py(t) + 4}>${format(t)}</text>`)}
    <text class="name" x=${width - 8} y=${height - (bare ? 10 : 22)} text-anchor="end">${x_label}</text>
    <text class="name" x="8" y=${bare ? 30 : 18}>${y_label}</text>
  </g>`;
}

/**
 * Lines through the plane with their names, thin, under the one that decides.
 * @param {{lines?: ArrayLike<number>, line_names?: string, line?: ArrayLike<number>}} frame
 * @param {(x: number) => number} px
 * @param {(y: number) => number} py
 */
export function lines({ lines: thin = [], line_names: names = "", line = [] }, px, py) {
  const named = names.split("|");
  const many = Array.from({ length: thin.length / 4 }, (_, i) => {
    const [x0, y0, x1, y1] = Array.from({ length: 4 }, (_, k) =>
      (k % 2 ? py : px)(thin[4 * i + k]),
    );
    // A unit without weights has no line.
    if (!Number.isFinite(x0 + y0 + x1 + y1)) return nothing;
    const [x, y] = [x0 + 0.12 * (x1 - x0), y0 + 0.12 * (y1 - y0) + 5];
    return svg`<line class="thin" x1=${x0} y1=${y0} x2=${x1} y2=${y1} />
      <text class="named" text-anchor="middle" x=${x} y=${y}>${named[i] ?? ""}</text>`;
  });
  return svg`
    ${many}
    ${
      line.length && Array.from(line).every(Number.isFinite)
        ? svg`<line class="halo" x1=${px(line[0])} y1=${py(line[1])} x2=${px(line[2])} y2=${py(line[3])} />
          <line class="line" x1=${px(line[0])} y1=${py(line[1])} x2=${px(line[2])} y2=${py(line[3])} />`
        : nothing
    }`;
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

/**
 * Moves places apart so that words at them do not cover each other.
 * @param {number[]} places
 * @param {number} apart
 * @param {number} low
 * @param {number} high
 * @returns {number[]} in the order given
 */
export function spread(places, apart, low, high) {
  const order = places.map((_, i) => i).sort((a, b) => places[a] - places[b]);
  const out = places.slice();
  let floor = low;
  for (const i of order) {
    out[i] = Math.max(floor, out[i]);
    floor = out[i] + apart;
  }
  let ceiling = high;
  for (const i of order.reverse()) {
    out[i] = Math.min(ceiling, out[i]);
    ceiling = out[i] - apart;
  }
  return out;
}
