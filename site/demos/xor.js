/** XOR: one unit and a network with a hidden layer, on the same points, step for step. */
import { html, nothing, render } from "lit";
import { format } from "../controls.js";
import { curves } from "../draw/curves.js";
import { network } from "../draw/network.js";
import { parts } from "../draw/parts.js";
import { plane } from "../draw/plane.js";
import { warp } from "../draw/warp.js";
import css from "./xor.css" with { type: "text" };

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send
 */
export default function mount(el, send) {
  const home = /** @type {ShadowRoot} */ (el.getRootNode());
  if (!home.adoptedStyleSheets.includes(sheet)) home.adoptedStyleSheets.push(sheet);
  const [planeEl, oneEl, hiddenEl, netEl, tableEl, curvesEl] = parts(
    el,
    "plane",
    "one-part",
    "hidden-part",
    "net-part",
    "table-part",
    "history",
  );
  const [planeTitle, planeBox] = titled(planeEl);
  const [oneTitle, oneBox] = titled(oneEl);
  const [hiddenTitle, hiddenBox, hiddenHint] = titled(hiddenEl);
  const [netTitle, netBox, netHint] = titled(netEl);
  const drawPlane = plane(planeBox, send, { label: "The plane of the network" });
  const drawOne = plane(oneBox, send, { label: "The plane of one unit", editable: false });
  const drawHidden = warp(hiddenBox, { label: "The hidden space" });
  const drawNetwork = network(netBox, send);
  const drawCurves = curves(curvesEl, "Loss over the steps", [
    { label: "network", color: "line", scale: "loss" },
    { label: "one unit", color: "class0", scale: "loss", dash: [6, 4] },
  ]);
  oneTitle.textContent = "One unit";
  netTitle.textContent = "The network";
  netHint.textContent = "Click a line or a small square to set that weight or bias by hand.";

  return (/** @type {any} */ frame) => {
    const drawn = Boolean(frame.net_sizes);
    const bent = Boolean(frame.hidden_grid);
    planeTitle.textContent = drawn ? `Network ${frame.net_sizes.join("-")}` : "The network";
    if (frame.looked >= 0) planeTitle.textContent += `: what ${unit(frame)} says`;
    drawPlane(frame);
    drawOne({
      ...frame,
      field: frame.one_field,
      predictions: frame.one_predictions,
      line: frame.one_line,
      lines: [],
    });
    hiddenEl.hidden = !bent;
    if (bent) {
      hiddenTitle.textContent = `Hidden space: ${[frame.hidden_x, frame.hidden_y].filter(Boolean).join(" and ")}`;
      hiddenHint.textContent = frame.hidden_line.length
        ? "Here the output unit draws its line."
        : "What the output unit sees of the points.";
      drawHidden({
        ...frame,
        grid: frame.hidden_grid,
        warp_field: frame.hidden_field,
        points: frame.hidden_points,
        line: frame.hidden_line,
        x_label: frame.hidden_x,
        y_label: frame.hidden_y,
      });
    }
    netEl.hidden = !drawn;
    if (drawn) drawNetwork(frame);
    render(table(frame), tableEl);
    drawCurves(
      frame.history_step,
      [frame.history_loss, frame.history_loss_one],
      [frame.loss, frame.loss_one],
    );
  };
}

/**
 * A part with a heading, room for the picture, and a line below it.
 * @param {HTMLElement} el
 * @returns {HTMLElement[]}
 */
function titled(el) {
  const made = ["h2", "div", "p"].map((tag) => document.createElement(tag));
  made[2].className = "hint";
  el.append(...made);
  return made;
}

/** @param {any} frame @returns {string} the unit whose field is shown */
function unit({ looked, net_sizes: sizes }) {
  let at = looked;
  for (const [layer, size] of sizes.entries()) {
    if (at < size) {
      if (layer === sizes.length - 1) return "the output";
      return layer ? `h${at + 1}` : `x${at + 1}`;
    }
    at -= size;
  }
  return "";
}

/** @param {number} value @returns {string} always as wide, so that nothing moves */
function two(value) {
  return value.toFixed(2).replace("-", "−");
}

/** @param {any} f the frame */
function table(f) {
  const rows = f.table_labels.length;
  const width = rows ? (f.table_hidden?.length ?? 0) / rows : 0;
  const names = [f.hidden_x, f.hidden_y].filter(Boolean).slice(0, width);
  const said = (/** @type {number} */ p, /** @type {number} */ right) =>
    html`<td class=${right ? "said" : "said no"}>${two(p)}<span>${right ? "" : " ✗"}</span></td>`;
  const row = (
    /** @type {number} */ i,
  ) => html`<tr class=${!f.table_corners && i === f.example ? "at" : nothing}>
    <td>${format(f.table_points[2 * i])}</td><td>${format(f.table_points[2 * i + 1])}</td>
    <td>${f.table_labels[i]}</td>${said(f.table_one[i], f.table_one_right[i])}
    ${names.map((_, k) => html`<td>${two(f.table_hidden[i * width + k])}</td>`)}
    ${said(f.table_net[i], f.table_net_right[i])}</tr>`;
  return html`<h2>Truth table</h2>
    <div class="truth" tabindex="0" role="region" aria-label="Truth table"><table>
      <thead><tr>${["x₁", "x₂", "target", "1 unit", ...names, "network"].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${Array.from({ length: rows }, (_, i) => row(i))}</tbody>
    </table></div>
    ${f.table_corners ? html`<p class="hint">The rows are the middles of the clouds; a learner is right above or below 0.5.</p>` : nothing}`;
}
