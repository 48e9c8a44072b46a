/** Numbers as they are read out: where a picture may show a dash, an ear needs a word. */
import { format } from "../controls.js";

/**
 * @param {number|null|undefined} value
 * @returns {string} at most three significant digits, or what it is instead of a number
 */
export function said(value) {
  if (value === null || value === undefined) return "no value";
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value < 0 ? "minus infinity" : "infinity";
  return format(value);
}

/** How large something is to be drawn: what is no number has no size. @param {number|undefined} value */
export function size(value) {
  return Number.isFinite(value) ? Math.abs(Number(value)) : 0;
}
