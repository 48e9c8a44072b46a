/** Which panels a demo has, and what a link can hide. */

/** @type {Record<string, string>} the panels below a demo, in this order, and what their buttons say */
export const PANELS = {
  code: "Code",
  numbers: "Numbers",
  table: "Data",
  save: "Save",
  share: "Share",
  fullscreen: "Full screen",
};

/** @type {Record<string, string>} what can be hidden besides settings and panels */
export const PARTS = {
  transport: "Play, Step, Reset",
  speed: "Speed",
  seed: "New weights",
  preset: "Preset",
  lesson: "Lesson",
};

/**
 * The panels that a demo offers.
 * @param {import("../element.js").PymlDemo["ready"]} ready
 * @param {string[]} hidden
 * @returns {string[]}
 */
export function panelsOf(ready, hidden) {
  if (!ready) return [];
  /** @type {Record<string, boolean>} */
  const has = {
    code: ready.controls.some((c) => c.kind === "code"),
    numbers: "watch" in ready.events,
    table: ready.table !== "" || "open" in ready.events,
  };
  return Object.keys(PANELS).filter((name) => has[name] !== false && !hidden.includes(name));
}
