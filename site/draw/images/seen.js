/** The image that the network is looking at, what it takes it for, and the way to the next one. */
import { html, nothing, render } from "lit";
import { parts } from "../parts.js";
import { bars, likeliest } from "./bars.js";
import { boxOf, picture } from "./picture.js";

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send hears of next {by}
 * @returns {(frame: any) => void}
 */
export function seen(el, send) {
  const [imageEl, answerEl, nextEl] = parts(el, "image", "verdict", "row");
  const draw = picture(imageEl);
  const next = (/** @type {number} */ by, /** @type {string} */ text) =>
    html`<button @click=${() => send("next", { by })}>${text}</button>`;
  render([next(-1, "‹ Previous image"), next(1, "Next image ›")], nextEl);

  return (frame) => {
    const [height = 0, width = 0, channels = 1] = frame.shapes.image ?? [];
    const there = frame.image?.length > 0;
    if (there) {
      const title = String(frame.image_title ?? "");
      const heat = frame.saliency?.length === width * height ? frame.saliency : null;
      draw({
        ...{ pixels: frame.image, width, height, channels, heat },
        boxes: boxOf(frame.trace_cell?.input_field),
        label: `${title || "An image"} of ${width} × ${height} pixels${heat ? ", with the pixels marked that count most" : ""}`,
      });
    }
    render(there ? answer(frame) : html`<p class="hint">No image is here yet.</p>`, answerEl);
  };
}

/** @param {any} frame */
function answer(frame) {
  const names = String(frame.class_names).split("|");
  const [guess] = likeliest(frame.probs ?? [], 1);
  const truth = Number(frame.label ?? -1);
  const known = truth >= 0;
  const right = guess === truth;
  return html`
    <p class="title"><b>${known ? names[truth] : (names[guess] ?? "")}${known ? nothing : "?"}</b>
      <span class="hint">${String(frame.image_title ?? "")}</span></p>
    ${frame.probs ? bars({ names, probs: frame.probs, truth, top: 3, label: "The three likeliest classes" }) : nothing}
    ${
      known && guess !== undefined
        ? html`<p class=${right ? "told right" : "told wrong"}>${right ? "✓ right" : html`✗ taken for <b>${names[guess]}</b>`}</p>`
        : nothing
    }`;
}
