/** The settings of the demo that a view belongs to: a view may have widgets of its own for some of them. */

/** Answers to what was set may be this late. */
const ANSWER_MS = 1000;

/** @param {HTMLElement} el inside the element's shadow */
export function host(el) {
  const demo = /** @type {import("../../element.js").PymlDemo} */ (
    /** @type {ShadowRoot} */ (el.getRootNode()).host
  );
  /** What was set and may not have been answered yet. @type {Record<string, {value: any, at: number}>} */
  const asked = {};
  return {
    /** The controls of these names that a link does not hide. @param {string[]} names */
    controls: (names) =>
      (demo.ready?.controls ?? [])
        .filter(({ name }) => names.includes(name) && !demo.hidden_.includes(name))
        .map((control) => ({ ...control, widget: true })),

    /** @returns {Record<string, any>} as they will be once Python has answered */
    values() {
      const recent = Object.entries(asked).filter(
        ([, { at }]) => performance.now() - at < ANSWER_MS,
      );
      return {
        ...demo.values,
        ...Object.fromEntries(recent.map(([name, { value }]) => [name, value])),
      };
    },

    /** @param {string} name @param {any} value */
    set(name, value) {
      asked[name] = { value, at: performance.now() };
      demo.session?.send({ type: "set", name, value });
      demo.goOn();
    },
  };
}
