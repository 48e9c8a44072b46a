/** Results: test images with the likeliest classes, the confusion matrix, the most confident mistakes. */
import { html, nothing, render } from "lit";
import css from "../../images-own.css" with { type: "text" };
import { parts } from "../parts.js";
import { sheet } from "../sheet.js";
import { percent } from "./bars.js";
import { confusion, told } from "./confusion.js";
import { gallery } from "./gallery.js";

const wear = sheet(css);
/** While images are judged the pictures change this often, so that they can be looked at. */
const PACE_MS = 500;
/** @type {Record<string, string>} */
const KINDS = {
  test: "test images",
  validation: "images that it never learns from",
  train: "images that it learns from",
};

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send hears of filter {truth, guess}, results {on: true} and
 *   choose {index}
 * @returns {(frame: any) => void} called with every frame while the tab is open
 */
export function results(el, send) {
  wear(el);
  const [head, matrixEl, choiceEl, galleryEl] = parts(
    el,
    "judged",
    "matrix",
    "choice-of",
    "gallery",
  );
  const filter = (/** @type {number} */ truth, /** @type {number} */ guess) =>
    send("filter", { truth, guess });
  const drawMatrix = confusion(matrixEl, filter);
  const drawGallery = gallery(galleryEl, (index) => send("choose", { index }));
  let shown = "";
  let at = 0;

  return (frame) => {
    render(
      summary(frame, () => send("results", { on: true })),
      head,
    );
    const there = frame.confusion?.length > 0 && frame.results_count > 0;
    for (const part of [matrixEl, choiceEl, galleryEl]) part.hidden = !there;
    if (!there) return;
    const now = `${frame.results_step} ${frame.results_count} ${frame.picked}`;
    const same = now.endsWith(` ${frame.picked}`) && shown.endsWith(` ${frame.picked}`);
    if (now === shown || (same && judging(frame) && performance.now() - at < PACE_MS)) return;
    shown = now;
    at = performance.now();
    drawMatrix(frame);
    render(choice(frame, filter), choiceEl);
    drawGallery(frame);
  };
}

/** @param {any} frame */
function judging(frame) {
  return String(frame.chore ?? "").startsWith("judging");
}

/** @param {any} frame @param {() => void} again */
function summary(frame, again) {
  const [count, right] = [Number(frame.results_count ?? 0), Number(frame.results_right ?? 0)];
  const busy = judging(frame);
  if (!count)
    return html`<p class="hint">${frame.chore ? `${frame.chore} …` : "Judging begins …"}</p>`;
  const many = (/** @type {number} */ n) => n.toLocaleString("en");
  const since = Number(frame.step) - Number(frame.results_step);
  const kind = KINDS[String(frame.results_of)] ?? "images";
  return html`<p><b class="share-right">${percent(right / count)} right</b>: ${many(right)} of ${many(count)} ${kind},
      judged with the weights of step ${many(Number(frame.results_step))}.
      ${busy ? html`<progress max="1" .value=${Number(frame.chore_done) || 0} aria-label=${String(frame.chore)}></progress>` : nothing}</p>
    <div class="row"><button @click=${again}>Judge again</button>
      <span class="hint">${since > 0 ? `It has learnt ${many(since)} ${since === 1 ? "step" : "steps"} since.` : "The weights are still those."}</span></div>
    <p class="visually-hidden" role="status">${busy ? "" : `Judged: ${percent(right / count)} of ${many(count)} right.`}</p>`;
}

/** @param {any} frame @param {(truth: number, guess: number) => void} filter */
function choice(frame, filter) {
  const [truth, guess] = frame.picked ?? [-1, -1];
  const names = String(frame.class_names).split("|");
  const button = (/** @type {number} */ code, /** @type {string} */ text) =>
    html`<button aria-pressed=${truth === code && guess === code} @click=${() => filter(code, code)}>${text}</button>`;
  return html`<h2>Images</h2>
    <div class="choice" role="group" aria-label="Which images">
      ${button(-1, "The newest")} ${button(-2, "The most confident mistakes")}</div>
    <p class="hint" role="status">${told(names, truth, guess)}. Click an image to look at it above and in “Layers”.</p>`;
}
