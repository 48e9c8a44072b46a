/** Small tables of numbers, shaded by how large they are. */
import { html } from "lit";

/** How strongly the largest number is shaded, of 100. */
const STRONGEST = 38;

/** @param {unknown} value @returns {string} two decimals, with a real minus sign */
export function short(value) {
  if (typeof value !== "number" || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text =
    size >= 1000 ? value.toPrecision(2) : value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/**
 * @param {number[][]} rows
 * @param {object} how
 * @param {string} how.label
 * @param {number} [how.winner] the one that is meant, counted row by row
 * @param {(row: number, column: number) => boolean} [how.outside] beyond the edge of the image, where all is 0
 */
export function table(rows, { label, winner, outside }) {
  const most = Math.max(1e-9, ...rows.flat().map((v) => Math.abs(v) || 0));
  const look = (/** @type {number} */ value, /** @type {number} */ r, /** @type {number} */ c) =>
    [
      value < 0 ? "minus" : "plus",
      winner === r * rows[0].length + c ? "winner" : "",
      outside?.(r, c) ? "outside" : "",
    ].join(" ");
  return html`<figure class="values"><figcaption>${label}</figcaption>
    <table aria-label=${label}><tbody>${rows.map(
      (row, r) =>
        html`<tr>${row.map(
          (value, c) => html`<td class=${look(value, r, c)}
          .style=${`--share: ${Math.round((STRONGEST * Math.abs(value || 0)) / most)}%`}>${short(value)}</td>`,
        )}</tr>`,
    )}</tbody></table></figure>`;
}
