/** Where the units and links of a network stand in a picture of a given width. Only arithmetic. */

/** Columns are at most this far apart, in pixels. */
const WIDEST = 190;
const [SMALLEST, LARGEST] = [24, 54];
/** In a tall network the tiles are smaller. */
const TALL = 6;
const LARGEST_OF_TALL = 42;
/** Pixels of a letter of an input's name. */
const LETTER = 7.2;
/** Room for names beside the inputs, at most; without names there; at the top; at the right. */
const [MARGIN, LEFT, TOP, RIGHT] = [70, 8, 16, 12];
/** Columns that are nearer than this, in pixels. */
const NARROW = 60;
/** In tiles of this size there is room for a number. */
const ROOMY = 36;

/**
 * @typedef {object} Unit
 * @property {"unit"} kind
 * @property {number} layer the inputs are layer 0
 * @property {number} unit in its layer
 * @property {number} at among all units
 * @property {number} x middle of the tile
 * @property {number} y
 *
 * @typedef {object} Link
 * @property {"link"} kind
 * @property {number} layer that it leads to
 * @property {number} unit that it leads to
 * @property {number} input the unit of the layer before
 * @property {number} at among all weights
 * @property {[number, number, number, number]} ends x and y, of the source first
 *
 * @typedef {object} Bias
 * @property {"bias"} kind
 * @property {number} layer
 * @property {number} unit
 * @property {-1} input
 * @property {number} at among all units that are no inputs
 * @property {number} x middle of its mark
 * @property {number} y
 *
 * @typedef {Unit|Link|Bias} Item
 */

/** @typedef {ReturnType<typeof layout>} Layout */

/**
 * @param {number[]} sizes units of each layer, inputs first
 * @param {number} width in pixels
 * @param {string[]} names of the inputs
 */
export function layout(sizes, width, names) {
  const rows = Math.max(...sizes);
  const gaps = Math.max(1, sizes.length - 1);
  const longest = Math.max(0, ...names.map((name) => name.length));
  // Where columns are many and the screen is narrow, names stand in the tiles.
  const narrow = (width - MARGIN) / (gaps + 0.5) < NARROW;
  const left = narrow ? LEFT : Math.min(MARGIN, 10 + longest * LETTER);
  const room = (width - left - RIGHT) / (gaps + 0.5);
  // Whole pixels, so that tiles and the strips between them can be painted apart.
  const tile =
    2 *
    Math.round(
      Math.min(rows > TALL ? LARGEST_OF_TALL : LARGEST, Math.max(SMALLEST, 0.5 * room)) / 2,
    );
  const apart = Math.floor(Math.min(WIDEST, (width - left - RIGHT - tile) / gaps));
  const spare = Math.max(0, (width - left - RIGHT - tile - apart * gaps) / 2);
  const start = Math.round(left + spare) + tile / 2;
  const row = tile + Math.max(18, Math.round(0.4 * tile));
  const height = TOP + rows * row;

  /** @type {Unit[]} */
  const units = [];
  /** @type {Link[]} */
  const links = [];
  /** @type {Bias[]} */
  const biases = [];
  sizes.forEach((size, layer) => {
    const before = units.length - (sizes[layer - 1] ?? 0);
    for (let unit = 0; unit < size; unit++) {
      const x = start + layer * apart;
      const y = TOP + ((rows - size) / 2 + unit) * row + tile / 2;
      units.push({ kind: "unit", layer, unit, at: units.length, x, y });
      if (!layer) continue;
      const corner = { x: x - tile / 2, y: y + tile / 2 };
      biases.push({ kind: "bias", layer, unit, input: -1, at: biases.length, ...corner });
      const inputs = sizes[layer - 1];
      for (let input = 0; input < inputs; input++) {
        const source = units[before + input];
        const into = y + 0.6 * tile * ((input + 0.5) / inputs - 0.5);
        /** @type {Link["ends"]} */
        const ends = [source.x + tile / 2, source.y, x - tile / 2, into];
        links.push({ kind: "link", layer, unit, input, at: links.length, ends });
      }
    }
  });
  return {
    sizes,
    width,
    height,
    tile,
    start,
    apart,
    narrow,
    roomy: tile >= ROOMY,
    units,
    links,
    biases,
  };
}

