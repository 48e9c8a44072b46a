/**
 * The plane: a field of predictions, points that can be added, moved and deleted, and lines.
 *
 * The field is a canvas with one pixel per prediction that CSS scales; everything else is SVG over it.
 * Nothing is kept here but the pointer and the cursor: the points are always those of the last frame.
 */
import { html, nothing, render, svg } from "lit";
import { format } from "../controls.js";
import { field } from "./field.js";
import { axes, mark, SIZE } from "./marks.js";

/** A pointer this near a point (in those units) means the point. */
const NEAR = 14;
/** A finger covers more than a mouse's tip. */
const NEAR_TOUCH = 26;

/**
 * @typedef {object} Plane what a frame must have
 * @property {ArrayLike<number>} view xmin, xmax, ymin, ymax
 * @property {ArrayLike<number>} points flat (N, 2)
 * @property {ArrayLike<number>} labels (N,)
 * @property {ArrayLike<number>} predictions (N,)
 * @property {ArrayLike<number>} field flat (n, n), row 0 at ymin
 * @property {string} class_names joined by "|"
 * @property {string} x_label
 * @property {string} y_label
 * @property {ArrayLike<number>} [line] flat (2, 2) or empty
 * @property {number} [example] index of the point that was last learnt from
 * @property {string} verdict
 */

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send
 * @returns {(frame: Plane) => void}
 */
