/** A field of predictions as a picture: one pixel for each, scaled by CSS. */
import { classTable, LEVELS, onTheme, valueTable } from "./colors.js";

/**
 * @typedef {object} Field
 * @property {ArrayLike<number>} field flat (n, n), row 0 at the bottom: probabilities of class 1, of the
 *   likeliest class if there is `field_class`, or values from -1 to 1
 * @property {ArrayLike<number>} [field_class] flat (n, n): the likeliest of several classes
 * @property {"class"|"value"} [field_kind]
 * @property {boolean} [discretise] only which class or sign, not how surely
 */

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {(frame: Field, classes: number) => void} paints the field of a frame
 */
export function field(canvas) {
  /** @type {{class: Uint32Array, value: Uint32Array}|null} colours, while the theme lasts */
  let tables = null;
  /** @type {() => void} */
  let again = () => {};
  /** @type {ImageData|null} */
  let image = null;
  const context = canvas.getContext("2d");

  /** @param {Field} frame @param {number} classes */
  const paint = (frame, classes) => {
    const n = Math.round(Math.sqrt(frame.field.length));
    if (!context || !n) return;
    if (!image || image.width !== n) {
      canvas.width = canvas.height = n;
      image = context.createImageData(n, n);
    }
    tables ??= { class: classTable(canvas), value: valueTable(canvas) };
    const kind = frame.field_kind ?? "class";
    const level = kind === "value" ? valueLevel(frame) : classLevel(frame, classes);
    fill(new Uint32Array(image.data.buffer), n, level, tables[kind], Boolean(frame.discretise));
    context.putImageData(image, 0, 0);
  };

  onTheme(() => {
    tables = null;
    requestAnimationFrame(again);
  });

  return (frame, classes) => {
    again = () => paint(frame, classes);
    again();
  };
}

/** @param {Field} frame @returns {(i: number) => number} where in the table of values */
function valueLevel({ field: values, discretise }) {
  const top = LEVELS - 1;
  if (discretise) return (i) => (values[i] > 0 ? top : 0);
  return (i) => (Math.min(1, Math.max(0, (values[i] + 1) / 2)) * top + 0.5) | 0;
}

/**
 * @param {Field} frame
 * @param {number} classes
 * @returns {(i: number) => number} where in the table of classes
 */
function classLevel({ field: p, field_class: likeliest, discretise }, classes) {
  const top = LEVELS - 1;
  if (!likeliest?.length) {
    if (discretise) return (i) => (p[i] > 0.5 ? LEVELS + top : top);
    return (i) => (p[i] > 0.5 ? LEVELS : 0) + ((Math.abs(2 * p[i] - 1) * top + 0.5) | 0);
  }
  if (discretise) return (i) => likeliest[i] * LEVELS + top;
  const least = 1 / classes;
  return (i) => {
    const sure = Math.max(0, (p[i] - least) / (1 - least));
    return likeliest[i] * LEVELS + ((sure * top + 0.5) | 0);
  };
}

/**
 * @param {Uint32Array} pixels row 0 at the top
 * @param {number} n
 * @param {(i: number) => number} level
 * @param {Uint32Array} table
 * @param {boolean} edges leave a gap between areas, which then need no shades to be told apart
 */
function fill(pixels, n, level, table, edges) {
  for (let row = 0; row < n; row++) {
    const from = (n - 1 - row) * n;
    for (let column = 0; column < n; column++) {
      const i = from + column;
      const here = level(i);
      const edge =
        edges &&
        ((column + 1 < n && level(i + 1) !== here) || (row + 1 < n && level(i - n) !== here));
      pixels[row * n + column] = edge ? 0 : table[here];
    }
  }
}
