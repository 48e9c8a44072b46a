/**
 * What a visitor asked for last, while the answer may be on its way: a second click counts from there, and
 * not from a picture that does not know of the first.
 */

/**
 * @template T
 * @param {number} [ms] so soon Python has answered
 */
export function asked(ms = 1000) {
  /** @type {T|undefined} */
  let value;
  let at = Number.NEGATIVE_INFINITY;
  return {
    /** @param {T} shown @returns {T} what counts: what was asked for just now, or what is shown */
    now: (shown) => (performance.now() - at < ms ? /** @type {T} */ (value) : shown),
    /** @param {T} next @returns {T} */
    ask(next) {
      value = next;
      at = performance.now();
      return next;
    },
  };
}
