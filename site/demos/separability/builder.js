/** Buttons that choose the inputs and build the hidden layers. Python makes the network. */
import { html, render } from "lit";

const MOST_LAYERS = 6;
const MOST_UNITS = 8;
/** What a new layer begins with. */
const UNITS = 2;
/** So soon Python has answered. */
const ANSWER_MS = 1000;
/** Names of the inputs in the settings, and as people read them. */
const FEATURES = [
  ["x", "x₁"],
  ["y", "x₂"],
  ["xSquared", "x₁²"],
  ["ySquared", "x₂²"],
  ["xTimesY", "x₁·x₂"],
  ["sinX", "sin x₁"],
  ["sinY", "sin x₂"],
];
const ACTIVATIONS = ["tanh", "relu", "sigmoid", "linear"];

/** @typedef {{units: number, own: string}} Layer `own` is an activation that differs from the others */

/** @param {string} text such as "4,2" or "4:relu,2" @returns {Layer[]} */
export function read(text) {
  return text
    .split(",")
    .filter(Boolean)
    .map((word) => {
      const [units, own = ""] = word.split(":");
      return { units: Number(units), own };
    });
}

/** @param {Layer[]} layers @returns {string} */
export function write(layers) {
  return layers.map(({ units, own }) => (own ? `${units}:${own}` : String(units))).join(",");
}

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send hears of shape {text} and features {text}
 * @returns {(frame: any) => void}
 */
export function builder(el, send) {
  let shown = "";
  // What was asked for last: who clicks twice need not wait for an answer in between.
  const asked = { hidden: "", features: "" };
  let askedAt = Number.NEGATIVE_INFINITY;
  const ask = {
    /** @param {(layers: Layer[]) => Layer[]} change */
    shape(change) {
      asked.hidden = write(change(read(asked.hidden)));
      askedAt = performance.now();
      send("shape", { text: asked.hidden });
    },
    /** @param {string} name */
    toggle(name) {
      const chosen = asked.features.split(",");
      const next = FEATURES.map(([key]) => key).filter(
        (key) => chosen.includes(key) !== (key === name),
      );
      if (!next.length) return;
      asked.features = next.join(",");
      askedAt = performance.now();
      send("features", { text: asked.features });
    },
  };
  return (frame) => {
    const { hidden, activation, features, coded } = frame;
    // Answers to earlier clicks may still be on their way.
    if (performance.now() - askedAt > ANSWER_MS) Object.assign(asked, { hidden, features });
    const now = JSON.stringify([hidden, activation, features, coded]);
    if (now === shown) return;
    shown = now;
    render(
      html`${inputs(features.split(","), ask)} ${shape(read(hidden), activation, coded, ask)}`,
      el,
    );
  };
}

/** @typedef {{shape: (change: (layers: Layer[]) => Layer[]) => void, toggle: (name: string) => void}} Ask */

/** @param {string[]} chosen @param {Ask} ask */
function inputs(chosen, ask) {
  return html`
    <div class="group" role="group" aria-label="Inputs">
      <span class="what">Inputs</span>
      ${FEATURES.map(([name, text]) => {
        const on = chosen.includes(name);
        // The network needs one input at least.
        return html`<button class="chip" aria-pressed=${on} ?disabled=${on && chosen.length === 1}
          @click=${() => ask.toggle(name)}>${text}</button>`;
      })}
    </div>`;
}

/**
 * @param {Layer[]} layers
 * @param {string} activation of the layers without one of their own
 * @param {boolean} coded the visitor's code makes the network
 * @param {Ask} ask
 */
function shape(layers, activation, coded, ask) {
  const change = (/** @type {number} */ at, /** @type {Partial<Layer>} */ part) =>
    ask.shape((all) => all.map((layer, i) => (i === at ? { ...layer, ...part } : layer)));
  /** @param {number} at @param {number} by */
  const grow = (at, by) =>
    ask.shape((all) =>
      all.map((layer, i) =>
        i === at ? { ...layer, units: Math.min(MOST_UNITS, Math.max(1, layer.units + by)) } : layer,
      ),
    );
  const step = (
    /** @type {string} */ sign,
    /** @type {string} */ label,
    /** @type {boolean} */ off,
    /** @type {() => void} */ act,
  ) =>
    html`<button class="step" aria-label=${label} title=${label} ?disabled=${off || coded} @click=${act}>${sign}</button>`;
  const count = layers.length;
  return html`
    <div class="group" role="group" aria-label="Hidden layers">
      <span class="what">Hidden layers</span>
      <span class="stepper">
        ${step("−", "Remove the last layer", !count, () => ask.shape((all) => all.slice(0, -1)))}
        <output>${count}</output>
        ${step("+", "Add a layer", count >= MOST_LAYERS, () => ask.shape((all) => [...all, { units: UNITS, own: "" }].slice(0, MOST_LAYERS)))}
      </span>
      ${coded ? html`<small>set in the code</small>` : ""}
    </div>
    <div class="layers">
      ${layers.map(({ units, own }, i) => {
        const name = `layer ${i + 1}`;
        return html`
          <div class="layer" role="group" aria-label="Hidden ${name}">
            <span class="stepper">
              ${step("−", `Fewer units in ${name}`, units < 2, () => grow(i, -1))}
              <output aria-label="units">${units}</output>
              ${step("+", `More units in ${name}`, units >= MOST_UNITS, () => grow(i, 1))}
            </span>
            <select aria-label="Activation of ${name}" ?disabled=${coded} @change=${(
              /** @type {any} */ e,
            ) => change(i, { own: e.target.value === activation ? "" : e.target.value })}>
              ${ACTIVATIONS.map(
                (key) =>
                  html`<option value=${key} .selected=${key === (own || activation)}>${key === "relu" ? "ReLU" : key}</option>`,
              )}
            </select>
          </div>`;
      })}
    </div>`;
}
