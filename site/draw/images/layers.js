/**
 * The network from the image to the probabilities as one picture: a row for each layer with its name, its size,
 * its weights and all its channels, which shrink as they do in the network.
 *
 * Every value can be pointed at, and walked to by keyboard: arrows move, Shift changes the channel, Page Up and
 * Page Down the layer.
 */
import { render, svg } from "lit";
import { format } from "../../controls.js";
import { bars } from "./bars.js";
import { inGrey, read, rough, sizeOf, words } from "./layer-table.js";
import { frame as box, boxOf } from "./picture.js";
import { boxIn, corner, fill, moved, placeAt, sizes, tiling } from "./tiles.js";

/** Names are completed with numbers this often, for those who read them one by one. */
const TELL_MS = 1000;
/** Names and scales stand beside the maps, so wide in all, unless the list is narrower than that. */
const [BESIDE_REM, NARROW_REM] = [18.5, 34];
/** Layers that give each channel back by itself; the others mix all. */
const MIXING = ["conv", "dense", "softmax", "svm", "regression", "flatten", "maxout"];

/** @typedef {import("./tiles.js").Place} Place */
/** @typedef {import("./layer-table.js").Layer} Layer */

/**
 * @param {HTMLElement} el
 * @param {(layer: number, place: Place) => void} choose hears which value is looked into
 * @returns {(frame: any) => void}
 */
export function layers(el, choose) {
  const list = document.createElement("ol");
  list.className = "pyramid";
  const readout = document.createElement("p");
  readout.className = "hint readout";
  el.append(readout, list);
  /** @type {{layer: Layer, plan: ReturnType<typeof tiling>, item: HTMLElement, surface: HTMLElement, draw: (frame: any) => void}[]} */
  let rows = [];
  /** @type {any} */
  let last = null;
  let built = "";
  /** Where the keyboard is: the layer that Tab leads to, and the place in it. */
  let current = 0;
  /** @type {Place} */
  let at = { row: 0, column: 0, channel: 0 };

  /** @param {number} index @param {Place} place */
  const describe = (index, { row, column, channel }) => {
    const { layer } = rows[index];
    const [h, w] = layer.shape;
    const grey = last?.maps?.[layer.from + (channel * h + row) * w + column];
    const value = format(inGrey(grey, last?.maps_low?.[index], last?.maps_high?.[index]));
    const where = h * w === 1 ? "" : `, row ${row + 1}, column ${column + 1}`;
    const what = h * w === 1 ? "value" : "channel";
    return `Layer ${index}, ${layer.name}, ${what} ${channel + 1}${where}: about ${value}`;
  };

  /** Read out, unless a mouse only passes over. @param {string} text @param {boolean} aloud */
  const say = (text, aloud) => {
    readout.setAttribute("aria-live", aloud ? "polite" : "off");
    readout.textContent = text;
  };

  /** @param {number} index @param {Place} place @param {boolean} [focus] */
  const go = (index, place, focus) => {
    current = index;
    at = place;
    rows.forEach(({ surface }, i) => {
      surface.tabIndex = i === index ? 0 : -1;
    });
    if (focus) rows[index].surface.focus();
    say(describe(index, place), true);
    choose(index, place);
  };

  /** @param {KeyboardEvent} event @param {number} index */
  const key = (event, index) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { plan } = rows[index];
    const by = { PageUp: -1, PageDown: 1 }[event.key] ?? 0;
    const next = Math.min(rows.length - 1, Math.max(0, index + by));
    if (by) {
      const [h, w] = rows[next].layer.shape;
      // The same place of a layer of another size.
      const row = Math.min(h - 1, Math.floor(((at.row + 0.5) * h) / rows[index].layer.shape[0]));
      const column = Math.min(
        w - 1,
        Math.floor(((at.column + 0.5) * w) / rows[index].layer.shape[1]),
      );
      go(next, { row, column, channel: Math.min(at.channel, rows[next].layer.shown - 1) }, true);
    } else {
      const enter = event.key === "Enter" || event.key === " ";
      const to = enter ? at : moved(plan, at, event.key, event.shiftKey);
      if (!to) return;
      go(index, to);
    }
    event.preventDefault();
    event.stopPropagation();
  };

  /** @param {PointerEvent|MouseEvent} event @param {number} index */
  const under = (event, index) => {
    const { plan, surface } = rows[index];
    const bounds = surface.getBoundingClientRect();
    const x = ((event.clientX - bounds.left) / bounds.width) * plan.width;
    return placeAt(plan, x, ((event.clientY - bounds.top) / bounds.height) * plan.height);
  };

  /** @param {any} frame */
  const build = (frame) => {
    const table = read(frame);
    const size = sizes(
      table.map((layer) => layer.shape),
      room,
    );
    rows = table.map((layer, i) => {
      const [h, w] = layer.shape;
      const plan = tiling([h, w, layer.shown], size[i], room);
      const made = row(layer, i, plan);
      made.surface.addEventListener("click", (event) => {
        const place = under(event, i);
        if (place) go(i, place);
      });
      made.surface.addEventListener("pointermove", (event) => {
        const place = event.pointerType === "mouse" ? under(event, i) : null;
        if (place) say(describe(i, place), false);
      });
      made.surface.addEventListener("keydown", (event) => key(event, i));
      return { layer, plan, ...made };
    });
    current = Math.min(current, rows.length - 1);
    rows[current].surface.tabIndex = 0;
    const { shape, shown } = rows[current].layer;
    if (at.row >= shape[0] || at.column >= shape[1] || at.channel >= shown)
      at = { row: 0, column: 0, channel: 0 };
    list.replaceChildren(...rows.map((r) => r.item));
  };

  let room = 0;
  const draw = () => {
    if (!last?.layer_shapes?.length || !room) return;
    const now = `${last.layer_names}/${Array.from(last.layer_shapes)}/${room}`;
    if (now !== built) build(last);
    built = now;
    for (const { draw } of rows) draw(last);
  };
  // Only when it changes: to ask for it makes the browser lay out the page.
  new ResizeObserver(() => {
    room = list.clientWidth && roomFor(list);
    draw();
  }).observe(list);

  return (frame) => {
    last = frame;
    draw();
  };
}

