/** The confusion matrix: how often each class was taken for each, as a table whose cells lead to their images. */
import { html, render } from "lit";
import { parts } from "../parts.js";

/** Shades of a cell. */
const SHADES = 8;

/**
 * The images of a cell in words.
 * @param {string[]} names
 * @param {number} truth -1: any; -2: mistakes
 * @param {number} guess
 */
export function told(names, truth, guess) {
  if (truth === -2) return "Mistakes, that of the surest network first";
  if (truth < 0 && guess < 0) return "All images, those judged last first";
  if (guess < 0) return `All that are ${names[truth]}`;
  if (truth < 0) return `All that were taken for ${names[guess]}`;
  return truth === guess
    ? `${names[truth]}, and taken for it`
    : `${names[truth]}, taken for ${names[guess]}`;
}

/**
 * The matrix with sums: a row and a column more.
 * @param {ArrayLike<number>} flat (K, K) rows are the truth
 * @returns {number[][]}
 */
export function withSums(flat) {
  const k = Math.round(Math.sqrt(flat.length));
  const rows = Array.from({ length: k }, (_, i) =>
    Array.from({ length: k }, (_, j) => flat[i * k + j]),
  );
  const sum = (/** @type {number[]} */ list) => list.reduce((a, b) => a + b, 0);
  const wide = rows.map((row) => [...row, sum(row)]);
  return [...wide, Array.from({ length: k + 1 }, (_, j) => sum(wide.map((row) => row[j])))];
}

/**
 * How strongly a cell is coloured: by its share of the images of its class, small shares too.
 * @param {number} count
 * @param {number} all
 */
export function shade(count, all) {
  return count && all ? Math.max(1, Math.ceil(SHADES * Math.sqrt(count / all))) : 0;
}

/**
 * @param {HTMLElement} el
 * @param {(truth: number, guess: number) => void} pick
 * @returns {(frame: any) => void}
 */
export function confusion(el, pick) {
  const [title, tableEl] = parts(el, "title", "scrolls");
  render(
    html`<h2>What is taken for what</h2>
      <p class="hint">A row for each class as it is, a column for each that the network took it for. Choose a cell, by click or
        arrows and Enter, to see its images.</p>`,
    title,
  );
  /** The cell that the keys are in. */
  let at = [0, 0];
  /** @type {any} */
  let frame = null;

  /** @param {KeyboardEvent} event @param {number} size */
  const move = (event, size) => {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[
      event.key
    ];
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const last = size - 1;
    const [row, column] = at;
    if (by) at = [row + by[0], column + by[1]].map((x) => Math.min(last, Math.max(0, x)));
    else if (event.key === "Home") at = [row, 0];
    else if (event.key === "End") at = [row, last];
    else if (event.key === "Enter" || event.key === " ") chosen(row, column, size);
    else return;
    event.preventDefault();
    event.stopPropagation();
    draw();
    /** @type {HTMLElement|null} */ (tableEl.querySelector("td[tabindex='0']"))?.focus();
  };
  /** Sums stand for any class. @param {number} row @param {number} column @param {number} size */
  const chosen = (row, column, size) => {
    const any = (/** @type {number} */ x) => (x === size - 1 ? -1 : x);
    at = [row, column];
    pick(any(row), any(column));
  };

  const draw = () => {
    const names = String(frame.class_names).split("|");
    const rows = withSums(frame.confusion);
    const size = rows.length;
    const [truth, guess] = (frame.picked ?? []).map((/** @type {number} */ x) =>
      x === -1 ? size - 1 : x,
    );
    at = at.map((x) => Math.min(x, size - 1));
    const heads = [...names.slice(0, size - 1), "all"];
    render(
      html`<table role="grid" aria-label="Confusion matrix: rows are the truth, columns the guess"
        @keydown=${(/** @type {KeyboardEvent} */ e) => move(e, size)}>
        <thead><tr><td></td>${heads.map((name) => html`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
        <tbody>${rows.map(
          (row, i) =>
            html`<tr><th scope="row">${heads[i]}</th>${row.map((count, j) => {
              const sum = i === size - 1 || j === size - 1;
              const kind = sum
                ? "total"
                : `${i === j ? "hit" : "miss"} s${shade(count, row[size - 1])}`;
              const all = (/** @type {number} */ x) => (x === size - 1 ? -1 : x);
              return html`<td class=${kind} tabindex=${i === at[0] && j === at[1] ? 0 : -1}
              aria-selected=${i === truth && j === guess}
              aria-label="${count}: ${told(names, all(i), all(j))}"
              @click=${() => {
                chosen(i, j, size);
                draw();
              }}>${count || (sum ? 0 : "·")}</td>`;
            })}</tr>`,
        )}</tbody></table>`,
      tableEl,
    );
  };

  return (next) => {
    frame = next;
    draw();
  };
}
