/** Curves over training steps: a few on scales of their own, or those of several runs on one. */
import uPlot from "uplot";
import { format } from "../controls.js";
import { color, onTheme } from "./colors.js";
import { spread } from "./marks.js";
import { enlarged } from "./scale.js";
import { said } from "./words.js";

const HEIGHT = 170;
/** Distances between ticks of the step axis: steps are whole. */
const STEPS = Array.from({ length: 8 }, (_, power) => [1, 2, 5].map((m) => m * 10 ** power)).flat();
/** Of numbers and names, in a drawing's pixels. */
const TYPE = 12;
const LETTER = 7.2;
/** @param {number} size in pixels */
const font = (size) => `${size}px system-ui`;

/** Ten lines that differ in colour and in dashes. @type {{color: string, dash?: number[]}[]} */
export const LOOKS = [
  { color: "class0" },
  { color: "class1", dash: [8, 4] },
  { color: "class2", dash: [2, 3] },
  { color: "class3", dash: [12, 4, 2, 4] },
  { color: "class4", dash: [5, 3] },
  { color: "class5", dash: [14, 5] },
  { color: "class6", dash: [8, 3, 2, 3, 2, 3] },
  { color: "class7", dash: [3, 6] },
  { color: "line", dash: [18, 3, 3, 3] },
  { color: "good", dash: [1, 4] },
];

/**
 * @typedef {object} Series
 * @property {string} label
 * @property {string} color name of a custom property
 * @property {[number, number]|null} [range] null: from 0 (or the smallest) to the largest value
 * @property {number[]} [dash]
 * @property {string} [scale] series that name the same scale share an axis; otherwise each has its own
 */

/**
 * @param {HTMLElement} el
 * @param {string} title what the figure shows, for those who cannot see it
 * @param {Series[]} series
 * @param {object} [options]
 * @param {boolean} [options.log] offers a logarithmic scale, which is on to begin with or not
 * @param {number} [options.height] in a drawing's pixels, unless a style says otherwise
 * @param {boolean} [options.ends] names at the ends of the curves
 * @returns {(steps: ArrayLike<number>, values: ArrayLike<number>[], now: number[], series?: Series[]) => void}
 *   draws the history, which may be coarser than the steps are, and says what the values are now;
 *   of other series from then on, if they are given
 */
export function curves(el, title, series, { log, height = HEIGHT, ends = series.length > 2 } = {}) {
  const figure = document.createElement("figure");
  figure.className = "curves";
  const chart = document.createElement("div");
  chart.className = "chart";
  chart.style.setProperty("--height", `${height / 16}rem`);
  chart.setAttribute("role", "img");
  const caption = document.createElement("figcaption");
  figure.append(caption, chart);
  el.append(figure);

  let logarithmic = log ?? false;
  /** @type {uPlot|null} */
  let plot = null;
  /** @type {any} */
  let data = [[], ...series.map(() => [])];
  let keys = legend(caption, series);

  const size = () => ({ width: Math.max(120, chart.clientWidth), height: chart.clientHeight });
  let scale = 1;

  const build = () => {
    plot?.destroy();
    scale = enlarged();
    plot = new uPlot(
      {
        ...plan(el, series, logarithmic, scale),
        ...size(),
        padding: [null, ends ? scale * margin(series) : null, null, null],
        hooks: ends ? { draw: [(p) => name(p, series, el, scale)] } : {},
      },
      shown(),
      chart,
    );
  };
  // There is no logarithm of 0.
  const shown = () =>
    logarithmic
      ? [
          data[0],
          ...data
            .slice(1)
            .map((/** @type {number[]} */ ys) => Array.from(ys, (y) => (y > 0 ? y : null))),
        ]
      : data;

  if (log !== undefined) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = log;
    box.addEventListener("change", () => {
      logarithmic = box.checked;
      build();
    });
    label.append(box, " logarithmic");
    figure.append(label);
  }

  new ResizeObserver(() => {
    if (plot && scale === enlarged()) plot.setSize(size());
    else build();
  }).observe(chart);
  onTheme(() => plot && build());

  let told = 0;
  return (steps, values, now, others) => {
    data = [steps, ...values];
    if (others && JSON.stringify(others) !== JSON.stringify(series)) {
      series = others;
      keys = legend(caption, series);
      if (plot) build();
    } else plot?.setData(shown());
    keys.forEach((key, i) => {
      const text = `${series[i].label} ${format(now[i])}`;
      if (key.textContent !== text) key.textContent = text;
    });
    if (performance.now() - told > 1000) {
      told = performance.now();
      const last = series.map((s, i) => `${s.label} ${said(now[i])}`);
      chart.setAttribute("aria-label", `${title}. Now: ${last.join(", ")}.`);
    }
  };
}

