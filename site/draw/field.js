/** A field of predictions as a picture: one pixel for each, scaled by CSS. */
import { color, onTheme, rgb } from "./colors.js";

/** How strongly the field is painted where a prediction is certain, and where it is not at all. */
const STRONGEST = 0.5;
const WEAKEST = 0.12;

const LEVELS = 256;

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {(values: ArrayLike<number>) => void} paints a flat (n, n) field of probabilities of class 1,
 *   row 0 at the bottom
 */
export function field(canvas) {
  /** @type {Uint32Array|null} a colour for each level of probability */
  let table = null;
  /** @type {ArrayLike<number>} */
  let shown = [];
  /** @type {ImageData|null} */
  let image = null;
  const context = canvas.getContext("2d");

  const paint = () => {
    const n = Math.round(Math.sqrt(shown.length));
    if (!context || !n) return;
    if (!image || image.width !== n) {
      canvas.width = canvas.height = n;
      image = context.createImageData(n, n);
    }
    table ??= colors(canvas);
    const pixels = new Uint32Array(image.data.buffer);
    for (let row = 0; row < n; row++) {
      const from = (n - 1 - row) * n;
      for (let column = 0; column < n; column++) {
        pixels[row * n + column] = table[(shown[from + column] * (LEVELS - 1) + 0.5) | 0];
      }
    }
    context.putImageData(image, 0, 0);
  };

  onTheme(() => {
    table = null;
    requestAnimationFrame(paint);
  });

  return (values) => {
    shown = values;
    paint();
  };
}

/** @param {Element} el */
function colors(el) {
  const classes = [rgb(color(el, "class0")), rgb(color(el, "class1"))];
  const bytes = new Uint8ClampedArray(4 * LEVELS);
  for (let level = 0; level < LEVELS; level++) {
    const p = level / (LEVELS - 1);
    const certain = Math.abs(2 * p - 1);
    bytes.set(classes[p > 0.5 ? 1 : 0], 4 * level);
    bytes[4 * level + 3] = 255 * (WEAKEST + (STRONGEST - WEAKEST) * certain);
  }
  return new Uint32Array(bytes.buffer);
}
