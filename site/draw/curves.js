/** Curves over training steps, one or several, each on a scale of its own. */
import uPlot from "uplot";
import { format } from "../controls.js";
import { color, onTheme } from "./colors.js";

const HEIGHT = 170;
/** Distances between ticks of the step axis: steps are whole. */
const STEPS = Array.from({ length: 8 }, (_, power) => [1, 2, 5].map((m) => m * 10 ** power)).flat();

/**
 * @typedef {object} Series
 * @property {string} label
 * @property {string} color name of a custom property
 * @property {[number, number]|null} range null: from 0 to the largest value
 * @property {number[]} [dash]
 */

/**
 * @param {HTMLElement} el
 * @param {string} title what the figure shows, for those who cannot see it
 * @param {Series[]} series
 * @returns {(steps: ArrayLike<number>, values: ArrayLike<number>[], now: number[]) => void} draws the
 *   history, which may be coarser than the steps are, and says what the values are now
 */
export function curves(el, title, series) {
  const figure = document.createElement("figure");
  figure.className = "curves";
  const chart = document.createElement("div");
  chart.setAttribute("role", "img");
  const caption = document.createElement("figcaption");
  figure.append(caption, chart);
  el.append(figure);

  /** @type {uPlot|null} */
  let plot = null;
  /** @type {any} */
  let data = [[], ...series.map(() => [])];

  const build = () => {
    plot?.destroy();
    const ink = color(el, "muted");
    const grid = { stroke: color(el, "rule"), width: 1 };
    plot = new uPlot(
      {
        width: Math.max(120, chart.clientWidth),
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false },
          ...Object.fromEntries(
            series.map((s) => [s.label, { range: s.range ?? ((_, __, max) => [0, max || 1]) }]),
          ),
        },
        axes: [
          { stroke: ink, grid, ticks: grid, size: 30, font: "12px system-ui", incrs: STEPS },
          ...series.map((s, i) => ({
            scale: s.label,
            side: /** @type {any} */ (i ? 1 : 3),
            stroke: color(el, s.color),
            grid: i ? { show: false } : grid,
            ticks: grid,
            size: 44,
            font: "12px system-ui",
            values: (/** @type {any} */ _, /** @type {number[]} */ ticks) => ticks.map(format),
          })),
        ],
        series: [
          {},
          ...series.map((s) => ({
            label: s.label,
            scale: s.label,
            stroke: color(el, s.color),
            width: 2,
            dash: s.dash,
            points: { show: false },
          })),
        ],
      },
      data,
      chart,
    );
  };

  const size = new ResizeObserver(() => {
    if (plot) plot.setSize({ width: Math.max(120, chart.clientWidth), height: HEIGHT });
    else build();
  });
  size.observe(chart);
  onTheme(() => plot && build());

  let told = 0;
  return (steps, values, now) => {
    data = [steps, ...values];
    plot?.setData(data);
    caption.replaceChildren(...series.map((s, i) => key(s, now[i])));
    if (performance.now() - told > 1000) {
      told = performance.now();
      const last = series.map((s, i) => `${s.label} ${format(now[i])}`);
      chart.setAttribute("aria-label", `${title}. Now: ${last.join(", ")}.`);
    }
  };
}

/**
 * @param {Series} series
 * @param {number} now
 */
function key(series, now) {
  const el = document.createElement("span");
  el.style.setProperty("color", `var(--${series.color})`);
  el.className = series.dash ? "key dashed" : "key";
  el.textContent = `${series.label} ${format(now)}`;
  return el;
}