/** @param {Link} link @returns {string} its path */
export function curve({ ends: [x0, y0, x1, y1] }) {
  const middle = (x0 + x1) / 2;
  return `M${x0},${y0}C${middle},${y0},${middle},${y1},${x1},${y1}`;
}

/**
 * @param {Link} link
 * @param {number} t 0 at the source, 1 at the target
 * @returns {[number, number]}
 */
export function along({ ends: [x0, y0, x1, y1] }, t) {
  const s = 1 - t;
  const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  const middle = (x0 + x1) / 2;
  return [a * x0 + (b + c) * middle + d * x1, (a + b) * y0 + (c + d) * y1];
}

/**
 * @param {Layout} layout
 * @param {number} x
 * @param {number} y
 * @param {number} reach how far from a link still means the link
 * @returns {Link|null} the nearest
 */
export function nearest({ links }, x, y, reach) {
  let best = null;
  let least = reach;
  for (const link of links) {
    const [x0, y0, x1, y1] = link.ends;
    if (x < x0 || x > x1 || y < Math.min(y0, y1) - reach || y > Math.max(y0, y1) + reach) continue;
    // x grows with t: halving finds the place above or below the pointer.
    let [low, high] = [0, 1];
    for (let i = 0; i < 12; i++) {
      const t = (low + high) / 2;
      if (along(link, t)[0] < x) low = t;
      else high = t;
    }
    const [before, after] = [along(link, Math.max(0, low - 0.01)), along(link, low + 0.01)];
    const slope = (after[1] - before[1]) / (after[0] - before[0] || 1);
    const far = Math.abs(y - along(link, low)[1]) / Math.hypot(1, slope);
    if (far < least) [best, least] = [link, far];
  }
  return best;
}

/**
 * The item that an arrow key leads to: left and right along the links, up and down among the units of a
 * layer or among what comes into a unit, its bias last.
 * @param {Layout} layout
 * @param {Item} from
 * @param {string} key as the browser names it
 * @returns {Item|null}
 */
export function neighbour({ sizes, units, links, biases }, from, key) {
  const unitAt = (/** @type {number} */ layer, /** @type {number} */ unit) =>
    units.find((u) => u.layer === layer && u.unit === unit) ?? null;
  const into = (/** @type {number} */ layer, /** @type {number} */ unit) => [
    ...links.filter((l) => l.layer === layer && l.unit === unit),
    ...biases.filter((b) => b.layer === layer && b.unit === unit),
  ];
  const { layer, unit } = from;
  const by = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (key === "Home") return units[0];
  if (key === "End") return units[units.length - 1];
  if (from.kind === "unit") {
    if (by) return unitAt(layer, unit + by);
    if (key === "ArrowLeft") return into(layer, unit)[0] ?? null;
    if (key === "ArrowRight" && layer + 1 < sizes.length) return into(layer + 1, 0)[unit];
    return null;
  }
  const list = into(layer, unit);
  const place = from.kind === "bias" ? list.length - 1 : from.input;
  if (by) return list[place + by] ?? null;
  if (key === "ArrowRight") return unitAt(layer, unit);
  if (key === "ArrowLeft") return unitAt(layer - 1, Math.min(place, sizes[layer - 1] - 1));
  return null;
}

/**
 * @param {number[]} sizes
 * @param {string[]} names of the inputs
 * @param {string[]} outputs names of the outputs
 * @returns {(layer: number, unit: number) => string} what a unit is called
 */
export function namer(sizes, names, outputs) {
  const last = sizes.length - 1;
  return (layer, unit) => {
    if (layer === 0) return names[unit] ?? `input ${unit + 1}`;
    if (layer === last) return outputs[unit] ?? (sizes[last] > 1 ? `output ${unit + 1}` : "output");
    return last === 2 ? `hidden ${unit + 1}` : `layer ${layer} unit ${unit + 1}`;
  };
}
