/** How training goes: loss and accuracy of this run and of earlier ones, and how much was seen how fast. */
import { html, nothing, render } from "lit";
import { format } from "../../controls.js";
import { curves } from "../curves.js";
import { parts } from "../parts.js";
import { percent } from "./bars.js";

/** Earlier runs, the last one first: colour and dashes. */
const OLD = [
  { color: "class0", dash: [8, 4] },
  { color: "class2", dash: [2, 3] },
  { color: "class3", dash: [12, 4, 2, 4] },
  { color: "class5", dash: [5, 3] },
];
/** A curve that has not begun, or that was not known there. */
const GAP = /** @type {any} */ (null);
const HEIGHT = 120;
/** Numbers that come with many words. */
const WIDE = ["images here", "best validation"];

/** @typedef {{title: string, step: ArrayLike<number>, smooth: ArrayLike<number>, validation: ArrayLike<number>}} Run */

/**
 * The runs before this one, the last one first.
 * @param {any} frame
 * @returns {Run[]}
 */
export function oldRuns(frame) {
  const titles = String(frame.old_titles ?? "").split("|");
  return String(frame.old_runs ?? "")
    .split("|")
    .filter((number) => frame[`run${number}_step`]?.length)
    .map((number, i) => ({
      title: `run ${number}${titles[i] ? ` (${titles[i]})` : ""}`,
      step: frame[`run${number}_step`],
      smooth: frame[`run${number}_smooth`] ?? [],
      validation: frame[`run${number}_validation`] ?? [],
    }))
    .reverse()
    .slice(0, OLD.length);
}

/**
 * Steps of several curves as one ascending list without repetitions.
 * @param {ArrayLike<number>[]} lists each ascending
 * @returns {number[]}
 */
export function union(lists) {
  const all = new Set(lists.flatMap((list) => Array.from(list)));
  return [...all].sort((a, b) => a - b);
}

/**
 * A curve's values at other steps than its own, between its neighbours.
 * @param {ArrayLike<number>} steps ascending
 * @param {ArrayLike<number>} values negative or no number: not known
 * @param {ArrayLike<number>} at ascending
 * @returns {number[]} null outside of the curve and where it is not known
 */
export function resample(steps, values, at) {
  let i = 0;
  return Array.from(at, (x) => {
    while (i < steps.length - 2 && steps[i + 1] < x) i++;
    const [x0, x1] = [steps[i], steps[Math.min(i + 1, steps.length - 1)]];
    if (!(x >= x0 && x <= x1)) return GAP;
    const [y0, y1] = [values[i], values[Math.min(i + 1, values.length - 1)]];
    if (x === x0) return y0 >= 0 ? y0 : GAP;
    if (x === x1) return y1 >= 0 ? y1 : GAP;
    return y0 >= 0 && y1 >= 0 ? y0 + ((x - x0) / (x1 - x0)) * (y1 - y0) : GAP;
  });
}

/** @param {ArrayLike<number>} values @returns {number} the last, or no number */
function last(values) {
  const value = values[values.length - 1];
  return value >= 0 ? value : Number.NaN;
}

/**
 * @param {HTMLElement} curvesEl
 * @param {HTMLElement} numbersEl
 * @param {(name: string, args?: object) => void} send hears of best and pretrained {name}
 * @returns {(frame: any) => void}
 */
