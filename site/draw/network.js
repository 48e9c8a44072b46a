/**
 * A network: units with what they answer at every place, links as wide as their weights, biases, and the
 * phases of backpropagation. Every number can be looked at and edited, by pointer and by keyboard.
 */
import { onTheme } from "./colors.js";
import networkCss from "./network.css" with { type: "text" };
import { card, told } from "./network-card.js";
import { heat } from "./network-heat.js";
import { along, layout, namer, nearest, neighbour } from "./network-layout.js";
import { restingLinks } from "./network-links.js";
import { scene } from "./network-scene.js";
import { enlarged } from "./scale.js";
import { said } from "./words.js";

/** A link is meant by a pointer within this many pixels; a finger is less exact. */
const REACH = 7;
const REACH_TOUCH = 16;
/** Passing over a unit is not yet looking at it. */
const LOOK_MS = 80;
/** Names are completed with numbers, for those who read them one by one, once nothing moves. */
const REST_MS = 600;

/** @typedef {import("./network-layout.js").Item} Item */

/**
 * @typedef {object} NetworkFrame
 * @property {number[]} net_sizes units of each layer, inputs first
 * @property {string} net_names of the inputs, joined by "|"
 * @property {string} [net_outputs] names of the outputs, joined by "|"
 * @property {ArrayLike<number>} net_weights layer by layer, each (out, in)
 * @property {ArrayLike<number>} net_biases of all units but the inputs
 * @property {ArrayLike<number>} [net_heat] flat (units, m, m), 0 to 255, row 0 at the bottom
 * @property {ArrayLike<number>} [net_dead] 1: a link that is cut for ever
 * @property {ArrayLike<number>} [net_values] of each unit, for the example
 * @property {ArrayLike<number>} [net_errors] dE/dz of all units but the inputs
 * @property {ArrayLike<number>} [net_flow] of each link, its share of the error that flows back
 * @property {ArrayLike<number>} [net_change] the correction of each weight
 * @property {ArrayLike<number>} [net_bias_change]
 * @property {""|"forward"|"error"|"back"|"update"} [net_phase]
 * @property {number} [net_active] the layer at which the phase stands: its incoming links are lit; below 1
 *   those of all layers
 */

const kinds = /** @type {const} */ ({ unit: "units", link: "links", bias: "biases" });

const sheet = new CSSStyleSheet();
sheet.replaceSync(networkCss);

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send hears of weight {layer, unit, input, value}, where
 *   input is -1 for the bias, and look {unit}, counted over all units, -1 for none
 * @param {{label?: string, editable?: boolean}} [options]
 * @returns {(frame: NetworkFrame) => void}
 */
