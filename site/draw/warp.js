/** How a layer sees the plane: a regular grid after it has passed through two units, and the points in it. */
import { html, render, svg } from "lit";
import { classTable, color, LEVELS, onTheme } from "./colors.js";
import { axes, mark, SIZE, scale } from "./marks.js";

/** Room around what is shown. */
const PADDING = 0.08;
/** The view stays until less than this share of it is filled. */
const LEAST = 0.6;

/**
 * @typedef {object} Warp
 * @property {ArrayLike<number>} grid flat (n, n, 2): where the corners of a grid come to lie
 * @property {ArrayLike<number>} [warp_field] flat (n-1, n-1): of each cell the probability of class 1, or of
 *   the likeliest class
 * @property {ArrayLike<number>} [warp_class] flat (n-1, n-1): the likeliest of several classes
 * @property {ArrayLike<number>} points flat (N, 2): where the data come to lie
 * @property {ArrayLike<number>} labels (N,)
 * @property {ArrayLike<number>} [predictions] (N,)
 * @property {string} class_names joined by "|"
 * @property {string} x_label
 * @property {string} y_label
 * @property {ArrayLike<number>} [line] flat (2, 2) or empty: where the next unit divides them
 */

/**
 * @param {HTMLElement} el
 * @param {{label?: string}} [options]
 * @returns {(frame: Warp) => void}
 */
export function warp(el, { label = "The plane as this layer sees it" } = {}) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  /** @type {number[]|null} */
  let view = null;
  /** @type {{table: Uint32Array, ink: string}|null} */
  let colors = null;
  /** @type {Warp|null} */
  let frame = null;

  const draw = () => {
    if (!frame) return;
    view = follow(view, frame);
    const { px, py } = scale(view, SIZE, SIZE);
    const { points, labels, predictions, line = [] } = frame;
    const count = labels.length;
    const marks = Array.from({ length: count }, (_, i) =>
      mark(labels[i], px(points[2 * i]), py(points[2 * i + 1]), {
        wrong: predictions?.[i] !== undefined && predictions[i] !== labels[i],
        count,
      }),
    );
    render(
      html`<div class="canvas">${canvas}
        <svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="${label}, with ${count} points">
          ${axes({ ...frame, view })}
          ${line.length && Array.from(line).every(Number.isFinite) ? svg`<line class="line" x1=${px(line[0])} y1=${py(line[1])} x2=${px(line[2])} y2=${py(line[3])} />` : ""}
          ${marks}
        </svg></div>`,
      el,
    );
    paint(frame, px, py);
  };

  /** @param {Warp} of @param {(x: number) => number} px @param {(y: number) => number} py */
  const paint = (of, px, py) => {
    if (!context) return;
    const size = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
    if (canvas.width !== size) canvas.width = canvas.height = size;
    colors ??= { table: classTable(el), ink: color(el, "ink") };
    context.setTransform(size / SIZE, 0, 0, size / SIZE, 0, 0);
    context.clearRect(0, 0, SIZE, SIZE);
    const n = Math.round(Math.sqrt(of.grid.length / 2));
    const at = Float32Array.from(of.grid, (v, i) => (i % 2 ? py(v) : px(v)));
    if (of.warp_field?.length) cells(context, at, n, of, colors.table);
    context.strokeStyle = colors.ink;
    context.globalAlpha = 0.4;
    context.lineWidth = 1;
    net(context, at, n);
    context.globalAlpha = 1;
  };

  onTheme(() => {
    colors = null;
    requestAnimationFrame(draw);
  });
  new ResizeObserver(() => frame && draw()).observe(el);

  return (next) => {
    frame = next;
    draw();
  };
}

/**
 * A view that holds everything and changes seldom.
 * @param {number[]|null} view
 * @param {{grid: ArrayLike<number>, points: ArrayLike<number>}} content
 * @returns {number[]}
 */
export function follow(view, { grid, points }) {
  return [0, 1].flatMap((axis) => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const places of [grid, points]) {
      for (let i = axis; i < places.length; i += 2) {
        low = Math.min(low, places[i]);
        high = Math.max(high, places[i]);
      }
    }
    if (!Number.isFinite(low + high)) [low, high] = [-1, 1];
    const [from, to] = view?.slice(2 * axis) ?? [0, 0];
    const kept = from < to && from <= low && high <= to && high - low >= LEAST * (to - from);
    const room = (high - low) * PADDING || Math.abs(low) * PADDING || 1;
    return kept ? [from, to] : [low - room, high + room];
  });
}

/**
 * Each line by itself: one path of all of them would cost many times as much.
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} at flat (n, n, 2), in the picture
 * @param {number} n
 */
function net(context, at, n) {
  for (const [along, across] of [
    [1, n],
    [n, 1],
  ]) {
    for (let i = 0; i < n; i++) {
      context.beginPath();
      for (let k = 0; k < n; k++) {
        const corner = 2 * (i * across + k * along);
        context.lineTo(at[corner], at[corner + 1]);
      }
      context.stroke();
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array} at flat (n, n, 2), in the picture
 * @param {number} n
 * @param {Warp} of
 * @param {Uint32Array} table
 */
function cells(context, at, n, { warp_field: p = [], warp_class: likeliest, class_names }, table) {
  const least = likeliest?.length ? 1 / class_names.split("|").length : 0.5;
  const bytes = new Uint8Array(table.buffer);
  let now = -1;
  for (let row = 0; row + 1 < n; row++) {
    for (let column = 0; column + 1 < n; column++) {
      const cell = row * (n - 1) + column;
      const hue = likeliest?.length ? likeliest[cell] : Number(p[cell] > 0.5);
      const top = likeliest?.length ? p[cell] : Math.max(p[cell], 1 - p[cell]);
      const sure = Math.min(1, Math.max(0, (top - least) / (1 - least)));
      const entry = 4 * (hue * LEVELS + Math.round(sure * (LEVELS - 1)));
      if (entry !== now) {
        const [r, g, b, a] = bytes.subarray(entry, entry + 4);
        context.fillStyle = `rgb(${r} ${g} ${b} / ${a / 255})`;
        now = entry;
      }
      const corner = 2 * (row * n + column);
      context.beginPath();
      for (const c of [corner, corner + 2, corner + 2 * n + 2, corner + 2 * n])
        context.lineTo(at[c], at[c + 1]);
      context.fill();
    }
  }
}
