/** The channels of a layer side by side, as tiles of one picture: where each is, and what is where. */

/**
 * @typedef {object} Tiling in pixels of the picture
 * @property {number} h of a channel
 * @property {number} w
 * @property {number} c how many channels
 * @property {number} cell pixels for each value
 * @property {number} gap between tiles
 * @property {number} columns
 * @property {number} rows
 * @property {number} width
 * @property {number} height
 * @property {number} scale pixels of the screen for each of the picture
 *
 * @typedef {{row: number, column: number, channel: number}} Place
 */

/** A layer half as large is drawn this much smaller: it shrinks, but it can still be looked at. */
const SHRINK = 0.35;
/** On the screen: tiles of the largest layer at most and at least, of the others, and of single values. */
const [LARGEST, SMALLEST, SMALL, LEAST] = [72, 30, 20, 24];
/** So many channels stand in one row if that is possible. */
const IN_A_ROW = 24;
/** … and if they are not to be drawn smaller than so much of what they should be. */
const LITTLE = 0.75;
/** A single value is drawn as a square of these pixels. */
const SQUARE = 4;

/** Grey, as pixels. */
const GREY = Uint32Array.from({ length: 256 }, (_, v) => 0xff000000 | (v << 16) | (v << 8) | v);

/**
 * How large the tiles of each layer are on the screen.
 * @param {[number, number, number][]} shapes height, width and channels of each layer, the input first
 * @param {number} room that there is for a row
 * @returns {number[]}
 */
export function sizes(shapes, room) {
  const sides = shapes.map(([h, w]) => Math.max(h, w));
  const widest = Math.max(...sides);
  // Rather a little smaller than in two rows, unless there are too many.
  const lines = shapes.map((shape) =>
    shape[2] > IN_A_ROW ? LARGEST : room / (shape[2] + (shape[2] - 1) * gapShare(shape)),
  );
  const largest = Math.min(LARGEST, ...lines.filter((_, i) => sides[i] === widest));
  return shapes.map(([h, w], i) => {
    const wanted = Math.max(SMALLEST, largest) * (sides[i] / widest) ** SHRINK;
    if (h * w === 1) return LEAST;
    return Math.max(SMALL, lines[i] < LITTLE * wanted ? wanted : Math.min(wanted, lines[i]));
  });
}

/** The gap between tiles, as a share of a tile. @param {[number, number, number]} shape */
function gapShare([h, w]) {
  return gapOf(w) / ((h * w === 1 ? SQUARE : 1) * w);
}

/** @param {number} w */
function gapOf(w) {
  return w >= 16 ? 2 : 1;
}

/**
 * @param {[number, number, number]} shape height, width, channels
 * @param {number} size of the longer side of a tile on the screen
 * @param {number} room that there is for a row
 * @returns {Tiling} as many rows as are needed, of about the same length
 */
export function tiling([h, w, c], size, room) {
  const cell = h * w === 1 ? SQUARE : 1;
  const gap = gapOf(w);
  const scale = size / (cell * Math.max(h, w));
  const fit = Math.floor((room / scale + gap + 0.01) / (cell * w + gap));
  const rows = Math.ceil(c / Math.min(c, Math.max(1, fit)));
  const columns = Math.ceil(c / rows);
  const width = columns * (cell * w + gap) - gap;
  const height = rows * (cell * h + gap) - gap;
  return { h, w, c, cell, gap, columns, rows, width, height, scale };
}

/** @param {Tiling} plan @param {number} channel @returns {[number, number]} the corner of its tile */
export function corner({ w, h, cell, gap, columns }, channel) {
  return [(channel % columns) * (cell * w + gap), Math.floor(channel / columns) * (cell * h + gap)];
}

/**
 * Some values of a channel as a box in the picture.
 * @param {Tiling} plan
 * @param {number} channel
 * @param {import("./picture.js").Box} box in values; it is cut where the channel ends
 * @returns {import("./picture.js").Box}
 */
