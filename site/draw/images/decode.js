/** A picture of the visitor's made into what the network takes: its middle, a square of so many pixels. */
import { measure } from "./measure.js";

/** More bytes or pixels than this are not even decoded: the page has little memory to spare. */
const MOST_BYTES = 50_000_000;
const MOST_PIXELS = 32_000_000;
/** The size of a picture stands within so many bytes. */
const HEAD = 1 << 20;
const WANTED = "It takes a picture as PNG, JPEG, WebP, AVIF, GIF or BMP, of up to 32 megapixels.";
/** Of red, green and blue, as the eye has it. */
const GREY = [0.299, 0.587, 0.114];
/** Digits that were learnt from fill so much of their images. */
const FILLED = 20 / 28;
/** A speck is not blown up to a digit: it grows by this much at most. */
const MOST_GROWTH = 3;

/**
 * @typedef {object} Size what the network takes
 * @property {number} height
 * @property {number} width
 * @property {number} channels 1 or 3
 */

/**
 * What the network of a frame takes.
 * @param {any} frame
 * @returns {Size|null} null: nothing that is an image
 */
export function sizeOf(frame) {
  const [height, width, channels] = Array.from(frame.layer_shapes?.subarray(0, 3) ?? []);
  return height > 0 && width > 0 && [1, 3].includes(channels) ? { height, width, channels } : null;
}

/**
 * What the name and the first bytes of a file say against it, before anything is decoded.
 * @param {string} name
 * @param {number} size in bytes
 * @param {Uint8Array} head
 * @returns {string} "" if nothing does
 */
export function objection(name, size, head) {
  const it = `“${name}”`;
  const found = measure(head);
  if (!size) return `${it} is empty. ${WANTED}`;
  if (found?.kind === "SVG")
    return `${it} is a drawing (SVG), which has no pixels of its own: save it as PNG. ${WANTED}`;
  if (found?.kind === "HEIC")
    return `${it} is HEIC, which browsers cannot read: save it as JPEG. ${WANTED}`;
  if (!found)
    return `${it} is ${isText(head) ? "a text" : "no picture"}, whatever its name. ${WANTED}`;
  const { width, height } = found;
  if (width * height > MOST_PIXELS)
    return `${it} has ${Math.round(width * height * 1e-6)} megapixels (${width} × ${height}): make it smaller first. ${WANTED}`;
  if (size > MOST_BYTES)
    return `${it} has ${Math.round(size * 1e-6)} MB; pictures may have 50. Make it smaller first.`;
  return "";
}

/**
 * @param {File} file
 * @param {Size} size
 * @returns {Promise<{pixels: Uint8Array, title: string}>}
 * @throws {Error} that names the file, what is wrong with it and what is taken
 */
export async function decode(file, size) {
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const wrong = objection(file.name, file.size, head);
  if (wrong) throw new Error(wrong);
  const found = measure(head);
  // A picture pasted from elsewhere has a name that nobody gave it.
  const title = (file.name || "your picture") + (found?.moves ? ", its first picture" : "");
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new Error(
      `“${file.name}” is a damaged ${found?.kind} file: save it once more. ${WANTED}`,
    );
  }
  try {
    return { pixels: await squared(bitmap, bitmap.width, bitmap.height, size), title };
  } finally {
    bitmap.close();
  }
}

/**
 * The middle of a picture, scaled to what the network takes.
 * @param {ImageBitmapSource & CanvasImageSource} source
 * @param {number} across its width
 * @param {number} down its height
 * @param {Size} size
 * @returns {Promise<Uint8Array>} (height, width, channels)
 */
export async function squared(source, across, down, { width, height, channels }) {
  const side = Math.max(1, Math.min(across, down));
  const [left, top] = [(across - side) >> 1, (down - side) >> 1];
  const options = /** @type {const} */ ({
    resizeWidth: width,
    resizeHeight: height,
    resizeQuality: "high",
  });
  const square = await createImageBitmap(source, left, top, side, side, options);
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = /** @type {CanvasRenderingContext2D} */ (
    canvas.getContext("2d", { willReadFrequently: true })
  );
  context.fillStyle = "#fff"; // where it can be seen through
  context.fillRect(0, 0, width, height);
  context.drawImage(square, 0, 0, width, height);
  square.close();
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = channelsOf(data, channels);
  return channels === 1 ? inked(pixels, width, height) : pixels;
}

/**
 * @param {ArrayLike<number>} rgba
 * @param {number} channels
 * @returns {Uint8Array} in colour, or grey
 */