export function training(curvesEl, numbersEl, send) {
  const [lossEl, accuracyEl] = parts(curvesEl, "losses", "accuracies");
  const loss = [
    { label: "loss of each batch", color: "faint", range: null, scale: "loss" },
    { label: "smoothed", color: "line", range: null, scale: "loss" },
  ];
  /** @type {[number, number]} */
  const range = [0, 1];
  const accuracy = [
    { label: "training", color: "class1", range, scale: "accuracy", dash: [6, 4] },
    { label: "validation", color: "good", range, scale: "accuracy" },
  ];
  const drawLoss = curves(lossEl, "Loss over the steps", loss, {
    log: false,
    height: HEIGHT,
    ends: false,
  });
  const drawAccuracy = curves(accuracyEl, "Accuracy over the steps", accuracy, {
    height: HEIGHT,
    ends: false,
  });

  return (frame) => {
    const runs = oldRuns(frame);
    const mine = frame.history_step ?? [];
    const steps = union([mine, ...runs.map((run) => run.step)]);
    const now = (/** @type {any} */ values) => resample(mine, values ?? [], steps);
    const then = (/** @type {"smooth"|"validation"} */ name) =>
      runs.map((run) => resample(run.step, run[name], steps));
    const others = (/** @type {string} */ scale, /** @type {[number, number]|null} */ fixed) =>
      runs.map((run, i) => ({ ...OLD[i], label: run.title, range: fixed, scale }));
    drawLoss(
      steps,
      [now(frame.history_loss), now(frame.history_smooth), ...then("smooth")],
      [
        known(frame.loss ?? last(frame.history_loss ?? [])),
        known(frame.smooth_loss ?? last(frame.history_smooth ?? [])),
        ...runs.map((run) => last(run.smooth)),
      ],
      [...loss, ...others("loss", null)],
    );
    drawAccuracy(
      steps,
      [now(frame.history_train), now(frame.history_validation), ...then("validation")],
      [
        known(frame.train_accuracy ?? last(frame.history_train ?? [])),
        known(frame.validation_accuracy ?? last(frame.history_validation ?? [])),
        ...runs.map((run) => last(run.validation)),
      ],
      [...accuracy, ...others("accuracy", range)],
    );
    render(numbers(frame, send), numbersEl);
  };
}

/** @param {number} value negative: not known @returns {number} */
function known(value) {
  return value >= 0 ? value : Number.NaN;
}

/** @param {any} f the frame @param {(name: string, args?: object) => void} send */
function numbers(f, send) {
  const count = (/** @type {number} */ n) => (Number(n) || 0).toLocaleString("en");
  const ms = (/** @type {number} */ n, per = "") => (n > 0 ? `${format(n)} ms${per}` : "–");
  const rows = [
    ["examples seen", count(f.seen)],
    ["examples/s", f.rate ? count(Math.round(f.rate)) : "–"],
    ["epoch", count(f.epoch)],
    ["forward", ms(f.forward_ms, "/image")],
    ["backward", ms(f.backward_ms, "/image")],
    ["a batch", ms(f.batch_ms)],
    [
      "images here",
      `${count(f.images_train)} to learn, ${count(f.images_validation)} to validate, ${count(f.images_test)} to test`,
    ],
    [
      "best validation",
      f.best_accuracy >= 0
        ? html`${percent(f.best_accuracy)} at step ${count(f.best_step)}
            <button class="quiet" @click=${() => send("best")}>Back to those weights</button>`
        : "–",
    ],
  ];
  return html`<dl class="counts">${rows.map(([term, value]) => html`<div class=${WIDE.includes(String(term)) ? "wide" : ""}><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
    ${trained(f, send)}${f.chore ? chore(String(f.chore), Number(f.chore_done), () => send("stop")) : nothing}
    ${f.data_note ? html`<p class="hint">${String(f.data_note)}</p>` : nothing}`;
}

/** Networks that the site brings. @param {any} f @param {(name: string, args?: object) => void} send */
function trained(f, send) {
  const [names, titles] = [f.model_names, f.model_titles].map((text) =>
    String(text ?? "").split("|"),
  );
  if (!names[0]) return nothing;
  return html`<p class="row">Or take a trained network: ${names.map(
    (name, i) =>
      html`<button @click=${() => send("pretrained", { model: name })}>${titles[i] || name}</button>`,
  )}</p>`;
}

/**
 * Work that is going on beside training.
 * @param {string} what
 * @param {number} done 0 to 1
 * @param {() => void} stop reads no further
 */
function chore(what, done, stop) {
  return html`<p class="chore"><span>${what}</span>
    <progress max="1" .value=${Math.min(1, Math.max(0, done || 0))} aria-label=${what}></progress>
    ${what.startsWith("reading") ? html`<button @click=${stop}>Stop reading</button>` : nothing}</p>`;
}
