/** A function of one number: the data, what the network makes of every x, and what its units add to that. */
import { html, nothing, render, svg } from "lit";
import { format } from "../controls.js";
import { CLASSES } from "./colors.js";
import { editing } from "./editing.js";
import { axes, mark, scale, spread } from "./marks.js";
import { brush, cursor, surface, unique } from "./surface.js";
import { said } from "./words.js";

const WIDTH = 600;
const HEIGHT = 400;
/** More units than this are drawn without their names. */
const NAMED = 10;
/** Units that are drawn alike are this many apart. */
const DASHES = ["", "7 4", "2 4"];

/**
 * @typedef {object} Chart
 * @property {ArrayLike<number>} view xmin, xmax, ymin, ymax
 * @property {ArrayLike<number>} points flat (N, 2)
 * @property {ArrayLike<number>} xs (n,) where the curves are known
 * @property {ArrayLike<number>} curve (n,) what the network answers
 * @property {ArrayLike<number>} [parts] flat (units, n): what each hidden unit adds
 * @property {string} [part_names] of those, joined by "|"
 * @property {ArrayLike<number>} [truth] (n,) where the points come from
 * @property {boolean} [residual] draw what is left between points and curve
 * @property {ArrayLike<number>} [extent] xmin, xmax of the data: beyond them is guessed
 * @property {ArrayLike<number>} [test] (N,) 1: never learnt from
 * @property {number} [example] index of the point that was last learnt from
 * @property {string} x_label
 * @property {string} y_label
 */

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send hears of add {x, y, label: 0}, move {index, x, y},
 *   delete {index} and clear
 * @param {{editable?: boolean, label?: string}} [options]
 * @returns {(frame: Chart) => void}
 */
export function chart(el, send, { editable = true, label = "Chart" } = {}) {
  /** @type {Chart|null} */
  let frame = null;
  const id = unique();

  /** @param {number} i */
  const describe = (i) => {
    if (!frame) return "";
    const [x, y] = [frame.points[2 * i], frame.points[2 * i + 1]];
    const apart = frame.test?.[i] ? "test point, " : "";
    const guess = at(frame.xs, frame.curve, x);
    return `Point ${i + 1}, ${apart}${format(x)}, ${format(y)}. The curve is at ${said(guess)}.`;
  };

  const draw = () => {
    if (!frame) return;
    const s = scale(frame.view, WIDTH, HEIGHT);
    const { points, xs, curve, truth, test, example = -1 } = frame;
    const count = points.length / 2;
    const shown = { id, label: `${label} with ${count} points`, width: WIDTH, height: HEIGHT };
    const marks = Array.from({ length: count }, (_, i) =>
      mark(0, s.px(points[2 * i]), s.py(points[2 * i + 1]), {
        count,
        current: i === example,
        test: Boolean(test?.[i]),
      }),
    );
    render(
      html`
        <div class="canvas wide">
          ${surface({ ...shown, hand: editable ? hand : null }, [
            beyond(frame, s.px),
            axes(frame, WIDTH, HEIGHT),
            parts(frame, s),
            truth?.length ? svg`<path class="truth" d=${path(xs, truth, s)} />` : nothing,
            frame.residual ? residuals(frame, s) : nothing,
            svg`<path class="halo open" d=${path(xs, curve, s)} />
              <path class="line open answer" d=${path(xs, curve, s)} />`,
            marks,
            editable ? cursor(hand, s) : nothing,
          ])}
        </div>
        ${editable ? brush({ id, hand, names: [""], where: "chart", send, draw }) : nothing}`,
      el,
    );
  };

  const hand = editing({
    frame: () => frame,
    width: WIDTH,
    height: HEIGHT,
    classes: () => 1,
    describe,
    send,
    draw,
  });

  return (next) => {
    frame = next;
    hand.renew();
    draw();
  };
}

/** @typedef {ReturnType<typeof scale>} Scale */

/**
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @param {Scale} scale
 * @returns {string} a path; far outside of the picture it need not be exact
 */
function path(xs, ys, { px, py }) {
  let d = "";
  for (let i = 0; i < xs.length; i++) {
    const y = Math.min(2 * HEIGHT, Math.max(-HEIGHT, py(ys[i])));
    if (Number.isFinite(y)) d += `${d ? "L" : "M"}${px(xs[i]).toFixed(1)},${y.toFixed(1)}`;
  }
  return d;
}

/**
 * @param {ArrayLike<number>} xs ascending
 * @param {ArrayLike<number>} ys
 * @param {number} x
 * @returns {number} y there, between its neighbours
 */
export function at(xs, ys, x) {
  let i = 1;
  while (i < xs.length - 1 && xs[i] < x) i++;
  const share = (x - xs[i - 1]) / (xs[i] - xs[i - 1]);
  return ys[i - 1] + Math.min(1, Math.max(0, share)) * (ys[i] - ys[i - 1]);
}

/** @param {Chart} frame @param {(x: number) => number} px */
function beyond({ extent = [] }, px) {
  if (!extent.length) return nothing;
  const [from, to] = [Math.max(0, px(extent[0])), Math.min(WIDTH, px(extent[1]))];
  return svg`<g class="beyond"><rect x="0" y="0" width=${from} height=${HEIGHT} />
    <rect x=${to} y="0" width=${Math.max(0, WIDTH - to)} height=${HEIGHT} />
    ${WIDTH - to > 90 ? svg`<text x=${(WIDTH + to) / 2} y="18" text-anchor="middle">no data here</text>` : nothing}</g>`;
}

/** @param {Chart} frame @param {Scale} scale */
function parts({ xs, parts: flat = [], part_names: names = "" }, scale) {
  const n = xs.length;
  const count = n ? Math.floor(flat.length / n) : 0;
  const curves = Array.from({ length: count }, (_, u) =>
    Array.from({ length: n }, (_, i) => flat[u * n + i]),
  );
  const named = names.split("|");
  const ends = spread(
    curves.map((ys) => scale.py(ys[n - 1]) - 4),
    16,
    34,
    HEIGHT - 36,
  );
  return curves.map(
    (
      ys,
      u,
    ) => svg`<path class="part c${u % CLASSES}" stroke-dasharray=${DASHES[Math.floor(u / CLASSES) % 3] || nothing}
        d=${path(xs, ys, scale)} />
      ${count <= NAMED ? svg`<text class="named c${u % CLASSES}" x=${WIDTH - 6} y=${ends[u]} text-anchor="end">${named[u] ?? ""}</text>` : nothing}`,
  );
}

/** @param {Chart} frame @param {Scale} scale */
function residuals({ points, xs, curve }, { px, py }) {
  let d = "";
  for (let i = 0; i < points.length; i += 2) {
    const to = py(at(xs, curve, points[i]));
    if (Number.isFinite(to)) d += `M${px(points[i])},${py(points[i + 1])}V${to}`;
  }
  return svg`<path class="residual" d=${d} />`;
}