export function plane(el, send) {
  /** @type {Plane|null} */
  let frame = null;
  /** What a click makes: class 0, class 1 or nothing but a hole. @type {0|1|"delete"} */
  let brush = 1;
  /** The point that is dragged; -1 none, -2 one that is gone. */
  let drag = -1;
  /** The pointer that is down in the plane; others wait. @type {number|null} */
  let pointer = null;
  let moved = false;
  /** The keyboard's cursor, in data units; shown once a key was used. @type {[number, number]|null} */
  let cursor = null;
  let grabbed = -1;
  let said = "";

  const canvas = document.createElement("canvas");
  canvas.className = "field";
  canvas.setAttribute("aria-hidden", "true");
  const paint = field(canvas);

  const scale = () => {
    const [x0, x1, y0, y1] = Array.from(frame?.view ?? [0, 1, 0, 1]);
    return {
      px: (/** @type {number} */ x) => ((x - x0) / (x1 - x0)) * SIZE,
      py: (/** @type {number} */ y) => SIZE - ((y - y0) / (y1 - y0)) * SIZE,
      x: (/** @type {number} */ px) => clamp(x0 + (px / SIZE) * (x1 - x0), x0, x1),
      y: (/** @type {number} */ py) => clamp(y0 + (1 - py / SIZE) * (y1 - y0), y0, y1),
    };
  };

  /** @param {PointerEvent} event @returns {[number, number]} */
  const position = (event) => {
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    const s = scale();
    return [
      s.x(((event.clientX - box.left) / box.width) * SIZE),
      s.y(((event.clientY - box.top) / box.height) * SIZE),
    ];
  };

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} [near]
   * @returns {number} the index of the nearest point within reach, or -1
   */
  const at = (x, y, near = NEAR) => {
    if (!frame) return -1;
    const s = scale();
    let best = -1;
    let least = near;
    for (let i = 0; i < frame.labels.length; i++) {
      const far = Math.hypot(
        s.px(frame.points[2 * i]) - s.px(x),
        s.py(frame.points[2 * i + 1]) - s.py(y),
      );
      if (far < least) [best, least] = [i, far];
    }
    return best;
  };

  /** @param {number} x @param {number} y @param {boolean} [other] */
  const add = (x, y, other) => {
    const label = brush === "delete" ? 1 : brush;
    send("add", { x, y, label: other ? 1 - label : label });
  };

  const down = (/** @type {PointerEvent} */ event) => {
    if (!frame || (event.button !== 0 && event.button !== 2)) return;
    const [x, y] = position(event);
    const hit = at(x, y, event.pointerType === "touch" ? NEAR_TOUCH : NEAR);
    if (event.button === 2 || event.altKey || brush === "delete") {
      if (hit >= 0) send("delete", { index: hit });
      return;
    }
    if (pointer !== null) return;
    pointer = event.pointerId;
    drag = hit;
    moved = false;
    /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
  };

  const move = (/** @type {PointerEvent} */ event) => {
    if (drag < 0 || event.pointerId !== pointer) return;
    const [x, y] = position(event);
    moved = true;
    send("move", { index: drag, x, y });
  };

  const cancel = () => {
    drag = -1;
    pointer = null;
  };

  const up = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== pointer) return;
    const [x, y] = position(event);
    const target = /** @type {Element} */ (event.currentTarget);
    if (frame && drag === -1 && target.hasPointerCapture(event.pointerId))
      add(x, y, event.shiftKey);
    else if (drag >= 0 && !moved) {
      cursor = [frame?.points[2 * drag] ?? x, frame?.points[2 * drag + 1] ?? y];
      said = describe(drag);
      draw();
    }
    cancel();
  };

  /** @param {KeyboardEvent} event */
  const key = (event) => {
    if (!frame || event.ctrlKey || event.altKey || event.metaKey) return;
    const [x0, x1, y0, y1] = Array.from(frame.view);
    const [x, y] = cursor ?? [(x0 + x1) / 2, (y0 + y1) / 2];
    const step = event.shiftKey ? 0.01 : 0.05;
    const to = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    }[event.key];
    if (to) {
      cursor = [
        clamp(x + to[0] * step * (x1 - x0), x0, x1),
        clamp(y + to[1] * step * (y1 - y0), y0, y1),
      ];
      if (grabbed >= 0) send("move", { index: grabbed, x: cursor[0], y: cursor[1] });
      said = `${format(cursor[0])}, ${format(cursor[1])}. ${describe(at(...cursor))}`;
    } else if (event.key === "Enter") {
      cursor = [x, y];
      add(x, y, event.shiftKey);
      said = "Point added.";
    } else if (event.key === " ") {
      cursor = [x, y];
      grabbed = grabbed >= 0 ? -1 : at(x, y);
      said = grabbed >= 0 ? "Picked up. Arrows move the point, space puts it down." : "";
    } else if (event.key === "Delete" || event.key === "Backspace") {
      const hit = at(x, y);
      if (hit >= 0) send("delete", { index: hit });
      said = hit >= 0 ? "Point deleted." : "No point here.";
      grabbed = -1;
    } else if (event.key === "Escape" && grabbed >= 0) grabbed = -1;
    else return;
    event.preventDefault();
    event.stopPropagation();
    draw();
  };

  /** @param {number} i */
  const describe = (i) => {
    if (!frame || i < 0) return "";
    const names = frame.class_names.split("|");
    const [truth, guess] = [names[frame.labels[i]], names[frame.predictions[i]]];
    return `Point ${i + 1}, ${truth}${truth === guess ? "" : `, taken for ${guess}`}.`;
  };

  const draw = () => {
    if (!frame) return;
    const { px, py } = scale();
    const names = frame.class_names.split("|");
    const { line = [], example = -1 } = frame;
    const { points, labels, predictions } = frame;
    const order = Array.from(labels, (_, i) => i);
    // The point just learnt from comes last, so that its ring is over the others.
    if (example >= 0) order.push(...order.splice(example, 1));
    const marks = order.map((i) =>
      mark(labels[i], px(points[2 * i]), py(points[2 * i + 1]), {
        wrong: labels[i] !== predictions[i],
        current: i === example,
        count: labels.length,
      }),
    );
    render(
      html`
        <div class="canvas">
          ${canvas}
          <svg viewBox="0 0 ${SIZE} ${SIZE}" tabindex="0" role="application"
            aria-label="Plane with ${frame.labels.length} points"
            aria-describedby="plane-help"
            @pointerdown=${down} @pointermove=${move} @pointerup=${up} @pointercancel=${cancel} @keydown=${key}
            @contextmenu=${(/** @type {Event} */ e) => e.preventDefault()}
            @blur=${() => {
              cursor = null;
              grabbed = -1;
              draw();
            }}>
            ${axes(frame, px, py)}
            ${
              line.length
                ? svg`<line class="halo" x1=${px(line[0])} y1=${py(line[1])} x2=${px(line[2])} y2=${py(line[3])} />
                    <line class="line" x1=${px(line[0])} y1=${py(line[1])} x2=${px(line[2])} y2=${py(line[3])} />`
                : nothing
            }
            ${marks}
            ${
              cursor
                ? svg`<path class="cursor" d="M${px(cursor[0]) - 16},${py(cursor[1])}h32M${px(cursor[0])},${py(cursor[1]) - 16}v32" />`
                : nothing
            }
          </svg>
        </div>
        <div class="brush" role="radiogroup" aria-label="A click in the plane">
          <span aria-hidden="true">A click</span>
          ${names.map((name, i) => choice(/** @type {0|1} */ (i), html`<i class="dot c${i}"></i> adds ${name}`))}
          ${choice("delete", html`<i class="cross"></i> deletes`)}
          <button class="quiet" @click=${() => send("clear")}>Clear points</button>
        </div>
        <details class="help"><summary>Mouse and keys</summary><p id="plane-help">
          Click to add a point, drag to move it; right-click or Alt-click deletes, Shift-click adds the other
          class. With the plane in focus, arrow keys move a cross (Shift: finely), Enter adds a point,
          Space picks one up and puts it down, Delete removes it.</p></details>
        <p class="visually-hidden" aria-live="polite">${said}</p>`,
      el,
    );
  };

  /** @param {0|1|"delete"} value @param {unknown} text */
  const choice = (value, text) => html`
    <label><input type="radio" name="brush" .checked=${brush === value}
      @change=${() => {
        brush = value;
        draw();
      }} />${text}</label>`;

  return (next) => {
    // Other points than those that were taken hold of: the hand is empty.
    if (frame && next.labels.length !== frame.labels.length) {
      drag = drag < 0 ? drag : -2;
      grabbed = -1;
    }
    frame = next;
    draw();
    paint(next.field);
  };
}

/** @param {number} value @param {number} low @param {number} high */
function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
