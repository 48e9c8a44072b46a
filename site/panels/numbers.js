/**
 * The arithmetic of one step for one example: forward through the layers, the loss, and back again with
 * gradients and updates. Every part says what comes of it; one at a time is written out.
 */
import { html, nothing } from "lit";
import { guard } from "lit/directives/guard.js";
import { backward, brief, forward, input, loss } from "./arithmetic.js";

/**
 * @param {import("../element.js").PymlDemo} demo
 * @param {import("../acts.js").Acts} act
 */
export function numbersPanel(demo, act) {
  const { trace, layer, chosen } = demo;
  return guard([trace, layer, chosen], () =>
    trace
      ? written(demo, trace, act)
      : html`<p class="hint">The numbers come with the next picture.</p>`,
  );
}

/**
 * @param {import("../element.js").PymlDemo} demo
 * @param {NonNullable<import("../element.js").PymlDemo["trace"]>} trace
 * @param {import("../acts.js").Acts} act
 */
function written(demo, { layers, about }, act) {
  const { layer: open, chosen } = demo;
  const examples = Number(about.examples);
  const example = Number(about.example);
  // Counted from what was chosen last, whose numbers may not have come yet.
  const move = (/** @type {number} */ by) =>
    act.choose(((demo.chosen < 0 ? example : demo.chosen) + by + examples) % examples);
  return html`
    <div class="row">
      <b class="example">Example ${example + 1} of ${examples}</b>
      <button @click=${() => move(-1)}>Previous</button>
      <button @click=${() => move(1)}>Next</button>
      <button aria-pressed=${chosen < 0 ? "true" : "false"} @click=${() => act.choose(-1)}>Last learnt from</button>
      ${about.note ? html`<span class="hint">${String(about.note)}</span>` : nothing}
    </div>
    <ol class="steps">
      ${steps(layers, about).map(
        ({ title, result, content }, i) => html`<li>
          <button aria-expanded=${open === i ? "true" : "false"} @click=${() => act.unfold(i)}>
            <span>${title}</span> <span class="brief">${result}</span></button>
          ${open === i ? html`<div class="written" tabindex="0" role="region" aria-label=${title}>${content()}</div>` : nothing}
        </li>`,
      )}
    </ol>`;
}

/**
 * The parts in the order in which they are worked out.
 * @param {any[]} layers
 * @param {any} about
 * @returns {{title: string, result: string, content: () => unknown}[]}
 */
function steps(layers, about) {
  const learning = layers.filter((layer) => layer.kind !== "input");
  return [
    ...layers.map((layer) => ({
      title: layer.kind === "input" ? "Input" : `Forward: ${layer.name}`,
      result: brief(layer.y ?? layer.x),
      content: () => (layer.kind === "input" ? input(layer) : forward(layer)),
    })),
    { title: "Loss", result: brief([about.loss]), content: () => loss(layers.at(-1), about) },
    ...learning.toReversed().map((layer) => ({
      title: `Backward: ${layer.name}`,
      result: brief(layer.dz ?? layer.dy),
      content: () => backward(layer, about),
    })),
  ];
}
