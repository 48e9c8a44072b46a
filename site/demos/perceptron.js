/** The perceptron: its line in the plane, the arithmetic of its last step, and how it gets on. */
import { html, noChange, nothing, render } from "lit";
import { live } from "lit/directives/live.js";
import { format } from "../controls.js";
import { curves } from "../draw/curves.js";
import { parts } from "../draw/parts.js";
import { plane } from "../draw/plane.js";
import { handles } from "./perceptron/handles.js";
import css from "./perceptron.css" with { type: "text" };

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send
 */
export default function mount(el, send) {
  const [planeEl, numbers, curvesEl] = parts(el, "plane", "numbers", "history");
  const home = /** @type {ShadowRoot} */ (el.getRootNode());
  if (!home.adoptedStyleSheets.includes(sheet)) home.adoptedStyleSheets.push(sheet);
  planeEl.classList.add("handled");
  const [planeBox, lineBox] = parts(planeEl, "picture", "handles");
  const drawPlane = plane(planeBox, send);
  const drawLine = handles(lineBox, send);
  const drawCurves = curves(curvesEl, "Accuracy and mean squared error over the steps", [
    { label: "accuracy", color: "good", range: [0, 1.02] },
    { label: "error", color: "line", range: null, dash: [6, 4] },
  ]);

  return (/** @type {any} */ frame) => {
    drawPlane(frame);
    drawLine(frame);
    drawCurves(
      frame.history_step,
      [frame.history_accuracy, frame.history_error],
      [frame.accuracy, frame.error],
    );
    render([unit(frame, send), theorem(frame), lastStep(frame)], numbers);
  };
}

/** The weight that somebody is typing; frames leave it alone. */
let typing = -1;

/**
 * The formula, and its weights to be set by hand.
 * @param {any} f the frame
 * @param {(name: string, args?: object) => void} send
 */
function unit(f, send) {
  const [w0, w1, w2] = f.weights;
  const field = (/** @type {number} */ index) => html`
    <label>w${index}<input type="number" step="0.1" min="-10" max="10" .value=${typing === index ? noChange : live(shown(f.weights[index]))}
      @focus=${() => {
        typing = index;
      }}
      @blur=${() => {
        typing = -1;
      }}
      @change=${(/** @type {any} */ e) => {
        if (Number.isFinite(e.target.valueAsNumber))
          send("weight", { index, value: e.target.valueAsNumber });
      }} /></label>`;
  return html`
    <h2>The unit</h2>
    <p class="formula">z = <b>${format(w0)}</b> ${term(w1)}·x₁ ${term(w2)}·x₂</p>
    <div class="weights" role="group" aria-label="Weights, to be set by hand">${[0, 1, 2].map(field)}</div>
    <p class="hint">The line is where z = 0; drag it, or its ends. ${
      f.rule === "delta"
        ? "The output is σ(z), between 0 and 1; above ½ counts as class 1."
        : "The output is 1 where z is positive, otherwise 0."
    }</p>`;
}

/** @param {number} value @returns {string} */
function shown(value) {
  return String(Number(value.toFixed(3)));
}

/** How many mistakes there can be. @param {any} f the frame */
function theorem(f) {
  if (!f.labels.length) return nothing;
  const gap = f.gamma > 0;
  return html`
    <h2>How long it can take</h2>
    <table class="theorem">
      <tr><th scope="row">farthest point</th><td>R = <b>${format(f.R)}</b></td></tr>
      <tr><th scope="row">widest margin</th>
        <td>${gap ? html`γ = <b>${format(f.gamma)}</b>` : "none: no line divides them"}</td></tr>
      ${
        f.bound >= 0
          ? html`<tr><th scope="row">most mistakes</th>
              <td>(R/γ)² = <b>${format(f.from_zero)}</b> from zero, <b>${format(f.bound)}</b> from this start</td></tr>`
          : nothing
      }
      <tr><th scope="row">mistakes so far</th>
        <td><b>${format(f.mistakes)}</b>${
          f.bound >= 0
            ? html` <meter aria-label="Mistakes, of those that there can be" min="0" max=${f.bound} value=${f.mistakes}></meter>`
            : gap && f.rule === "delta"
              ? " (the bound is the perceptron rule’s)"
              : nothing
        }</td></tr>
    </table>`;
}

/** The last step in short. @param {any} f the frame */
function lastStep(f) {
  if (f.example < 0) return html`<p class="hint">Press Step to see one example being learnt.</p>`;
  const [x1, x2] = f.example_x;
  const before = f.weights_before;
  return html`
    <h2>The last step: point ${f.example + 1}</h2>
    <table>
      <tr><th scope="row">input</th><td>x₁ = ${format(x1)}, x₂ = ${format(x2)}</td></tr>
      <tr><th scope="row">sum</th>
        <td>z = <b>${format(before[0])}</b> ${term(before[1])}·${bracket(x1)} ${term(before[2])}·${bracket(x2)} = <b>${format(f.z)}</b></td></tr>
      <tr><th scope="row">output</th>
        <td>${f.rule === "delta" ? "σ(z)" : "step(z)"} = <b>${format(f.output)}</b></td></tr>
      <tr><th scope="row">error</th>
        <td>target − output = ${format(f.target)} − ${format(f.output)} = <b>${format(f.step_error)}</b></td></tr>
      <tr><th scope="row">change</th>
        <td>${f.coded ? nothing : html`${bracket(f.gradient_factor)}·(1, ${format(x1)}, ${format(x2)}) = `}<b>(${Array.from(f.delta, format).join(", ")})</b></td></tr>
    </table>
    <p class="hint">${
      f.coded
        ? "The weights (w₀, w₁, w₂) move as your code says."
        : f.rule === "delta"
          ? html`Each weight moves by η · error · σ(z)(1−σ(z)) · its input; the first three make ${format(f.gradient_factor)}.`
          : html`Each weight moves by η · error · its input; the first two make ${format(f.gradient_factor)}.`
    } <b>Numbers</b> has the same for every point.</p>`;
}

/** @param {number} value as it continues a sum */
function term(value) {
  return html`${value < 0 ? "−" : "+"} <b>${format(Math.abs(value))}</b>`;
}

/** @param {number} value */
function bracket(value) {
  return value < 0 ? `(${format(value)})` : format(value);
}
