/** The page's colours, read where they are needed so that drawings follow the theme. */

/**
 * @param {Element} el
 * @param {string} name of a custom property, without the dashes
 */
export function color(el, name) {
  return getComputedStyle(el).getPropertyValue(`--${name}`).trim();
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
