/** The surface of each unit of a layer: what it says at every place, as a button to look at it large. */
import { asked } from "../../draw/asked.js";
import { field } from "../../draw/field.js";

/**
 * @param {HTMLElement} el
 * @param {(unit: number) => void} choose hears of the unit to show large, -1 for none
 * @returns {(frame: {heat: ArrayLike<number>, units: number, unit: number}) => void}
 */
export function tiles(el, choose) {
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", "Units of the layer");
  /** @type {{button: HTMLButtonElement, paint: ReturnType<typeof field>, values: Float32Array}[]} */
  let shown = [];
  let side = 0;
  let large = -1;
  /** @type {ReturnType<typeof asked<number>>} */
  const wish = asked();

  const build = (/** @type {number} */ count) => {
    shown = Array.from({ length: count }, (_, unit) => {
      const button = document.createElement("button");
      const canvas = document.createElement("canvas");
      canvas.setAttribute("aria-hidden", "true");
      const name = document.createElement("span");
      name.textContent = String(unit + 1);
      button.append(canvas, name);
      button.addEventListener("click", () =>
        choose(wish.ask(wish.now(large) === unit ? -1 : unit)),
      );
      return { button, paint: field(canvas), values: new Float32Array(side * side) };
    });
    el.replaceChildren(...shown.map(({ button }) => button));
  };

  return ({ heat, units, unit }) => {
    const count = Math.min(units, 16);
    large = unit;
    side = Math.round(Math.sqrt(heat.length / count));
    if (count !== shown.length) build(count);
    shown.forEach(({ button, paint, values }, u) => {
      for (let i = 0; i < values.length; i++) values[i] = heat[u * values.length + i] / 127.5 - 1;
      paint({ field: values, field_kind: "value" }, 0);
      button.setAttribute("aria-pressed", String(u === unit));
      button.setAttribute(
        "aria-label",
        u === unit ? `Unit ${u + 1}, shown large: back to the answer` : `Show unit ${u + 1} large`,
      );
    });
  };
}