/**
 * @param {HTMLElement} el
 * @param {Series[]} series
 * @param {boolean} log
 * @param {number} size how much larger than usual
 */
function plan(el, series, log, size) {
  const ink = color(el, "muted");
  const grid = { stroke: color(el, "rule"), width: 1 };
  const letters = { font: font(TYPE * size), gap: 5 * size };
  const scaleOf = (/** @type {Series} */ s) => s.scale ?? s.label;
  const first = series.filter((s, i) => series.findIndex((o) => scaleOf(o) === scaleOf(s)) === i);
  /** @param {Series} s @returns {uPlot.Scale} */
  const scale = (s) =>
    log && !s.range
      ? { distr: 3, range: (_, min, max) => uPlot.rangeLog(min ?? 0.1, max ?? 1, 10, false) }
      : { range: s.range ?? ((_, min, max) => [Math.min(0, min ?? 0), max || 1]) };
  return {
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false },
      ...Object.fromEntries(first.map((s) => [scaleOf(s), scale(s)])),
    },
    axes: [
      { stroke: ink, grid, ticks: grid, size: 30 * size, ...letters, incrs: STEPS },
      ...first.map((s, i) => ({
        scale: scaleOf(s),
        side: /** @type {any} */ (i ? 1 : 3),
        stroke: s.scale ? ink : color(el, s.color),
        grid: i ? { show: false } : { ...grid, ...(log && { filter: powers }) },
        ticks: { ...grid, ...(log && { filter: powers }) },
        size: (/** @type {any} */ _, /** @type {string[]|null} */ words) =>
          size *
          Math.max(44, 16 + LETTER * Math.max(0, ...(words ?? []).map((w) => w?.length ?? 0))),
        ...letters,
        values: (/** @type {any} */ _, /** @type {(number|null)[]} */ ticks) =>
          ticks.map((t) => (t === null ? "" : format(t))),
      })),
    ],
    series: [
      {},
      ...series.map((s) => ({
        label: s.label,
        scale: scaleOf(s),
        stroke: color(el, s.color),
        width: 2 * size,
        dash: s.dash,
        points: { show: false },
      })),
    ],
  };
}

/**
 * @param {any} _
 * @param {number[]} splits of a logarithmic axis
 * @returns {(number|null)[]} the powers of ten among them
 */
function powers(_, splits) {
  return splits.map((v) => (Math.abs(Math.log10(v) % 1) < 1e-6 ? v : null));
}

/** @param {Series[]} series */
function margin(series) {
  return Math.max(...series.map((s) => s.label.length)) * LETTER + 12;
}

/**
 * Writes the name of each curve at its end.
 * @param {uPlot} plot
 * @param {Series[]} series
 * @param {HTMLElement} el
 * @param {number} size how much larger than usual
 */
function name(plot, series, el, size) {
  const { left, top, width, height } = plot.bbox;
  const ratio = devicePixelRatio * size;
  const y = series.map((s, i) => {
    const ys = plot.data[i + 1];
    let last = ys.length - 1;
    while (last >= 0 && !Number.isFinite(ys[last])) last--;
    return last < 0 ? top : plot.valToPos(Number(ys[last]), s.scale ?? s.label, true);
  });
  const places = spread(y, 13 * ratio, top + 6 * ratio, top + height);
  plot.ctx.save();
  plot.ctx.font = font(TYPE * ratio);
  plot.ctx.textAlign = "left";
  plot.ctx.textBaseline = "middle";
  series.forEach((s, i) => {
    if (!plot.data[i + 1].length) return;
    plot.ctx.fillStyle = color(el, s.color);
    plot.ctx.fillText(s.label, left + width + 6 * ratio, places[i]);
  });
  plot.ctx.restore();
}

/**
 * @param {HTMLElement} caption
 * @param {Series[]} series
 * @returns {HTMLElement[]} where name and value of each are written
 */
function legend(caption, series) {
  const keys = series.map((s) => {
    const key = document.createElement("span");
    key.className = "key";
    key.style.setProperty("color", `var(--${s.color})`);
    const sample = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    sample.setAttribute("viewBox", "0 0 28 4");
    sample.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", "M0,2H28");
    line.setAttribute("stroke-dasharray", s.dash?.join(" ") ?? "none");
    sample.append(line);
    const text = document.createElement("span");
    key.append(sample, text);
    return { key, text };
  });
  caption.replaceChildren(...keys.map(({ key }) => key));
  return keys.map(({ text }) => text);
}
