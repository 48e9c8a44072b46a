/** Separability: a network that can be built unit by unit, what each unit says, and two losses. */
import { html, nothing, render } from "lit";
import { format } from "../controls.js";
import { curves } from "../draw/curves.js";
import { network } from "../draw/network.js";
import { parts } from "../draw/parts.js";
import { plane } from "../draw/plane.js";
import { builder } from "./separability/builder.js";
import css from "./separability/separability.css" with { type: "text" };

/** @type {import("../draw/curves.js").Series[]} */
const LOSSES = [
  { label: "training loss", color: "class0", range: null, scale: "loss" },
  { label: "test loss", color: "class1", range: null, scale: "loss", dash: [8, 4] },
];
/** @type {import("../draw/curves.js").Series[]} */
const RIGHT = [
  { label: "training points right", color: "class0", range: [0, 1.02], scale: "right" },
  { label: "test points right", color: "class1", range: [0, 1.02], scale: "right", dash: [8, 4] },
];

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send
 */
export default function mount(el, send) {
  const home = /** @type {Document|ShadowRoot} */ (el.getRootNode());
  if (!home.adoptedStyleSheets.includes(sheet)) home.adoptedStyleSheets.push(sheet);
  const [networkEl, planeEl, historyEl] = parts(el, "network-part", "plane", "history");
  const [pictureEl, numbersEl] = parts(planeEl, "picture", "numbers");
  const [buildEl, drawnEl] = parts(networkEl, "builder", "drawn");
  const build = builder(buildEl, send);
  const drawNetwork = network(drawnEl, send);
  const drawPlane = plane(pictureEl, send);
  const drawLosses = curves(historyEl, "Loss over the steps", LOSSES);
  const drawRight = curves(historyEl, "Share of points that are right", RIGHT);

  return (/** @type {any} */ frame) => {
    const tested = frame.tests > 0;
    build(frame);
    drawnEl.hidden = !frame.net_sizes.length;
    if (frame.net_sizes.length) drawNetwork(frame);
    drawPlane(frame);
    drawLosses(
      frame.history_step,
      some([frame.history_loss, frame.history_test_loss], tested),
      some([frame.loss, frame.test_loss], tested),
      some(LOSSES, tested),
    );
    drawRight(
      frame.history_step,
      some([frame.history_accuracy, frame.history_test_accuracy], tested),
      some([frame.accuracy, frame.test_accuracy], tested),
      some(RIGHT, tested),
    );
    render(summary(frame, tested), numbersEl);
  };
}

/** @param {any[]} both @param {boolean} tested @returns {any[]} the first alone if nothing tests */
function some(both, tested) {
  return tested ? both : both.slice(0, 1);
}

/** @param {any} frame @param {boolean} tested */
function summary(frame, tested) {
  const share = (/** @type {number} */ part) => `${format(100 * part)} %`;
  const right = frame.problem === "regression" ? "on the right side of 0" : "right";
  return html`
    <table class="losses">
      <thead><tr><th scope="col">epoch ${frame.epoch}</th><th scope="col">loss</th><th scope="col">${right}</th></tr></thead>
      <tbody>
        <tr><th scope="row">training</th><td>${number(frame.loss)}</td><td>${share(frame.accuracy)}</td></tr>
        ${
          tested
            ? html`<tr><th scope="row">test</th><td>${number(frame.test_loss)}</td><td>${share(frame.test_accuracy)}</td></tr>`
            : nothing
        }
      </tbody>
    </table>
    <p class="hint">One step is one batch. Rest on a unit to see it large; choose a link or a bias to set it by hand.</p>
    ${
      frame.net_sizes.length
        ? nothing
        : html`<pre tabindex="0" aria-label="Layers of the network">${frame.layers}</pre>`
    }`;
}

/** @param {number|undefined} loss none when learning ran away */
function number(loss) {
  return Number.isFinite(loss) ? Number(loss).toFixed(3) : "–";
}
