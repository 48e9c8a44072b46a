/** Judged images side by side: each with its likeliest classes, and whether the first of them is right. */
import { html, render } from "lit";
import { parts } from "../parts.js";
import { bars } from "./bars.js";
import { picture } from "./picture.js";

/**
 * @param {HTMLElement} el
 * @param {(index: number) => void} look which of the images somebody wants to look at
 * @returns {(frame: any) => void} draws its grid, grid_indices, grid_labels, grid_top and grid_probs
 */
export function gallery(el, look) {
  const [list, none] = parts(el, "tiles-of-images", "hint");
  list.setAttribute("role", "list");
  none.textContent = "There are none.";
  /** @type {{el: HTMLElement, button: HTMLElement, draw: ReturnType<typeof picture>, words: HTMLElement}[]} */
  const tiles = [];
  let indices = /** @type {ArrayLike<number>} */ ([]);

  /** @param {number} i */
  const tile = (i) => {
    const [at] = parts(list, "tile");
    at.setAttribute("role", "listitem");
    const button = document.createElement("button");
    at.append(button);
    button.addEventListener("click", () => look(Math.round(indices[i])));
    const [words] = parts(at, "words");
    return { el: at, button, draw: picture(button), words };
  };

  return (frame) => {
    const [count = 0, height = 0, width = 0, channels = 1] = frame.shapes.grid ?? [];
    const names = String(frame.class_names).split("|");
    indices = frame.grid_indices ?? [];
    while (tiles.length < count) tiles.push(tile(tiles.length));
    none.hidden = count > 0;
    const pixels = height * width * channels;
    const best = frame.shapes.grid_top?.[1] ?? 0;
    tiles.forEach(({ el: at, button, draw, words }, i) => {
      at.hidden = i >= count;
      if (at.hidden) return;
      const truth = frame.grid_labels[i];
      const top = Array.from(frame.grid_top.subarray(best * i, best * (i + 1)));
      const right = top[0] === truth;
      draw({
        pixels: frame.grid.subarray(pixels * i, pixels * (i + 1)),
        width,
        height,
        channels,
        label: "",
      });
      button.setAttribute("aria-label", `Look at image ${indices[i]}, ${names[truth]}`);
      render(
        html`<p class=${right ? "told right" : "told wrong"}>${right ? "✓ right" : html`✗ it is <b>${names[truth]}</b>`}</p>
          ${bars({
            names: top.map((k) => names[k]),
            probs: frame.grid_probs.subarray(best * i, best * (i + 1)),
            label: "The likeliest classes",
          })}`,
        words,
      );
    });
  };
}
