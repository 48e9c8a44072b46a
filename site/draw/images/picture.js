/** One image on a canvas, a pixel of the canvas for each of its own; CSS makes it large and keeps it sharp. */
import { render, svg } from "lit";

/**
 * @typedef {object} Box a frame around some pixels; the edges that are named first belong to it
 * @property {number} top
 * @property {number} left
 * @property {number} bottom
 * @property {number} right
 *
 * @typedef {object} Shown
 * @property {ArrayLike<number>} pixels (height, width, channels), 0 to 255
 * @property {number} width
 * @property {number} height
 * @property {number} channels 1 or 3
 * @property {string} label what is to be seen, for those who cannot
 * @property {ArrayLike<number>|null} [heat] (height, width), 0 to 255: how strongly each pixel is marked
 * @property {Box[]} [boxes]
 */

/** Where much heat is, the image is dimmed and this colour put over it. */
const HEAT = [255, 60, 160];

/**
 * @param {HTMLElement} el
 * @returns {(shown: Shown) => void}
 */
export function picture(el) {
  const box = document.createElement("div");
  box.className = "picture";
  box.setAttribute("role", "img");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  const over = document.createElement("div");
  over.className = "over";
  over.setAttribute("aria-hidden", "true");
  box.append(canvas, over);
  el.append(box);
  const context = canvas.getContext("2d");
  /** @type {ImageData|null} */
  let image = null;

  return ({ pixels, width, height, channels, label, heat, boxes = [] }) => {
    if (box.getAttribute("aria-label") !== label) box.setAttribute("aria-label", label);
    render(frames(width, height, boxes), over);
    if (!context || !width || !height) return;
    if (image?.width !== width || image.height !== height) {
      canvas.width = width;
      canvas.height = height;
      image = context.createImageData(width, height);
    }
    rgba(image.data, pixels, channels, heat);
    context.putImageData(image, 0, 0);
  };
}

/**
 * Writes an image of one or three channels as four.
 * @param {Uint8ClampedArray} out
 * @param {ArrayLike<number>} pixels
 * @param {number} channels
 * @param {ArrayLike<number>|null} [heat]
 */
export function rgba(out, pixels, channels, heat) {
  const [g, b] = channels === 3 ? [1, 2] : [0, 0];
  for (let i = 0, p = 0; i < out.length; i += 4, p += channels) {
    const share = heat ? heat[i / 4] / 255 : 0;
    const keep = heat ? 0.55 * (1 - share) : 1;
    out[i] = keep * pixels[p] + share * HEAT[0];
    out[i + 1] = keep * pixels[p + g] + share * HEAT[1];
    out[i + 2] = keep * pixels[p + b] + share * HEAT[2];
    out[i + 3] = 255;
  }
}

/**
 * Frames over a picture, in its own pixels.
 * @param {number} width
 * @param {number} height
 * @param {Box[]} boxes
 */
export function frames(width, height, boxes) {
  return svg`<svg viewBox="0 0 ${width} ${height}">${boxes.map((box) => frame(box))}</svg>`;
}

/** One frame, dark and light, so that it is seen on every image. @param {Box} box */
export function frame({ top, left, bottom, right }) {
  const d = `M${left},${top}H${right}V${bottom}H${left}z`;
  return svg`<path class="around" d=${d} /><path class="frame" d=${d} />`;
}

/**
 * A list of four numbers as a box.
 * @param {ArrayLike<number>|undefined} edges top, left, bottom, right
 * @returns {Box[]} none if that is not what it is
 */
export function boxOf(edges) {
  if (edges?.length !== 4) return [];
  const [top, left, bottom, right] = Array.from(edges, Number);
  return Number.isFinite(top + left + bottom + right) ? [{ top, left, bottom, right }] : [];
}
