/** The perceptron: its line in the plane, the arithmetic of its last step, and how it gets on. */
import { html, render } from "lit";
import { format } from "../controls.js";
import { curves } from "../draw/curves.js";
import { parts } from "../draw/parts.js";
import { plane } from "../draw/plane.js";

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send
 */
export default function mount(el, send) {
  const [planeEl, numbers, curvesEl] = parts(el, "plane", "numbers", "history");
  const drawPlane = plane(planeEl, send);
  const drawCurves = curves(curvesEl, "Accuracy and mean squared error over the steps", [
    { label: "accuracy", color: "good", range: [0, 1.02] },
    { label: "error", color: "line", range: null, dash: [6, 4] },
  ]);

  return (/** @type {any} */ frame) => {
    drawPlane(frame);
    drawCurves(
      frame.history_step,
      [frame.history_accuracy, frame.history_error],
      [frame.accuracy, frame.error],
    );
    render(arithmetic(frame), numbers);
  };
}

/** @param {any} f the frame */
function arithmetic(f) {
  const [w0, w1, w2] = f.weights;
  const summary = html`
    <h2>The unit</h2>
    <p class="formula">z = <b>${format(w0)}</b> ${term(w1)}·x₁ ${term(w2)}·x₂</p>
    <p class="hint">The line is where z = 0. ${
      f.rule === "delta"
        ? "The output is σ(z), between 0 and 1; above ½ counts as class 1."
        : "The output is 1 where z is positive, otherwise 0."
    }</p>`;
  if (f.example < 0)
    return html`${summary}<p class="hint">Press Step to see one example being learnt.</p>`;
  const [x1, x2] = f.example_x;
  const before = f.weights_before;
  return html`${summary}
    <h2>The last step: point ${f.example + 1}</h2>
    <table>
      <tr><th scope="row">input</th><td>x₁ = ${format(x1)}, x₂ = ${format(x2)}</td></tr>
      <tr><th scope="row">sum</th>
        <td>z = <b>${format(before[0])}</b> ${term(before[1])}·${bracket(x1)} ${term(before[2])}·${bracket(x2)} = <b>${format(f.z)}</b></td></tr>
      <tr><th scope="row">output</th>
        <td>${f.rule === "delta" ? "σ(z)" : "step(z)"} = <b>${format(f.output)}</b></td></tr>
      <tr><th scope="row">error</th>
        <td>target − output = ${format(f.target)} − ${format(f.output)} = <b>${format(f.step_error)}</b></td></tr>
      ${["w₀", "w₁", "w₂"].map(
        (name, i) => html`
          <tr><th scope="row">${name}</th>
            <td>${format(before[i])} + ${bracket(f.gradient_factor)}·${bracket([1, x1, x2][i])} = <b>${format(before[i] + f.delta[i])}</b></td></tr>`,
      )}
    </table>
    <p class="hint">Rounded to three digits. ${
      f.rule === "delta"
        ? html`Each weight moves by η · error · σ(z)(1−σ(z)) · its input; the first three make ${format(f.gradient_factor)}.`
        : html`Each weight moves by η · error · its input; the first two make ${format(f.gradient_factor)}.`
    }</p>`;
}

/** @param {number} value as it continues a sum */
function term(value) {
  return html`${value < 0 ? "−" : "+"} <b>${format(Math.abs(value))}</b>`;
}

/** @param {number} value */
function bracket(value) {
  return value < 0 ? `(${format(value)})` : format(value);
}
