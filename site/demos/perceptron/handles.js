/** The line of the unit, to be taken hold of: in the middle it is shifted, at an end it is turned. */
import { html, nothing, render, svg } from "lit";
import { asked } from "../../draw/asked.js";
import { SIZE, scale } from "../../draw/marks.js";

/** One press of an arrow key moves by this part of the picture; with Shift by a fifth of it. */
const STEP = 0.05;
/** The ends to hold lie this part of the line inside its ends, so that they are not cut off. */
const INSIDE = 0.08;
/** A pointer this near a point, in those units, means the point. */
const NEAR = 14;

/**
 * @param {HTMLElement} el lies over the plane
 * @param {(name: string, args?: object) => void} send hears of line {x0, y0, x1, y1}
 * @returns {(frame: {view: ArrayLike<number>, line: ArrayLike<number>}) => void}
 */
export function handles(el, send) {
  /** @type {{view: ArrayLike<number>, line: ArrayLike<number>, points?: ArrayLike<number>}|null} */
  let frame = null;
  /** What is held, 0 and 1 an end, 2 the whole line; and where the ends were. @type {number} */
  let held = -1;
  /** @type {number[]} */
  let from = [];
  /** @type {[number, number]} */
  let start = [0, 0];
  /** @type {ReturnType<typeof asked<number[]>>} */
  const wish = asked(300);

  /** @returns {number[]} the two places to hold, x and y of each */
  const ends = () => {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = Array.from(frame?.line ?? []);
    const [dx, dy] = [INSIDE * (x1 - x0), INSIDE * (y1 - y0)];
    return [x0 + dx, y0 + dy, x1 - dx, y1 - dy];
  };

  /** @param {number} part @param {number[]} old @param {number} dx @param {number} dy */
  const move = (part, old, dx, dy) => {
    const [x0, y0, x1, y1] = old.map((v, i) => {
      const its = part === 2 || part === Math.floor(i / 2);
      return its ? v + (i % 2 ? dy : dx) : v;
    });
    if (Math.hypot(x1 - x0, y1 - y0) < 1e-6) return;
    wish.ask([x0, y0, x1, y1]);
    send("line", { x0, y0, x1, y1 });
  };

  /** @param {PointerEvent} event @returns {[number, number]} */
  const place = (event) => {
    const box = el.getBoundingClientRect();
    const s = scale(frame?.view ?? [0, 1, 0, 1], SIZE, SIZE);
    return [
      s.x(((event.clientX - box.left) / box.width) * SIZE),
      s.y(((event.clientY - box.top) / box.height) * SIZE),
    ];
  };

  /** @param {[number, number]} at */
  const overPoint = ([x, y]) => {
    const { view = [0, 1, 0, 1], points = [] } = frame ?? {};
    const s = scale(view, SIZE, SIZE);
    return Array.from({ length: points.length / 2 }, (_, i) => 2 * i).some(
      (i) => Math.hypot(s.px(points[i]) - s.px(x), s.py(points[i + 1]) - s.py(y)) < NEAR,
    );
  };

  const on = (/** @type {number} */ part) => ({
    down: (/** @type {PointerEvent} */ event) => {
      if (event.button !== 0) return;
      [held, from, start] = [part, ends(), place(event)];
      if (overPoint(start)) {
        // A point under the line is what the visitor means; the plane below takes it from here.
        held = -1;
        const plane = el.closest(".plane")?.querySelector('[role="application"]');
        plane?.dispatchEvent(new PointerEvent("pointerdown", event));
        return;
      }
      /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
      event.preventDefault();
    },
    move: (/** @type {PointerEvent} */ event) => {
      if (held !== part) return;
      const [x, y] = place(event);
      move(part, from, x - start[0], y - start[1]);
    },
    up: () => {
      held = -1;
    },
    key: (/** @type {KeyboardEvent} */ event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const to = {
        ArrowLeft: [-1, 0],
        ArrowRight: [1, 0],
        ArrowUp: [0, 1],
        ArrowDown: [0, -1],
      }[event.key];
      if (!to || !frame) return;
      const [x0, x1, y0, y1] = Array.from(frame.view);
      const step = STEP * (event.shiftKey ? 0.2 : 1);
      move(part, wish.now(ends()), to[0] * step * (x1 - x0), to[1] * step * (y1 - y0));
      event.preventDefault();
      event.stopPropagation();
    },
  });
  const hands = [on(0), on(1), on(2)];

  return (next) => {
    frame = next;
    const { px, py } = scale(next.view, SIZE, SIZE);
    const [x0, y0, x1, y1] = ends();
    const [a, b, c, d] = [px(x0), py(y0), px(x1), py(y1)];
    const end = (
      /** @type {number} */ part,
      /** @type {number} */ x,
      /** @type {number} */ y,
    ) => svg`
      <circle cx=${x} cy=${y} r="9" tabindex="0" role="button" aria-label="Turn the line at end ${part + 1}, with the arrow keys"
        @pointerdown=${hands[part].down} @pointermove=${hands[part].move} @pointerup=${hands[part].up}
        @pointercancel=${hands[part].up} @keydown=${hands[part].key} />`;
    const shift = hands[2];
    render(
      html`<svg class="handles" viewBox="0 0 ${SIZE} ${SIZE}" role="group" aria-label="The line">${
        next.line.length
          ? svg`<line class="grip" x1=${a} y1=${b} x2=${c} y2=${d} tabindex="0" role="button" aria-label="Shift the line, with the arrow keys"
              @pointerdown=${shift.down} @pointermove=${shift.move} @pointerup=${shift.up}
              @pointercancel=${shift.up} @keydown=${shift.key} />${end(0, a, b)}${end(1, c, d)}`
          : nothing
      }</svg>`,
      el,
    );
  };
}
