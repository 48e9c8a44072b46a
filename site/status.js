/** What the page says about where things stand: loading, busy, broken, or what the demo has to say. */
import { html, nothing } from "lit";

/**
 * @typedef {object} Problem
 * @property {string} message in plain words
 * @property {string} traceback
 * @property {number|null} line in the visitor's code
 * @property {"code"|"data"|"save"|null} about the panel that asked for what went wrong
 */

/**
 * @param {import("./element.js").PymlDemo} demo
 * @param {() => void} restart
 */
export function statusLine({ health, problem, panel, status, verdict }, restart) {
  if (health.phase === "failed") {
    return html`<div class="status bad" role="alert"><p><b>${health.message}</b> ${health.advice}</p>
      <button @click=${restart}>Try again</button></div>`;
  }
  if (health.phase === "busy") {
    return html`<div class="status" role="status"><p>Python is busy and does not answer. It is stopped by itself
      after ten seconds.</p><button @click=${restart}>Stop it now</button></div>`;
  }
  // What a panel asked for is answered there.
  if (problem && !(problem.about && problem.about === panel)) return problemBox(problem);
  if (status === "loading") {
    return html`<div class="status" role="status"><p>${health.stage ?? "Waiting for Python"} …</p>
      <progress max="1" .value=${health.fraction ?? 0} aria-label="Loading"></progress></div>`;
  }
  return html`<div class="status"><p>${verdict}</p></div>`;
}

/**
 * What computes, small and at the end. Its room is kept before it is known.
 * @param {import("./wire.js").Health["backend"]} backend
 */
export function engineLine(backend) {
  const text = { kernels: "Python with NumPy and compiled kernels", numpy: "Python with NumPy" };
  return html`<p class="engine">${backend ? `Runs in ${text[backend]}.` : "\u00a0"}</p>`;
}

/** @param {Problem} problem */
export function problemBox({ message, traceback, about }) {
  return html`<div class="status bad" role="alert">
    <p>${message}</p>
    ${about === "code" ? html`<p class="hint">The network from before is still there.</p>` : nothing}
    ${
      traceback
        ? html`<details><summary>Traceback</summary><pre tabindex="0">${traceback}</pre></details>`
        : nothing
    }</div>`;
}

/**
 * What of a link or a setting could not be used, and what else there is to say.
 * @param {string[]} notes
 * @param {() => void} dismiss
 * @param {unknown} [more]
 */
export function noteBox(notes, dismiss, more = null) {
  if (!notes.length && !more) return nothing;
  return html`<div class="note" role="status"><div>${notes.map((note) => html`<p>${note}</p>`)}${more}</div>
    <button aria-label="Dismiss" @click=${dismiss}>✕</button></div>`;
}
