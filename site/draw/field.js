/** A field of predictions as a picture: one pixel for each, scaled by CSS. */
import { color, rgb } from "./colors.js";

/** How strongly the field is painted where a prediction is certain. */
const STRONGEST = 0.5;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values flat (n, n), probability of class 1, row 0 at the bottom
 */
export function paintField(canvas, values) {
  const n = Math.round(Math.sqrt(values.length));
  if (canvas.width !== n) canvas.width = canvas.height = n;
  const context = canvas.getContext("2d");
  if (!context || !n) return;
  const colors = [rgb(color(canvas, "class0")), rgb(color(canvas, "class1"))];
  const image = context.createImageData(n, n);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const p = values[(n - 1 - row) * n + column];
      const at = 4 * (row * n + column);
      const [r, g, b] = colors[p > 0.5 ? 1 : 0];
      image.data[at] = r;
      image.data[at + 1] = g;
      image.data[at + 2] = b;
      image.data[at + 3] = 255 * STRONGEST * (0.25 + 0.75 * Math.abs(2 * p - 1));
    }
  }
  context.putImageData(image, 0, 0);
}