/** What is left for the maps beside the names; under them on a phone. @param {HTMLElement} list */
function roomFor(list) {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const beside = list.clientWidth > NARROW_REM * rem ? BESIDE_REM * rem : 0;
  return Math.max(200, Math.floor(list.clientWidth - beside));
}

/**
 * One layer.
 * @param {Layer} layer
 * @param {number} index
 * @param {ReturnType<typeof tiling>} plan
 */
function row(layer, index, plan) {
  const item = document.createElement("li");
  const about = element(item, "div", "about");
  element(about, "b", "").textContent = layer.name;
  element(about, "span", "").textContent = sizeOf(layer.shape);
  const weights = layer.weights.toLocaleString("en");
  if (layer.weights) element(about, "span", "").textContent = `${weights} weights`;

  const surface = element(item, "div", "maps");
  surface.tabIndex = -1;
  surface.setAttribute("role", "application");
  surface.setAttribute("aria-roledescription", "maps of a layer");
  surface.style.width = `${plan.width * plan.scale}px`;
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  canvas.width = plan.width;
  canvas.height = plan.height;
  const over = document.createElement("div");
  over.className = "over";
  over.setAttribute("aria-hidden", "true");
  surface.append(canvas, over);
  const context = canvas.getContext("2d");
  const image = context?.createImageData(plan.width, plan.height);
  const pixels = new Uint32Array(image?.data.buffer ?? new ArrayBuffer(0));

  const scale = element(item, "div", "scale");
  const [low, , high] = ["span", "i", "span"].map((tag) => element(scale, tag, ""));
  scale.setAttribute("aria-hidden", "true");
  const answer = element(item, "div", "chances");
  let told = Number.NEGATIVE_INFINITY;

  const draw = (/** @type {any} */ frame) => {
    const { maps, maps_low, maps_high, trace_cell: trace, probs } = frame;
    const size = layer.shape[0] * layer.shape[1] * layer.shown;
    const there = maps && maps.length >= layer.from + size;
    item.classList.toggle("missing", !there);
    if (there && image) {
      fill(pixels, plan, maps, layer.from);
      context?.putImageData(image, 0, 0);
      low.textContent = rough(maps_low[index]);
      high.textContent = rough(maps_high[index]);
    }
    if (performance.now() - told > TELL_MS) {
      told = performance.now();
      surface.setAttribute(
        "aria-label",
        words(layer, index, maps_low?.[index], maps_high?.[index]),
      );
    }
    render(marks(layer, index, plan, trace), over);
    const names = String(frame.class_names ?? "").split("|");
    const ends = index === frame.layer_shapes.length / 3 - 1 && probs?.length === names.length;
    if (ends) render(bars({ names, probs, truth: frame.label }), answer);
  };
  return { item, surface, draw };
}

/**
 * The value that is looked into, what it is made from, and what of the image that is.
 * @param {Layer} layer
 * @param {number} index
 * @param {ReturnType<typeof tiling>} plan
 * @param {any} trace
 */
function marks(layer, index, plan, trace) {
  const boxes = [];
  if (trace?.layer === index && trace.channel < layer.shown) {
    const { row, column, channel } = trace;
    const [x, y] = corner(plan, channel);
    const { w, h, cell } = plan;
    if (h * w > 1) boxes.push({ top: y, left: x, bottom: y + h * cell, right: x + w * cell });
    boxes.push(
      boxIn(plan, channel, { top: row, left: column, bottom: row + 1, right: column + 1 }),
    );
  } else if (trace && (trace.layer === index + 1 || index === 0)) {
    const [field] = boxOf(trace.layer === index + 1 ? trace.field : trace.input_field);
    const all = index === 0 || MIXING.includes(trace.kind);
    for (let c = 0; field && c < layer.shown; c++) {
      if (all || c === trace.channel) boxes.push(boxIn(plan, c, field));
    }
  }
  return svg`<svg viewBox="0 0 ${plan.width} ${plan.height}">${boxes.map((one) => box(one))}</svg>`;
}

/** @param {HTMLElement} parent @param {string} tag @param {string} name @returns {HTMLElement} */
function element(parent, tag, name) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  parent.append(made);
  return made;
}
