/** The filters of every convolution as small images: those that see colours in colour. */
import { html, render } from "lit";
import { read } from "./layer-table.js";
import { fill, fillColour, tiling } from "./tiles.js";

/** Of a filter on the screen; where each has many channels, they are smaller. */
const [SIZE, SMALL] = [44, 22];

/**
 * @param {HTMLElement} el
 * @returns {(frame: any) => void}
 */
export function filters(el) {
  /** @type {HTMLCanvasElement[]} */
  let canvases = [];
  return (frame) => {
    const shapes = rowsOf(frame);
    if (canvases.length !== shapes.length)
      canvases = shapes.map(() => document.createElement("canvas"));
    const layers = read(frame);
    const room = Math.max(200, el.clientWidth);
    let from = 0;
    const rows = shapes.map(([layer, count, h, w, c], i) => {
      const values = frame.filters.subarray(from, from + count * h * w * c);
      from += values.length;
      const colours = c === 3;
      const plan = tiling([h, w, colours ? count : count * c], c > 3 ? SMALL : SIZE, room);
      paint(canvases[i], plan, values, c);
      canvases[i].style.width = `${plan.width * plan.scale}px`;
      const name = layers[layer]?.name ?? "Convolution";
      const each = c > 3 ? `, each with ${c} channels, one after the other` : "";
      const words = `${count} filters of ${h} × ${w}${each}`;
      return html`<li><b>${name}</b> <span class="hint">${words}</span>
        <div role="img" aria-label="${name}: ${words}">${canvases[i]}</div></li>`;
    });
    const none = frame.filters ? "This network has no convolution." : "";
    render(shapes.length ? html`<ol>${rows}</ol>` : html`<p class="hint">${none}</p>`, el);
  };
}

/** @param {any} frame @returns {number[][]} of each layer's filters: its number, how many, height, width, channels */
function rowsOf({ filters_shapes: flat }) {
  return Array.from({ length: Math.floor((flat?.length ?? 0) / 5) }, (_, i) =>
    Array.from(flat.subarray(5 * i, 5 * i + 5), Number),
  );
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {import("./tiles.js").Tiling} plan
 * @param {Uint8Array} values (filters, height, width, channels)
 * @param {number} channels three are colours; otherwise each is an image of its own
 */
function paint(canvas, plan, values, channels) {
  const context = canvas.getContext("2d");
  if (canvas.width !== plan.width || canvas.height !== plan.height) {
    canvas.width = plan.width;
    canvas.height = plan.height;
  }
  const image = context?.createImageData(plan.width, plan.height);
  if (!image) return;
  const pixels = new Uint32Array(image.data.buffer);
  if (channels === 3) fillColour(pixels, plan, values, 0);
  else fill(pixels, plan, apart(values, plan.h * plan.w, channels), 0);
  context?.putImageData(image, 0, 0);
}

/**
 * Channels that lie pixel by pixel, as images one after the other.
 * @param {ArrayLike<number>} values (images, size, channels)
 * @param {number} size
 * @param {number} channels
 * @returns {Uint8Array} (images, channels, size)
 */
export function apart(values, size, channels) {
  return Uint8Array.from(values, (_, i) => {
    const image = Math.floor(i / (size * channels));
    const [channel, pixel] = [Math.floor(i / size) % channels, i % size];
    return values[(image * size + pixel) * channels + channel];
  });
}