export function channelsOf(rgba, channels) {
  const count = rgba.length / 4;
  if (channels === 3)
    return Uint8Array.from({ length: 3 * count }, (_, i) => rgba[i + ((i / 3) | 0)]);
  return Uint8Array.from({ length: count }, (_, i) =>
    Math.round(GREY[0] * rgba[4 * i] + GREY[1] * rgba[4 * i + 1] + GREY[2] * rgba[4 * i + 2]),
  );
}

/**
 * Writing in white on black, as the images were that the network learnt from: dark ink on paper is turned
 * round, and the paper becomes black.
 * @param {Uint8Array} grey (height, width)
 * @param {number} width
 * @param {number} height
 */
export function inked(grey, width, height) {
  const rim = (/** @type {Uint8Array} */ from) => {
    const edge = from.filter(
      (_, i) =>
        i < width || i >= width * (height - 1) || i % width === 0 || i % width === width - 1,
    );
    return edge.reduce((sum, value) => sum + value, 0) / edge.length;
  };
  const light = rim(grey) > 127 ? grey.map((value) => 255 - value) : grey;
  const low = rim(light);
  const range = light.reduce((most, value) => Math.max(most, value), 0) - low;
  if (range < 16) return light; // nothing but paper
  return light.map((value) => Math.round((255 * Math.max(0, value - low)) / range));
}

/**
 * Something drawn in white on black, cut out, scaled and put where its weight is in the middle, as it was done
 * with the digits that networks learn from (LeCun et al., 1998).
 * @param {ArrayLike<number>} grey (down, across)
 * @param {number} across
 * @param {number} down
 * @param {Size} size
 * @returns {Uint8Array} (height, width)
 */
export function centred(grey, across, down, { width, height }) {
  const out = new Uint8Array(width * height);
  const box = bounds(grey, across, down);
  if (!box) return out;
  const { left, top } = box;
  const [wide, high] = [box.right - left, box.bottom - top];
  const growth = (MOST_GROWTH * width) / across;
  const scale = Math.min((FILLED * Math.min(width, height)) / Math.max(wide, high), growth);
  const [w, h] = [wide, high].map((length) => Math.max(1, Math.round(length * scale)));
  const small = Array.from({ length: w * h }, (_, i) => {
    const [x, y] = [i % w, Math.floor(i / w)];
    const cut = (
      /** @type {number} */ at,
      /** @type {number} */ of,
      /** @type {number} */ length,
    ) => Math.floor((at * length) / of);
    const [x0, x1] = [
      left + cut(x, w, wide),
      left + Math.max(cut(x + 1, w, wide), cut(x, w, wide) + 1),
    ];
    const [y0, y1] = [
      top + cut(y, h, high),
      top + Math.max(cut(y + 1, h, high), cut(y, h, high) + 1),
    ];
    let sum = 0;
    for (let row = y0; row < y1; row++)
      for (let column = x0; column < x1; column++) sum += grey[row * across + column];
    return sum / ((x1 - x0) * (y1 - y0));
  });
  const weight = small.reduce((sum, value) => sum + value, 0);
  const middle = (/** @type {(i: number) => number} */ at) =>
    small.reduce((sum, value, i) => sum + value * (at(i) + 0.5), 0) / weight;
  const place = (
    /** @type {number} */ room,
    /** @type {number} */ length,
    /** @type {number} */ centre,
  ) => Math.min(room - length, Math.max(0, Math.round(room / 2 - centre)));
  const x = place(
    width,
    w,
    middle((i) => i % w),
  );
  const y = place(
    height,
    h,
    middle((i) => Math.floor(i / w)),
  );
  small.forEach((value, i) => {
    out[(y + Math.floor(i / w)) * width + x + (i % w)] = Math.round(value);
  });
  return out;
}

/** Where anything is drawn. @param {ArrayLike<number>} grey @param {number} across @param {number} down */
function bounds(grey, across, down) {
  let [left, top, right, bottom] = [across, down, 0, 0];
  for (let i = 0; i < across * down; i++) {
    if (grey[i] < 32) continue;
    const [x, y] = [i % across, Math.floor(i / across)];
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  return right > left ? { left, top, right, bottom } : null;
}

/** @param {Uint8Array} head */
function isText(head) {
  try {
    // The last character may have been cut in two.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(head.subarray(0, 4096), {
      stream: true,
    });
    return !text.includes("\0");
  } catch {
    return false;
  }
}
