/** The classifier: a small network bends the plane until its two halves hold the two classes. */
import { html, render } from "lit";
import { format } from "../controls.js";
import { curves } from "../draw/curves.js";
import { parts } from "../draw/parts.js";
import { plane } from "../draw/plane.js";

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send
 */
export default function mount(el, send) {
  const [planeEl, numbers, curvesEl] = parts(el, "plane", "numbers", "history");
  const drawPlane = plane(planeEl, send);
  const drawCurves = curves(curvesEl, "Loss and accuracy over the steps", [
    { label: "loss", color: "line", range: null },
    { label: "accuracy", color: "good", range: [0, 1.02], dash: [6, 4] },
  ]);

  return (/** @type {any} */ frame) => {
    drawPlane(frame);
    drawCurves(
      frame.history_step,
      [frame.history_loss, frame.history_accuracy],
      [frame.loss, frame.accuracy],
    );
    render(
      html`<h2>The network</h2>
        <pre tabindex="0" aria-label="Layers of the network">${frame.layers}</pre>
        <p class="hint">The background is what the network would answer at every place.
          Loss ${format(frame.loss)}, of the points ${format(100 * frame.accuracy)} % right.</p>`,
      numbers,
    );
  };
}
