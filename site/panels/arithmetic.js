/** The tables of the Numbers panel. Every number has its place, so that nothing moves while it learns. */
import { html, nothing } from "lit";

/** As many results as fit on the line of a part. */
const BRIEF = 4;

/**
 * A number with three decimals and a real minus sign; very large and very small ones with an exponent.
 * @param {any} value
 */
export function num(value) {
  const number = value === null ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) return "–";
  const size = Math.abs(number);
  const text =
    size >= 1e4 || (size > 0 && size < 5e-4) ? number.toExponential(1) : number.toFixed(3);
  return text.replaceAll("-", "−");
}

/** A factor: a negative one stands in brackets. @param {any} value */
const factor = (value) => (Number(value) < 0 ? `(${num(value)})` : num(value));

/** @param {any} values */
export function brief(values) {
  const list = Array.from(values ?? []);
  return list.slice(0, BRIEF).map(num).join("  ") + (list.length > BRIEF ? "  …" : "");
}

/** @param {any} layer */
export function input(layer) {
  return table(
    "The inputs",
    ["input", "value"],
    Array.from(layer.y ?? layer.x ?? []).map((value, i) => [`x${sub(i)}`, num(value)]),
    layer,
  );
}

/**
 * Of weights and inputs the sums, and what the activation makes of them.
 * @param {any} layer
 */
export function forward(layer) {
  const { w, b, z = [], y = [], x = z } = layer;
  if (!w) {
    const rows = Array.from(y).map((value, j) => [`${j + 1}`, num(x[j]), num(value)]);
    return table(`${layer.name}, forward`, ["unit", "input", "output"], rows, layer);
  }
  const bends = layer.activation && layer.activation !== "identity";
  const head = ["unit", "weight · input + … + bias = sum"];
  if (bends) head.push(`${layer.activation}(sum)`);
  const rows = Array.from(z).map((sum, j) => [
    `${j + 1}`,
    html`<span class="sum">${Array.from(w[j]).map((weight, i) => term(i, `${factor(weight)}·${factor(x[i])}`))}${
      b ? term(1, factor(b[j])) : nothing
    }<span>= <b>${num(sum)}</b></span></span>`,
    ...(bends ? [num(y[j])] : []),
  ]);
  return table(`${layer.name}, forward`, head, rows, layer);
}

/** One summand. @param {number} i 0 for the first @param {string} text */
function term(i, text) {
  return html`<span>${i ? "+ " : ""}${text}</span> `;
}

/** @param {any} head the last layer @param {any} about */
export function loss(head, about) {
  const rows = [
    ["target", String(about.target_name || num(about.target))],
    ["output", brief(head?.y)],
    ["loss", num(about.loss)],
  ];
  return table("The loss", ["", ""], rows, {});
}

/**
 * What each unit had to do with the loss, and what that makes of each weight.
 * @param {any} layer
 * @param {any} about
 */
export function backward(layer, about) {
  const { x = [], w, b, dy = [], dz = [], dw, db, step_w: stepW, step_b: stepB } = layer;
  const units = table(
    `${layer.name}, slopes of the loss`,
    ["unit", "by its output", "by its sum"],
    Array.from(dz.length ? dz : dy).map((_, j) => [`${j + 1}`, num(dy[j]), num(dz[j])]),
    layer,
  );
  if (!w || !dw) return units;
  const rows = Array.from(w).flatMap((row, j) => [
    ...Array.from(/** @type {number[]} */ (row)).map((weight, i) => [
      `w${sub(i)} → ${j + 1}`,
      `${factor(dz[j])}·${factor(x[i])} = ${num(dw[j][i])}`,
      num(stepW?.[j]?.[i]),
      `${num(weight)} + ${factor(stepW?.[j]?.[i])} = ${num(weight + (stepW?.[j]?.[i] ?? 0))}`,
    ]),
    ...(b
      ? [
          [
            `b → ${j + 1}`,
            `${factor(dz[j])}·1 = ${num(db?.[j])}`,
            num(stepB?.[j]),
            `${num(b[j])} + ${factor(stepB?.[j])} = ${num(b[j] + (stepB?.[j] ?? 0))}`,
          ],
        ]
      : []),
  ]);
  return html`${units}
    <p class="hint">The slope by a weight is the slope by the unit's sum times the weight's input.
      ${about.method ? html`The step, by ${String(about.method)}: <b>${String(about.rule ?? "")}</b>` : nothing}</p>
    ${table(
      `${layer.name}, updates`,
      ["weight", "slope by the weight", "step", "weight + step = new weight"],
      rows,
      layer,
    )}`;
}

/**
 * @param {string} caption for those who cannot see where it stands
 * @param {string[]} head
 * @param {unknown[][]} rows the first cell of each names the row
 * @param {any} layer
 */
function table(caption, head, rows, layer) {
  return html`
    <table class="arithmetic">
      <caption class="visually-hidden">${caption}</caption>
      ${
        head.some(Boolean)
          ? html`<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>`
          : nothing
      }
      <tbody>${rows.map(
        ([name, ...cells]) =>
          html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
      )}</tbody>
    </table>
    ${layer.cut ? html`<p class="hint">Only the first twelve are shown.</p>` : nothing}`;
}

/** @param {number} index from 0 */
function sub(index) {
  return String(index + 1).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]);
}
