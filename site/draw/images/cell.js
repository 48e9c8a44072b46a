/** The arithmetic of one value of a layer, with the numbers of the network as it is. */
import { html, nothing, render } from "lit";
import { format } from "../../controls.js";
import { parts } from "../parts.js";
import { excited } from "./excited.js";
import { read } from "./layer-table.js";
import { short, table } from "./numbers.js";
import { boxOf, picture } from "./picture.js";

/** @typedef {any} Trace what Python tells of the value: see pyml/explain/cells.py */

/** Layers whose values are sums over a patch of all channels before. */
const SUMS = ["conv", "dense"];
/** So many of the sums are written out. */
const MOST_SUMS = 5;

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send hears of cell {layer, row, column, channel} and excite
 * @returns {(frame: any) => void} null: nothing is looked into
 */
export function cell(el, send) {
  el.setAttribute("role", "region");
  el.setAttribute("aria-label", "Arithmetic of one value");
  const [head, flow] = parts(el, "row head", "flow");
  const [zoomsEl, work] = parts(flow, "zooms", "work");
  const [beforeEl, afterEl] = parts(zoomsEl, "zoom", "zoom after");
  const [tables, foot, exciting] = parts(work, "tables", "sum", "exciting");
  const zooms = [beforeEl, afterEl].map((one) => {
    const [title, image] = parts(one, "hint", "image");
    return { el: one, title, image, draw: picture(image) };
  });
  const drawExcited = excited(exciting, send);
  /** The input channel whose patch is shown; null: the one that counts most. @type {number|null} */
  let from = null;
  let about = "";
  /** @type {any} */
  let last = null;

  afterEl.addEventListener("click", (event) => {
    const trace = last?.trace_cell;
    const box = zooms[1].image.getBoundingClientRect();
    if (!trace || !read(last)[trace.layer]) return;
    const [h, w] = read(last)[trace.layer].shape;
    const at = (/** @type {number} */ share, /** @type {number} */ size) =>
      Math.min(size - 1, Math.max(0, Math.floor(share * size)));
    send("cell", {
      layer: trace.layer,
      row: at((event.clientY - box.top) / box.height, h),
      column: at((event.clientX - box.left) / box.width, w),
      channel: trace.channel,
    });
  });

  const draw = (/** @type {any} */ frame) => {
    last = frame;
    const trace = frame?.trace_cell;
    el.hidden = !trace;
    if (!trace) return;
    if (about !== `${trace.layer} ${trace.channel}`) from = null;
    about = `${trace.layer} ${trace.channel}`;
    const sums = list(trace.channels);
    const shown = from ?? sums.reduce((m, s, i) => (Math.abs(s) > Math.abs(sums[m]) ? i : m), 0);
    const before = SUMS.includes(trace.kind)
      ? Number(list(trace.shown)[shown] ?? 0)
      : trace.channel;
    render(
      html`<h2>${titleOf(trace, frame)}</h2><button class="quiet" @click=${close}>Close</button>`,
      head,
    );
    const here = {
      top: trace.row,
      left: trace.column,
      bottom: trace.row + 1,
      right: trace.column + 1,
    };
    zoom(zooms[0], frame, trace.layer - 1, before, boxOf(trace.field));
    zoom(zooms[1], frame, trace.layer, trace.channel, [here]);
    render(body(trace, shown, String(frame.class_names).split("|")), tables);
    render(
      html`${sums.length > 1 ? picker(list(trace.shown), sums, shown) : nothing}
        ${SUMS.includes(trace.kind) ? formula(trace, sums) : nothing}<p class="hint">${String(trace.text)}</p>`,
      foot,
    );
    drawExcited(frame);
  };

  /** @param {number[]} channels @param {number[]} sums @param {number} shown */
  const picker = (channels, sums, shown) => html`<label>Input channel
    <select @change=${(/** @type {any} */ e) => {
      from = Number(e.target.value);
      draw(last);
    }}>${sums.map(
      (s, i) =>
        html`<option value=${i} .selected=${i === shown}>${channels[i] + 1}: adds ${short(s)}</option>`,
    )}</select></label>`;
  const close = () => {
    send("cell", { layer: -1, row: 0, column: 0, channel: 0 });
    drawExcited(null);
  };
  el.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  return draw;
}