export function network(el, send, { label = "Network", editable = true } = {}) {
  const home = /** @type {Document|ShadowRoot} */ (el.getRootNode());
  if (!home.adoptedStyleSheets.includes(sheet)) home.adoptedStyleSheets.push(sheet);
  const box = document.createElement("div");
  box.className = "network";
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("role", "toolbar");
  svg.setAttribute("aria-roledescription", "network");
  box.append(canvas, svg);
  el.append(box);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const paintHeat = heat(context);
  const rest = restingLinks(context);
  const note = card(box);

  /** @type {NetworkFrame|null} */
  let frame = null;
  /** @type {ReturnType<typeof layout>|null} */
  let plan = null;
  /** @type {ReturnType<typeof scene>|null} */
  let picture = null;
  /** @type {(layer: number, unit: number) => string} */
  let called = () => "";
  let built = "";
  /** The item that Tab leads to. @type {Item|null} */
  let current = null;
  /** The item that the card is about. @type {Item|null} */
  let shown = null;
  /** The unit that a click chose, and the one whose field the plane shows; -1 none. */
  let pinned = -1;
  let looked = -1;
  let scale = 1;
  let waiting = 0;
  let resting = 0;
  let behind = 0;

  const elementOf = (/** @type {Item} */ item) => picture?.[kinds[item.kind]][item.at];

  /** @param {Element|null} target @returns {Item|null} */
  const itemOf = (target) => {
    const own = /** @type {SVGElement|null} */ (target?.closest("[role=button]") ?? null);
    if (!own || !plan || !picture) return null;
    for (const kind of /** @type {const} */ (["units", "links", "biases"])) {
      const at = picture[kind].indexOf(own);
      if (at >= 0) return plan[kind][at];
    }
    return null;
  };

  /** @param {Item} item @returns {[number, number]} */
  const placeOf = (item) => {
    const [x, y] = item.kind === "link" ? along(item, 0.5) : [item.x, item.y];
    return [scale * x, scale * y];
  };

  /** @param {Item} item */
  const nameOf = (item) => {
    const name = called(item.layer, item.unit);
    if (item.kind === "unit") return name;
    if (item.kind === "bias") return `bias of ${name}`;
    return `weight from ${called(item.layer - 1, item.input)} to ${name}`;
  };

  /** @param {Exclude<Item, {kind: "unit"}>} item */
  const numberOf = ({ kind, at }) =>
    (kind === "bias" ? frame?.net_biases[at] : frame?.net_weights[at]) ?? Number.NaN;

  /** @param {Item} item @returns {string} all that is known of it, in words */
  const describe = (item) => {
    if (!frame || !plan) return "";
    const { net_values, net_errors, net_flow, net_change, net_bias_change, net_dead } = frame;
    const { at } = item;
    const words = [];
    if (item.kind === "unit") {
      words.push(told(nameOf(item), net_values?.[at]));
      const hidden = at - plan.sizes[0];
      if (hidden >= 0) words.push(`bias ${said(frame.net_biases[hidden])}`);
      if (hidden >= 0 && net_errors?.length) words.push(`error ${said(net_errors[hidden])}`);
    } else if (item.kind === "bias") {
      words.push(told(nameOf(item), numberOf(item)));
      if (net_bias_change?.length) words.push(`correction ${said(net_bias_change[at])}`);
    } else {
      words.push(told(nameOf(item), numberOf(item)));
      if (net_dead?.[at]) words.push("cut");
      if (net_flow?.length) words.push(`error flowing back ${said(net_flow[at])}`);
      if (net_change?.length) words.push(`correction ${said(net_change[at])}`);
    }
    return words.join(", ");
  };

  /** @param {Item|null} item */
  const show = (item) => {
    shown = item;
    if (!item) return note.hide();
    note.show(describe(item), ...placeOf(item));
  };

  /** @param {Item} item @param {boolean} [focus] */
  const visit = (item, focus) => {
    if (current) elementOf(current)?.setAttribute("tabindex", "-1");
    current = item;
    const target = elementOf(item);
    target?.setAttribute("tabindex", "0");
    target?.setAttribute("aria-label", describe(item));
    if (focus) target?.focus();
  };

  /** @param {number} unit */
  const look = (unit) => {
    if (unit === looked) return;
    looked = unit;
    send("look", { unit });
    paint();
  };

  /** @param {Item} item */
  const activate = async (item) => {
    if (item.kind === "unit") {
      pinned = pinned === item.at ? -1 : item.at;
      look(pinned);
      elementOf(item)?.setAttribute("aria-pressed", String(pinned === item.at));
      return;
    }
    if (!editable) return;
    const { value, left } = await note.edit(nameOf(item), numberOf(item), ...placeOf(item));
    const { layer, unit, input } = item;
    if (value !== null) send("weight", { layer, unit, input, value });
    // Who pressed Enter or Escape goes on from where they were.
    if (!left) visit(item, true);
  };

  /** @param {PointerEvent|MouseEvent} event @returns {Item|null} */
  const under = (event) => {
    const hit = itemOf(/** @type {Element} */ (event.target));
    if (hit || !plan) return hit;
    const bounds = svg.getBoundingClientRect();
    const ratio = plan.width / bounds.width;
    const touch = "pointerType" in event && event.pointerType === "touch";
    return nearest(
      plan,
      (event.clientX - bounds.left) * ratio,
      (event.clientY - bounds.top) * ratio,
      touch ? REACH_TOUCH : REACH,
    );
  };

  /** @param {Item|null} item a pointer that can hover is over */
  const hover = (item) => {
    if (item === shown || note.editing()) return;
    show(item);
    clearTimeout(waiting);
    const unit = item?.kind === "unit" ? item.at : pinned;
    waiting = window.setTimeout(() => look(unit), LOOK_MS);
    svg.classList.toggle("over", Boolean(item));
  };

  svg.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch") hover(under(event));
  });
  svg.addEventListener("pointerleave", () => hover(null));
  svg.addEventListener("click", (event) => {
    const item = under(event);
    if (!item) return show(null);
    visit(item, true);
    activate(item);
  });
  // Not on the drawing itself: Chromium would make it a stop of its own for Tab.
  box.addEventListener("focusin", (event) => {
    const item = itemOf(/** @type {Element} */ (event.target));
    if (!item) return;
    visit(item);
    show(item);
  });
  box.addEventListener("focusout", () => show(null));
  svg.addEventListener("keydown", (event) => {
    if (!plan || !current || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") activate(current);
    else if (/^(Arrow|Home|End)/.test(event.key)) {
      const next = neighbour(plan, current, event.key);
      if (next) visit(next, true);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const build = () => {
    if (!frame) return;
    scale = enlarged();
    const width = Math.max(200, Math.floor(box.clientWidth / scale));
    const names = frame.net_names.split("|");
    const outputs = frame.net_outputs?.split("|") ?? [];
    const now = JSON.stringify([width, scale, frame.net_sizes, names, outputs]);
    if (now === built) return;
    built = now;
    const focused = Boolean(svg.querySelector(":focus"));
    plan = layout(Array.from(frame.net_sizes), width, names);
    called = namer(plan.sizes, names, outputs);
    picture = scene(svg, plan, names);
    box.style.height = `${scale * plan.height}px`;
    const same = current && plan[kinds[current.kind]][current.at];
    current = null;
    visit(same || plan.units[0], focused);
    if (pinned >= plan.units.length) pinned = looked = -1;
    svg.setAttribute("aria-label", `${label} with ${plan.sizes.join("-")} units`);
    readable();
  };

  const readable = () => {
    for (const kind of /** @type {const} */ (["units", "links", "biases"])) {
      plan?.[kind].forEach((item) => {
        elementOf(item)?.setAttribute("aria-label", describe(item));
      });
    }
  };

  const paint = () => {
    if (!frame || !plan || !picture) return;
    picture.update(frame, looked);
    const ratio = devicePixelRatio * scale;
    const [width, height] = [plan.width, plan.height].map((v) => Math.round(v * ratio));
    if (canvas.width !== width || canvas.height !== height) {
      [canvas.width, canvas.height] = [width, height];
      rest.forget();
    }
    cancelAnimationFrame(behind);
    if (rest.draw(picture.looks, plan)) behind = requestAnimationFrame(paint);
    paintHeat(frame.net_heat ?? [], plan);
  };

  const draw = () => {
    if (!frame) return;
    build();
    if (!plan) return;
    paint();
    if (shown && !note.editing()) note.show(describe(shown), ...placeOf(shown));
    clearTimeout(resting);
    resting = window.setTimeout(readable, REST_MS);
  };
  new ResizeObserver(draw).observe(box);
  onTheme(() => requestAnimationFrame(draw));

  return (next) => {
    frame = next;
    draw();
  };
}
