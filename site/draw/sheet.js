/** The style sheet of one view, inside the shadow root that it is drawn in. */

/**
 * @param {string} css
 * @returns {(el: HTMLElement) => void} gives the root around an element this sheet, once
 */
export function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return (el) => {
    const root = /** @type {Document|ShadowRoot} */ (el.getRootNode());
    if (!root.adoptedStyleSheets.includes(made)) root.adoptedStyleSheets.push(made);
  };
}