/**
 * A channel of a layer, large enough to point at.
 * @param {{el: HTMLElement, title: HTMLElement, draw: ReturnType<typeof picture>}} into
 * @param {any} frame
 * @param {number} index of the layer
 * @param {number} channel
 * @param {import("./picture.js").Box[]} boxes
 */
function zoom({ el, title, draw }, frame, index, channel, boxes) {
  const layer = read(frame)[index];
  const [h, w] = layer?.shape ?? [1, 1];
  const from = layer ? layer.from + channel * h * w : 0;
  const shown = layer && h * w > 1 && channel < layer.shown && frame.maps?.length >= from + h * w;
  el.hidden = !shown;
  if (!shown) return;
  const name = `${layer.name.split("(")[0]}, channel ${channel + 1}`;
  title.textContent = name;
  const pixels = frame.maps.subarray(from, from + h * w);
  draw({ pixels, width: w, height: h, channels: 1, label: name, boxes });
}

/** @param {Trace} trace @param {number} shown which of its channels @param {string[]} names of the classes */
function body(trace, shown, names) {
  if (trace.kind === "softmax") return softmax(trace, names);
  const [patch, weights, products] = ["patch", "weights", "products"].map((name) =>
    plane(trace[name], list(trace.shape), shown),
  );
  if (!patch.length) return nothing;
  const inside = list(trace.inside);
  const outside = (/** @type {number} */ r, /** @type {number} */ c) =>
    inside[r * patch[0].length + c] === 0;
  const winner = typeof trace.winner === "number" ? trace.winner : undefined;
  if (!weights.length) return table(patch, { label: "Window", winner, outside });
  return html`${table(patch, { label: "Patch", outside })}<span class="op">×</span>
    ${table(weights, { label: "Filter" })}<span class="op">=</span>
    ${table(products, { label: "Products" })}`;
}

/** Which value it is. @param {Trace} trace @param {any} frame */
function titleOf({ layer, row, column, channel }, frame) {
  const { name, shape } = read(frame)[layer] ?? { name: "", shape: [1, 1] };
  const flat = shape[0] * shape[1] === 1;
  const where = `row ${row + 1}, column ${column + 1}, channel ${channel + 1}`;
  return `${name}: ${flat ? `number ${channel + 1}` : where}`;
}

/** @param {Trace} trace @param {number[]} sums */
function formula(trace, sums) {
  const many = sums.slice(0, MOST_SUMS).map(short);
  const rest = sums.length > MOST_SUMS || trace.rest ? ["…"] : [];
  const added = [...many, ...rest].join(" + ").replaceAll("+ −", "− ");
  const { activation } = trace;
  return html`<p class="formula">${sums.length > 1 ? `${added} = ` : ""}${short(trace.sum)}
    + bias ${short(trace.bias)} = <b>${format(Number(trace.z))}</b>${
      activation ? html` → ${String(activation)} → <b>${format(Number(trace.y))}</b>` : nothing
    }</p>`;
}

/** @param {Trace} trace @param {string[]} names */
function softmax(trace, names) {
  const [scores, powers] = [list(trace.patch), list(trace.products)];
  return html`<div class="scroll"><table class="softmax"><thead><tr>
      <th scope="col">class</th><th scope="col">score</th><th scope="col">exp(score − largest)</th>
      <th scope="col">÷ sum</th></tr></thead>
    <tbody>${scores.map(
      (
        s,
        i,
      ) => html`<tr class=${i === trace.channel ? "winner" : ""}><th scope="row">${names[i] ?? i}</th>
        <td>${short(s)}</td><td>${short(powers[i])}</td><td>${short(powers[i] / trace.sum)}</td></tr>`,
    )}</tbody>
    <tfoot><tr><th scope="row">sum</th><td></td><td>${short(trace.sum)}</td><td>1.00</td></tr></tfoot></table></div>`;
}

/**
 * One channel of an array as rows of numbers.
 * @param {any} values one after the other, of the shape rows, columns and, if there are several, channels
 * @param {number[]} shape
 * @param {number} channel
 * @returns {number[][]}
 */
export function plane(values, [rows = 0, columns = 0, channels = 1], channel) {
  if (!list(values).length) return [];
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) =>
      Number(values[(r * columns + c) * channels + (channel % channels)]),
    ),
  );
}

/** @param {any} value @returns {any[]} */
function list(value) {
  return Array.isArray(value) ? value : [];
}
