/** The layers of a network as a frame tells of them, and what their numbers are in words. */
import { format } from "../../controls.js";

/** At most so many channels of a layer are shown. */
const MOST_CHANNELS = 64;

/** @typedef {{name: string, kind: string, shape: [number, number, number], shown: number, weights: number, from: number}} Layer */

/**
 * The table of layers that a frame brings.
 * @param {any} frame
 * @returns {Layer[]} `shown` channels of it are in `maps`, `from` there on
 */
export function read(frame) {
  const names = String(frame.layer_names ?? "").split("|");
  const kinds = String(frame.layer_kinds ?? "").split("|");
  let from = 0;
  return names.map((name, i) => {
    const [h, w, c] = [0, 1, 2].map((k) => frame.layer_shapes?.[3 * i + k] || 1);
    const shown = Math.min(c, MOST_CHANNELS);
    const layer = { name, kind: kinds[i] ?? "", shown, weights: 0, from };
    from += h * w * shown;
    return { ...layer, shape: [h, w, c], weights: frame.layer_parameters?.[i] ?? 0 };
  });
}

/** @param {[number, number, number]} shape @returns {string} */
export function sizeOf([h, w, c]) {
  return h * w === 1 ? `${c.toLocaleString("en")}` : `${h} × ${w} × ${c}`;
}

/**
 * @param {Layer} layer
 * @param {number} index
 * @param {number} low
 * @param {number} high
 * @returns {string} what its maps are, in words
 */
export function words({ name, shape: [h, w, c], shown }, index, low, high) {
  const part = shown < c ? `the first ${shown} of ` : "";
  const many =
    h * w === 1
      ? `${part}${c} value${c === 1 ? "" : "s"}`
      : `${part}${c} channel${c === 1 ? "" : "s"} of ${h} × ${w}`;
  return `Layer ${index}, ${name}: ${many}, from ${format(low)} to ${format(high)}`;
}

/** A number as there is room for it beside a scale. @param {number} value */
export function rough(value) {
  return Math.abs(value) < 0.005 ? "0" : format(Number(value.toPrecision(2)));
}

/** What a grey stands for. @param {number} grey 0 to 255 @param {number} low @param {number} high */
export function inGrey(grey, low, high) {
  return low + (grey / 255) * (high - low);
}
