/** Parts of a view that are shown one at a time. */
import { html, render } from "lit";
import { unique } from "../surface.js";

/**
 * @typedef {object} Tab
 * @property {string} name
 * @property {string} title
 * @property {(el: HTMLElement) => (frame: any) => void} mount called when the tab is first opened
 */

/**
 * @param {HTMLElement} el
 * @param {string} label what the tabs are of
 * @param {Tab[]} tabs the first is open to begin with
 * @param {(name: string) => void} opened hears which tab is open, from the first on
 * @returns {(frame: any) => void} draws the open tab
 */
export function tabs(el, label, tabs, opened) {
  const id = unique();
  const list = document.createElement("div");
  list.className = "tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", label);
  const panels = tabs.map(({ name }) => {
    const panel = document.createElement("div");
    panel.className = `tab ${name}`;
    panel.id = `${id}-${name}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `${id}-${name}-tab`);
    panel.tabIndex = 0;
    return panel;
  });
  el.append(list, ...panels);
  /** @type {((frame: any) => void)[]} */
  const draws = [];
  /** @type {any} */
  let frame = null;
  let open = -1;

  /** @param {number} index @param {boolean} [focus] */
  const show = (index, focus) => {
    if (index !== open) {
      open = index;
      panels.forEach((panel, i) => {
        panel.hidden = i !== index;
      });
      draws[index] ??= tabs[index].mount(panels[index]);
      opened(tabs[index].name);
      if (frame) draws[index](frame);
    }
    render(
      tabs.map(
        (
          { name, title },
          i,
        ) => html`<button role="tab" id="${id}-${name}-tab" aria-controls="${id}-${name}"
          aria-selected=${i === open} tabindex=${i === open ? 0 : -1} @click=${() => show(i)}>${title}</button>`,
      ),
      list,
    );
    if (focus) /** @type {HTMLElement} */ (list.children[index]).focus();
  };

  list.addEventListener("keydown", (event) => {
    const last = tabs.length - 1;
    const to = {
      ArrowRight: open === last ? 0 : open + 1,
      ArrowLeft: open === 0 ? last : open - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    show(to, true);
  });
  show(0);

  return (next) => {
    frame = next;
    draws[open](next);
  };
}
