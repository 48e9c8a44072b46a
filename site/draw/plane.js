/**
 * The plane: a field of predictions, points that can be added, moved and deleted, and lines.
 *
 * The field is a canvas with one pixel per prediction that CSS scales; everything else is SVG over it.
 */
import { html, nothing, render } from "lit";
import { diverging, onTheme } from "./colors.js";
import { editing } from "./editing.js";
import { field } from "./field.js";
import { axes, lines, mark, SIZE, scale } from "./marks.js";
import { brush, cursor, surface, unique } from "./surface.js";
import { said } from "./words.js";

/**
 * @typedef {object} Points what a frame must have, beside a field
 * @property {ArrayLike<number>} view xmin, xmax, ymin, ymax
 * @property {ArrayLike<number>} points flat (N, 2)
 * @property {ArrayLike<number>} [labels] (N,) the class of each point
 * @property {ArrayLike<number>} [predictions] (N,) the class that it is taken for
 * @property {ArrayLike<number>} [targets] (N,) instead of labels where `field_kind` is "value": -1 to 1
 * @property {ArrayLike<number>} [outputs] (N,) what the network makes of them
 * @property {ArrayLike<number>} [test] (N,) 1: never learnt from
 * @property {string} class_names two to eight, joined by "|"
 * @property {string} x_label
 * @property {string} y_label
 * @property {ArrayLike<number>} [line] flat (2, 2) or empty: where the decision changes
 * @property {ArrayLike<number>} [lines] flat (m, 2, 2): thinner ones
 * @property {string} [line_names] of those, joined by "|"
 * @property {number} [example] index of the point that was last learnt from
 *
 * @typedef {Points & import("./field.js").Field} Plane
 */

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send hears of add {x, y, label}, move {index, x, y},
 *   delete {index} and clear
 * @param {object} [options]
 * @param {boolean} [options.editable]
 * @param {string} [options.label] what the plane is called
 * @param {boolean} [options.small] one of several: without numbers at the axes
 * @returns {(frame: Plane) => void}
 */
export function plane(el, send, { editable = true, label = "Plane", small = false } = {}) {
  /** @type {Plane|null} */
  let frame = null;
  /** @type {((value: number) => number[])|null} */
  let shade = null;
  const id = unique();

  const canvas = document.createElement("canvas");
  canvas.className = "field";
  canvas.setAttribute("aria-hidden", "true");
  const paint = field(canvas);
  onTheme(() => {
    shade = null;
    requestAnimationFrame(() => draw());
  });

  const names = () => frame?.class_names.split("|") ?? [];

  /** @param {number} i */
  const describe = (i) => {
    if (!frame) return "";
    const { labels = [], predictions = [], targets, outputs = [], test } = frame;
    const apart = test?.[i] ? "test point, " : "";
    if (targets?.length)
      return `Point ${i + 1}, ${apart}target ${said(targets[i])}, output ${said(outputs[i])}.`;
    const [truth, guess] = [names()[labels[i]], names()[predictions[i]]];
    const wrong = guess === undefined || truth === guess ? "" : `, taken for ${guess}`;
    return `Point ${i + 1}, ${apart}${truth}${wrong}.`;
  };

  const draw = () => {
    if (!frame) return;
    const at = scale(frame.view, SIZE, SIZE);
    const count = frame.points.length / 2;
    const shown = { id, label: `${label} with ${count} points`, width: SIZE, height: SIZE };
    render(
      html`
        <div class=${small ? "canvas small" : "canvas"}>
          ${canvas}
          ${surface({ ...shown, hand: editable ? hand : null }, [
            axes(frame, SIZE, SIZE, small),
            lines(frame, at.px, at.py),
            marks(frame, at),
            editable ? cursor(hand, at) : nothing,
          ])}
        </div>
        ${editable ? brush({ id, hand, names: names(), where: "plane", send, draw }) : nothing}`,
      el,
    );
  };

  /** @param {Plane} of @param {ReturnType<typeof scale>} at */
  const marks = (of, { px, py }) => {
    const { points, labels = [], predictions = [], targets, test, example = -1 } = of;
    const count = points.length / 2;
    const order = Array.from({ length: count }, (_, i) => i);
    // The point just learnt from comes last, so that its ring is over the others.
    if (example >= 0) order.push(...order.splice(example, 1));
    const values = of.field_kind === "value" && targets ? targets : null;
    if (values) shade ??= diverging(el);
    return order.map((i) =>
      mark(values ? Number(values[i] > 0) : labels[i], px(points[2 * i]), py(points[2 * i + 1]), {
        wrong: !values && predictions[i] !== undefined && labels[i] !== predictions[i],
        current: i === example,
        test: Boolean(test?.[i]),
        fill: values && shade ? `rgb(${shade(values[i]).map(Math.round)})` : undefined,
        count,
        small,
      }),
    );
  };

  const hand = editing({
    frame: () => frame,
    width: SIZE,
    height: SIZE,
    classes: () => Math.max(1, names().length),
    describe,
    send,
    draw,
  });
  hand.brush = 1;

  return (next) => {
    frame = next;
    hand.renew();
    draw();
    paint(next, names().length);
  };
}
