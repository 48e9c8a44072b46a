/** Probabilities as bars, with the class that is true and the one that was guessed marked by signs. */
import { html, nothing, svg } from "lit";

/**
 * @param {ArrayLike<number>} probs
 * @param {number} count
 * @returns {number[]} the classes that are likeliest, likeliest first
 */
export function likeliest(probs, count) {
  return Array.from(probs, (_, i) => i)
    .sort((a, b) => probs[b] - probs[a])
    .slice(0, count);
}

/** @param {number} p @returns {string} */
export function percent(p) {
  if (!Number.isFinite(p)) return "–";
  const of100 = 100 * p;
  return `${of100 > 0 && of100 < 0.1 ? "<0.1" : of100.toFixed(of100 < 9.95 ? 1 : 0)} %`;
}

/**
 * @param {object} of
 * @param {string[]} of.names of the classes
 * @param {ArrayLike<number>} of.probs
 * @param {number} [of.truth] the class that is true, -1 if nobody knows
 * @param {number} [of.top] only so many, the likeliest first
 * @param {ArrayLike<number>|null} [of.before] other probabilities to compare with, as thin marks
 * @param {string} [of.label] what the list is called
 */
export function bars({ names, probs, truth = -1, top, before, label = "Probabilities" }) {
  const order = top ? likeliest(probs, top) : Array.from(probs, (_, i) => i);
  const [first] = likeliest(probs, 1);
  return html`<ol class="bars" aria-label=${label}>${order.map(
    (i) => html`<li class=${i === first ? "first" : ""}>
      <span class="class">${names[i] ?? `class ${i}`}${sign(i, first, truth)}</span>
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="100" height="10" />
        <rect class="bar" width=${width(probs[i])} height="10" />
        ${before ? svg`<path class="before" d="M${width(before[i])},0v10" />` : nothing}
      </svg>
      <span class="share">${percent(probs[i])}${
        before ? html`<span class="visually-hidden">, before ${percent(before[i])}</span>` : nothing
      }</span></li>`,
  )}</ol>`;
}

/** @param {number} p */
function width(p) {
  return (100 * Math.min(1, Math.max(0, p || 0))).toFixed(2);
}

/** @param {number} i @param {number} first @param {number} truth */
function sign(i, first, truth) {
  if (i === truth)
    return html` <b class="right" aria-hidden="true">✓</b><span class="visually-hidden"> (true)</span>`;
  if (i === first && truth >= 0)
    return html` <b class="wrong" aria-hidden="true">✗</b><span class="visually-hidden"> (wrong)</span>`;
  return nothing;
}
