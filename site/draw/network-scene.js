/**
 * The SVG of a network: units, biases, words, and the links that a phase lights; those at rest are on the
 * canvas below, and their nodes here are only pointed at and spoken of. Nodes are made once for a layout,
 * and a frame sets those attributes that changed: a large network has some 400 links.
 */
import { format } from "../controls.js";
import { along, curve } from "./network-layout.js";
import { unique } from "./surface.js";
import { size } from "./words.js";

/** With more links than this in a layer their corrections are shown by colour alone. */
const LABELLED = 24;
/** Pixels around a link at rest that belong to it. */
const AT_REST = "8";
const [THINNEST, THICKEST] = [0.6, 7];

/** @typedef {import("./network.js").NetworkFrame} Frame */

/**
 * @param {string} tag
 * @param {Record<string, string|number>} attributes
 * @returns {SVGElement}
 */
function node(tag, attributes) {
  const el = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) el.setAttribute(name, String(value));
  return el;
}

/** Sets an attribute unless it is so already. @returns {(name: string, value: string) => void} */
function setter(/** @type {Element} */ el) {
  /** @type {Record<string, string>} */
  const set = {};
  return (name, value) => {
    if (set[name] === value) return;
    set[name] = value;
    el.setAttribute(name, value);
  };
}

/** Sets the text of a node unless it says so already. @returns {(text: string) => void} */
function writer(/** @type {Element} */ el) {
  let now = "";
  return (text) => {
    if (text === now) return;
    now = text;
    el.textContent = text;
  };
}

/**
 * @param {SVGSVGElement} root
 * @param {import("./network-layout.js").Layout} layout
 * @param {string[]} names of the inputs
 */
