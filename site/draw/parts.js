/** The places that a view fills; element.css lays them out. */

/**
 * @param {HTMLElement} el
 * @param {...string} names class names, in reading order
 * @returns {HTMLElement[]}
 */
export function parts(el, ...names) {
  return names.map((name) => {
    const part = document.createElement("div");
    part.className = name;
    el.append(part);
    return part;
  });
}
