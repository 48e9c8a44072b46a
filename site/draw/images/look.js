/** “Layers”: all that is inside the network for one image, and what of it there is to see. */
import { html, nothing, render } from "lit";
import { parts } from "../parts.js";
import { filters } from "./filters.js";

/** @type {[string, string, string][]} */
const KINDS = [
  [
    "activations",
    "Activations",
    "What each layer makes of the image. Click a pixel to see its arithmetic.",
  ],
  [
    "gradients",
    "Gradients",
    "How much each value should rise (white) or fall (black) for the loss to rise.",
  ],
  ["filters", "Filters", "The weights of each convolution; those of the first see colours."],
];

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send hears of saliency {index}
 * @param {(el: HTMLElement) => (frame: any) => void} pyramid the maps of all layers
 * @param {{what: string, show: (what: string) => void}} choice what is to be seen
 * @returns {(frame: any) => void}
 */
export function look(el, send, pyramid, choice) {
  const [bar, mapsEl, filtersEl] = parts(el, "row what", "maps-of-all", "filters");
  const drawMaps = pyramid(mapsEl);
  const drawFilters = filters(filtersEl);
  let marked = -1;

  return (frame) => {
    const names = String(frame.class_names ?? "").split("|");
    const { what } = choice;
    render(
      html`<div class="choice" role="group" aria-label="What to show">${KINDS.map(
        ([kind, title]) =>
          html`<button aria-pressed=${kind === what} @click=${() => choice.show(kind)}>${title}</button>`,
      )}</div>
        <label>Pixels that count for
          <select @change=${(/** @type {any} */ e) => {
            marked = Number(e.target.value);
            send("saliency", { index: marked });
          }}>
            <option value="-1" .selected=${marked < 0}>no class</option>
            ${names.map((name, i) => html`<option value=${i} .selected=${i === marked}>${name}</option>`)}
          </select></label>
        <p class="hint">${KINDS.find(([kind]) => kind === what)?.[2]}${
          marked >= 0
            ? html` In the large image, the pixels that count most for <b>${names[marked]}</b> are marked.`
            : nothing
        }${frame.look_trouble ? html` <b>It cannot be shown: ${String(frame.look_trouble)}</b>` : nothing}</p>`,
      bar,
    );
    mapsEl.hidden = what === "filters";
    filtersEl.hidden = what !== "filters";
    if (what === "filters") drawFilters(frame);
    else drawMaps(frame);
  };
}