export function boxIn(plan, channel, { top, left, bottom, right }) {
  const [x, y] = corner(plan, channel);
  const { cell, w, h } = plan;
  return {
    top: y + cell * Math.max(0, top),
    left: x + cell * Math.max(0, left),
    bottom: y + cell * Math.min(h, bottom),
    right: x + cell * Math.min(w, right),
  };
}

/**
 * The value at a place of the picture, or the nearest if that is between tiles.
 * @param {Tiling} plan
 * @param {number} x
 * @param {number} y
 * @returns {Place|null} null where there is no tile
 */
export function placeAt({ w, h, c, cell, gap, columns, rows }, x, y) {
  const across = Math.min(columns - 1, Math.max(0, Math.floor(x / (cell * w + gap))));
  const down = Math.min(rows - 1, Math.max(0, Math.floor(y / (cell * h + gap))));
  const channel = down * columns + across;
  if (channel >= c) return null;
  const inside = (/** @type {number} */ at, /** @type {number} */ size) =>
    Math.min(size - 1, Math.max(0, Math.floor(at / cell)));
  const column = inside(x - across * (cell * w + gap), w);
  const row = inside(y - down * (cell * h + gap), h);
  return { row, column, channel };
}

/**
 * Where a key leads from a place: arrows move it, with Shift to other channels.
 * @param {Tiling} plan
 * @param {Place} place
 * @param {string} key
 * @param {boolean} shift
 * @returns {Place|null} null if the key means nothing here
 */
export function moved(plan, { row, column, channel }, key, shift) {
  const { h, w, c, columns } = plan;
  const keep = (/** @type {number} */ at, /** @type {number} */ size) =>
    Math.min(size - 1, Math.max(0, at));
  const to = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
  if (key === "Home") return { row, column, channel: 0 };
  if (key === "End") return { row, column, channel: c - 1 };
  if (!to) return null;
  // Where a channel is one value, there is nothing to move to but other channels.
  if (shift || h * w === 1)
    return { row, column, channel: keep(channel + to[0] + columns * to[1], c) };
  return { row: keep(row + to[1], h), column: keep(column + to[0], w), channel };
}

/**
 * Paints grey channels into the pixels of a picture.
 * @param {Uint32Array} pixels
 * @param {Tiling} plan
 * @param {ArrayLike<number>} maps (c, h, w) from `offset` on, 0 to 255
 * @param {number} offset
 */
export function fill(pixels, plan, maps, offset) {
  const { h, w, c, cell, width } = plan;
  for (let channel = 0, from = offset; channel < c; channel++) {
    const [x, y] = corner(plan, channel);
    for (let row = 0; row < h; row++) {
      let to = (y + row * cell) * width + x;
      if (cell === 1) for (let column = 0; column < w; column++) pixels[to++] = GREY[maps[from++]];
      else
        for (let column = 0; column < w; column++, to += cell)
          square(pixels, to, width, GREY[maps[from++]]);
    }
  }
}

/** @param {Uint32Array} pixels @param {number} from @param {number} width @param {number} grey */
function square(pixels, from, width, grey) {
  for (let row = 0; row < SQUARE; row++)
    pixels.fill(grey, from + row * width, from + row * width + SQUARE);
}

/**
 * Paints small images in colour, side by side.
 * @param {Uint32Array} pixels
 * @param {Tiling} plan of as many tiles as there are images
 * @param {ArrayLike<number>} images (c, h, w, 3) from `offset` on
 * @param {number} offset
 */
export function fillColour(pixels, plan, images, offset) {
  const { h, w, c, width } = plan;
  for (let n = 0, from = offset; n < c; n++) {
    const [x, y] = corner(plan, n);
    for (let row = 0; row < h; row++) {
      const to = (y + row) * width + x;
      for (let column = 0; column < w; column++, from += 3)
        pixels[to + column] =
          0xff000000 | (images[from + 2] << 16) | (images[from + 1] << 8) | images[from];
    }
  }
}
