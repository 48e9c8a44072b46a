/** Regression: points, the curve that the network draws through them, and the bends it is made of. */
import { html, nothing, render, svg } from "lit";
import { format } from "../controls.js";
import { chart } from "../draw/chart.js";
import { curves } from "../draw/curves.js";
import { parts } from "../draw/parts.js";
import { sheet } from "../draw/sheet.js";
import css from "./regression/regression.css" with { type: "text" };

const wear = sheet(css);
/** A unit's own curve is drawn this large. */
const [WIDE, HIGH] = [120, 40];

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send
 */
export default function mount(el, send) {
  wear(el);
  const [planeEl, numbers, curvesEl] = parts(el, "plane", "numbers", "history");
  const [quizEl, chartEl] = parts(planeEl, "quiz", "function");
  const drawChart = chart(chartEl, send, { label: "Curve" });
  const drawCurves = curves(
    curvesEl,
    "Loss over the steps",
    [{ label: "loss", color: "line", range: null }],
    { log: true },
  );

  return (/** @type {any} */ frame) => {
    render(frame.quiz ? quiz(frame, send) : nothing, quizEl);
    drawChart(frame);
    drawCurves(frame.history_step, [frame.history_loss], [frame.loss]);
    render(units(frame), numbers);
  };
}

/** @param {any} frame @param {(name: string, args?: object) => void} send */
function quiz(frame, send) {
  return html`<div role="group" aria-label="How many hidden units does this curve need?">
    <span>How many units does it need?</span>
    ${Array.from(
      { length: frame.most_guess },
      (_, i) => html`<button aria-pressed=${frame.guess === i + 1}
        @click=${() => send("guess", { units: i + 1 })}>${i + 1}</button>`,
    )}</div>`;
}

/** @param {any} frame */
function units(frame) {
  const count = frame.heights.length;
  const n = frame.xs.length;
  const rest = frame.hidden_units - count;
  if (frame.quiz && !frame.guess)
    return html`<h2>The network</h2><p class="hint">It will have as many hidden units as you guess.</p>`;
  return html`<h2>The sum</h2>
    <p class="hint">Each hidden unit is a bend; times its weight it is a part of the curve. All parts and
      the bias ${format(frame.bias)} add up to the bold curve.</p>
    <ol class="units">${Array.from(
      { length: count },
      (_, u) => html`<li class="c${u % 8}">
        <span class="visually-hidden">Unit </span><span aria-hidden="true">${u + 1}</span>
        ${unit(frame.says.subarray(u * n, (u + 1) * n))}
        <span>× ${format(frame.heights[u])}</span></li>`,
    )}</ol>
    ${rest > 0 ? html`<p class="hint">and ${rest} more</p>` : nothing}
    <p class="hint">${frame.parameters} weights. The mean of half the squared misses is
      ${format(frame.loss)}; the curve explains ${format(100 * Math.max(0, frame.explained))} % of the ups and downs.</p>`;
}

/** @param {Float32Array} says what a unit says along x */
function unit(says) {
  const [low, high] = [Math.min(...says), Math.max(...says)];
  const size = high - low || 1;
  let d = "";
  for (let i = 0; i < says.length; i += 2) {
    const y = HIGH - 4 - ((says[i] - low) / size) * (HIGH - 8);
    d += `${i ? "L" : "M"}${((i * WIDE) / (says.length - 1)).toFixed(1)},${y.toFixed(1)}`;
  }
  return html`<svg viewBox="0 0 ${WIDE} ${HIGH}" aria-hidden="true">${svg`<path d=${d} />`}</svg>`;
}
