/** The page's colours, read where they are needed so that drawings follow the theme. */

/** As many classes have a colour (`--class0` and so on) and a shape of their own. */
export const CLASSES = 8;

/** Levels of a table of colours. */
export const LEVELS = 256;

/** How strongly an area is painted where a prediction is certain, and where it is not at all. */
const STRONGEST = 0.5;
const WEAKEST = 0.12;

/**
 * @param {Element} el
 * @param {string} name of a custom property, without the dashes
 * @returns {string} the colour; of `light-dark(…)` the one that is in force
 */
export function color(el, name) {
  const style = getComputedStyle(el);
  const value = style.getPropertyValue(`--${name}`).trim();
  const both = /^light-dark\(([^,]+),([^,]+)\)$/.exec(value);
  return both ? both[isDark(style.colorScheme) ? 2 : 1].trim() : value;
}

/** @param {string} scheme the computed `color-scheme` */
function isDark(scheme) {
  const system = () => matchMedia("(prefers-color-scheme: dark)").matches;
  return scheme.includes("dark") && (!scheme.includes("light") || system());
}

/**
 * @param {string} hex `#rrggbb`
 * @returns {[number, number, number]}
 */
export function rgb(hex) {
  const n = Number.parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

/**
 * A value between two classes: grey at 0, the colour of class 0 at -1 and of class 1 at 1.
 * @param {Element} el
 * @returns {(value: number) => [number, number, number]}
 */
export function diverging(el) {
  const [grey, low, high] = ["edge", "class0", "class1"].map((name) => rgb(color(el, name)));
  return (value) => {
    const share = Math.min(1, Math.abs(value));
    const end = value < 0 ? low : high;
    const mix = (/** @type {number} */ i) => grey[i] + share * (end[i] - grey[i]);
    return [mix(0), mix(1), mix(2)];
  };
}

/**
 * Pixels for areas of classes: LEVELS of certainty for each class, one class after the other.
 * @param {Element} el
 */
export function classTable(el) {
  const classes = Array.from({ length: CLASSES }, (_, c) => rgb(color(el, `class${c}`)));
  return table(CLASSES * LEVELS, (i) => {
    const sure = (i % LEVELS) / (LEVELS - 1);
    return [classes[Math.floor(i / LEVELS)], sure];
  });
}

/**
 * Pixels for areas of values: LEVELS from -1 to 1.
 * @param {Element} el
 */
export function valueTable(el) {
  const shade = diverging(el);
  return table(LEVELS, (i) => {
    const value = (2 * i) / (LEVELS - 1) - 1;
    return [shade(value), Math.abs(value)];
  });
}

/**
 * @param {number} length
 * @param {(i: number) => [[number, number, number], number]} entry colour and certainty
 */
function table(length, entry) {
  const bytes = new Uint8ClampedArray(4 * length);
  for (let i = 0; i < length; i++) {
    const [hue, sure] = entry(i);
    bytes.set(hue, 4 * i);
    bytes[4 * i + 3] = 255 * (WEAKEST + (STRONGEST - WEAKEST) * sure);
  }
  return new Uint32Array(bytes.buffer);
}

/**
 * Calls back when the theme changes, by the visitor's choice or by the system's.
 * @param {() => void} changed
 * @returns {() => void} stops
 */
export function onTheme(changed) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", changed);
  const watch = new MutationObserver(changed);
  watch.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => {
    dark.removeEventListener("change", changed);
    watch.disconnect();
  };
}
