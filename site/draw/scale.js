/** How much larger a drawing's pixels are than the screen's: they grow with the page's type. */

/** Type of this size, in pixels, is what drawings are made for. */
const USUAL = 16;

/** @returns {number} 1 where type is as large as browsers make it, more in a room full of people */
export function enlarged() {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / USUAL || 1;
}
