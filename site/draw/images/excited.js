/** The images, of those seen so far, that excite one channel most, and where in them. */
import { html, nothing, render } from "lit";
import { format } from "../../controls.js";
import { parts } from "../parts.js";
import { boxOf, picture } from "./picture.js";

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send hears of excite {layer, channel}
 * @returns {(frame: any) => void} null: nothing is looked into any more
 */
export function excited(el, send) {
  const [ask, list] = parts(el, "row", "thumbs");
  /** @type {{el: HTMLElement, draw: ReturnType<typeof picture>, words: HTMLElement}[]} */
  let thumbs = [];
  let asked = "";

  const build = (/** @type {number} */ count) => {
    list.replaceChildren();
    thumbs = Array.from({ length: count }, () => {
      const [thumb] = parts(list, "thumb");
      const [image, words] = parts(thumb, "image", "hint");
      return { el: thumb, draw: picture(image), words };
    });
  };

  return (frame) => {
    const trace = frame?.trace_cell;
    const now = trace ? `${trace.layer} ${trace.channel}` : "";
    if (asked && asked !== now) {
      asked = "";
      send("excite", { layer: -1, channel: 0 });
    }
    if (!trace) return;
    const search = () => {
      asked = now;
      send("excite", { layer: trace.layer, channel: trace.channel });
    };
    render(
      trace.layer > 0
        ? html`<button @click=${search}>Which images excite channel ${trace.channel + 1} of this layer most?</button>
          ${asked ? html`<span class="hint">of ${Number(frame.excite_searched) || 0} images</span>` : nothing}`
        : nothing,
      ask,
    );
    const [count, height, width, channels] = frame.shapes.excite ?? [0];
    list.hidden = !count || !asked;
    if (list.hidden) return;
    if (thumbs.length !== count) build(count);
    const size = height * width * channels;
    thumbs.forEach(({ draw, words }, i) => {
      const value = format(frame.excite_values?.[i]);
      const boxes = boxOf(frame.excite_boxes?.subarray(4 * i, 4 * i + 4));
      const pixels = frame.excite.subarray(i * size, (i + 1) * size);
      draw({ pixels, width, height, channels, boxes, label: `Image ${i + 1}: ${value}` });
      words.textContent = value;
    });
  };
}
