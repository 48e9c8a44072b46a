/** Keys that a widget uses stay with it: a deck of slides around the demo must not move with them. */

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];
const MOVES = [...ARROWS, "Home", "End", "PageUp", "PageDown", " ", "Enter"];

/** Stops keys at a demo's border that the focused widget inside has used. @param {KeyboardEvent} event */
export function keepKeys(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const target = event.composedPath()[0];
  // In an editor even Escape has a meaning: Tab then leaves it.
  const writes = target instanceof HTMLElement && target.isContentEditable;
  if (event.key === "Escape" && !writes) return;
  const used =
    writes ||
    target instanceof HTMLTextAreaElement ||
    ((target instanceof HTMLSelectElement || target instanceof HTMLInputElement) &&
      (MOVES.includes(event.key) || event.key.length === 1)) ||
    (target instanceof Element &&
      target.matches("button, summary") &&
      [" ", "Enter"].includes(event.key));
  if (used) event.stopPropagation();
}