export function scene(root, layout, names) {
  const { width, height, tile, narrow, roomy, units, links, biases } = layout;
  root.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const arrow = `${unique()}-arrow`;
  const defs = node("defs", {});
  const marker = node("marker", {
    id: arrow,
    viewBox: "0 0 8 8",
    refX: 1,
    refY: 4,
    markerWidth: 9,
    markerHeight: 9,
    markerUnits: "userSpaceOnUse",
    orient: "auto-start-reverse",
  });
  marker.append(node("path", { d: "M0,0L8,4L0,8z", fill: "context-stroke" }));
  defs.append(marker);

  const half = tile / 2;
  const button = { role: "button", tabindex: -1 };
  const linkEls = links.map((link) => node("path", { d: curve(link), ...button }));
  const unitEls = units.map(({ x, y, layer, unit }) => {
    const group = node("g", { transform: `translate(${x} ${y})`, ...button });
    const square = { x: -half, y: -half, width: tile, height: tile, rx: 5 };
    const centred = { "text-anchor": "middle" };
    const value = node("text", { class: "value", y: half + (roomy ? -6 : 12), ...centred });
    const error = node("text", { class: "error", y: roomy ? -half - 4 : 4, ...centred });
    group.append(node("rect", { class: "tile", ...square }), value, error);
    if (!layer) {
      /** @type {Record<string, string|number>} */
      const place = narrow ? { ...centred, y: 4 } : { "text-anchor": "end", x: -half - 6, y: 4 };
      const name = node("text", { class: "input", ...place });
      name.textContent = names[unit] ?? "";
      group.append(name);
    }
    return group;
  });
  const biasEls = biases.map(({ x, y }) =>
    node("rect", { x: x - 5, y: y - 5, width: 10, height: 10, rx: 1, ...button }),
  );
  const labels = node("g", { class: "labels", "aria-hidden": "true" });
  root.replaceChildren(defs, ...linkEls, ...unitEls, ...biasEls, labels);

  const setLink = linkEls.map(setter);
  const setBias = biasEls.map(setter);
  const setUnit = unitEls.map(setter);
  const tiles = unitEls.map((el) => setter(/** @type {Element} */ (el.children[0])));
  const values = unitEls.map((el) => writer(/** @type {Element} */ (el.children[1])));
  const errors = unitEls.map((el) => writer(/** @type {Element} */ (el.children[2])));
  /** @type {{set: (name: string, value: string) => void, write: (text: string) => void}[]} */
  const labelled = [];

  /** @type {import("./network-links.js").Look[]} how the links at rest look */
  const looks = links.map(() => ({ kind: "positive", width: 1, dim: false }));

  /** @param {Frame} frame @param {number} chosen the unit that is looked at, -1 none */
  const update = (frame, chosen) => {
    const phase = frame.net_phase ?? "";
    const active = frame.net_active ?? -1;
    const lit = (/** @type {number} */ layer) => active < 1 || layer === active;
    drawLinks(frame, phase, lit);
    drawUnits(frame, phase, active, chosen);
    drawBiases(frame, phase, lit);
    drawLabels(frame, phase, lit);
  };

  /** @param {Frame} frame @param {string} phase @param {(layer: number) => boolean} lit */
  const drawLinks = (frame, phase, lit) => {
    const { net_weights: w, net_dead: dead, net_flow: flow = [], net_change: change = [] } = frame;
    const amount = phase === "back" ? flow : w;
    let most = 2;
    if (phase === "back") {
      most = 1e-9;
      links.forEach(({ layer }, i) => {
        if (lit(layer)) most = Math.max(most, size(amount[i]));
      });
    } else for (let i = 0; i < links.length; i++) most = Math.max(most, size(w[i]));
    links.forEach(({ layer }, i) => {
      const here = phase !== "" && phase !== "error" && lit(layer);
      const shown = here && phase === "update" ? (change[i] ?? 0) : here ? (amount[i] ?? 0) : w[i];
      const share = here || phase !== "back" ? size((here ? amount : w)[i]) / most : 0;
      const width = THINNEST + (THICKEST - THINNEST) * Math.min(1, share);
      const cut = Boolean(dead?.[i]);
      const svg = here && !cut;
      looks[i].kind = svg ? "elsewhere" : cut ? "dead" : shown < 0 ? "negative" : "positive";
      looks[i].width = cut ? 1 : width;
      looks[i].dim = phase !== "";
      const sign = shown < 0 ? "c0 minus" : "c1";
      setLink[i]("class", `link ${sign}${svg ? ` lit ${phase}` : ""}`);
      setLink[i]("stroke-width", svg ? width.toFixed(1) : AT_REST);
      setLink[i]("marker-start", svg && phase === "back" ? `url(#${arrow})` : "none");
    });
  };

  /** @param {Frame} frame @param {string} phase @param {number} active @param {number} chosen */
  const drawUnits = (frame, phase, active, chosen) => {
    const { net_values: value = [], net_errors: error = [], net_heat: heat = [] } = frame;
    const inputs = layout.sizes[0];
    const last = layout.sizes.length - 1;
    units.forEach(({ layer }, i) => {
      const reached = phase !== "forward" || active < 0 || layer <= active;
      const v = reached ? (value[i] ?? Number.NaN) : Number.NaN;
      const here =
        phase === "error" ? layer === last : phase === "forward" ? layer === active : false;
      const back = phase === "back" && (active < 0 || layer >= active - 1) && layer > 0;
      const told = phase === "error" ? layer === last : back || (phase === "update" && layer > 0);
      let look = `unit ${v < 0 ? "c0" : "c1"}`;
      if (here || (phase === "back" && layer === active)) look += " lit";
      if (i === chosen) look += " chosen";
      if (heat.length) look += " heated";
      setUnit[i]("class", look);
      const strength = heat.length || !Number.isFinite(v) ? 0 : 0.55 * Math.min(1, Math.abs(v));
      tiles[i]("fill-opacity", strength.toFixed(2));
      values[i](Number.isFinite(v) ? short(v) : "");
      const e = error[i - inputs] ?? Number.NaN;
      errors[i](told && Number.isFinite(e) ? `δ ${short(e)}` : "");
    });
  };

  /** @param {Frame} frame @param {string} phase @param {(layer: number) => boolean} lit */
  const drawBiases = ({ net_biases: b, net_bias_change: change = [] }, phase, lit) => {
    let most = 1;
    for (let i = 0; i < biases.length; i++) most = Math.max(most, size(b[i]));
    biases.forEach(({ layer }, i) => {
      const here = phase === "update" && lit(layer);
      const shown = here ? (change[i] ?? 0) : b[i];
      setBias[i]("class", `bias ${shown < 0 ? "c0 minus" : "c1"}${here ? " lit" : ""}`);
      setBias[i]("fill-opacity", (0.25 + (0.75 * size(b[i])) / most).toFixed(2));
    });
  };

  /** @param {Frame} frame @param {string} phase @param {(layer: number) => boolean} lit */
  const drawLabels = ({ net_change: change = [] }, phase, lit) => {
    const shown = phase === "update" && change.length ? links.filter((l) => lit(l.layer)) : [];
    const few = shown.length <= LABELLED ? shown : [];
    few.forEach((link, i) => {
      if (!labelled[i]) {
        const el = node("text", { "text-anchor": "middle" });
        labels.append(el);
        labelled[i] = { set: setter(el), write: writer(el) };
      }
      const inputs = layout.sizes[link.layer - 1];
      // Where links of one unit lie apart, and not where all of them cross.
      const [x, y] = along(link, link.unit % 2 ? 0.22 : 0.78 - (0.1 * link.input) / inputs);
      const dx = change[link.at];
      labelled[i].set("x", x.toFixed(1));
      labelled[i].set("y", (y + 4).toFixed(1));
      labelled[i].set("class", dx < 0 ? "c0" : "c1");
      labelled[i].write(`${dx < 0 ? "" : "+"}${short(dx)}`);
    });
    for (const { write } of labelled.slice(few.length)) write("");
  };

  return { update, looks, links: linkEls, units: unitEls, biases: biasEls };
}

/** @param {number} value @returns {string} two digits after the point, if that says anything */
function short(value) {
  return Math.abs(value) >= 0.01 && Math.abs(value) < 100
    ? format(Number(value.toFixed(2)))
    : format(Number(value.toPrecision(1)));
}
