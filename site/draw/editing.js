/**
 * Adding, moving and deleting points of a picture, by mouse, finger and keyboard.
 *
 * Nothing is kept here but the pointer, the brush and the keyboard's cursor: the points are always
 * those of the last frame.
 */
import { format } from "../controls.js";
import { clamp, scale } from "./marks.js";

/** A pointer this near a point (in the picture's units) means the point. */
const NEAR = 14;
/** A finger covers more than a mouse's tip. */
const NEAR_TOUCH = 26;
/** So soon Python has answered. */
const ANSWER_MS = 1000;

/** @typedef {{view: ArrayLike<number>, points: ArrayLike<number>}} Points points flat (N, 2), in data units */

/**
 * @param {object} of
 * @param {() => Points|null} of.frame the last one
 * @param {number} of.width of the picture, in its own units
 * @param {number} of.height
 * @param {() => number} of.classes how many a point can have
 * @param {(i: number) => string} of.describe a point, in words
 * @param {(name: string, args?: object) => void} of.send
 * @param {() => void} of.draw the cursor or the words have changed
 */
export function editing({ frame, width, height, classes, describe, send, draw }) {
  /** The point that is dragged; -1 none, -2 one that is gone. */
  let drag = -1;
  /** The pointer that is down in the picture; others wait. @type {number|null} */
  let pointer = null;
  let moved = false;
  /** The point that the keyboard has picked up, or -1. */
  let grabbed = -1;
  let count = 0;
  /** Points deleted of which the last frame may not know: each by its index when it went. @type {number[]} */
  let gone = [];
  let goneAt = 0;

  const view = () => frame()?.view ?? [0, 1, 0, 1];

  /** @param {PointerEvent} event @returns {[number, number]} */
  const position = (event) => {
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    const s = scale(view(), width, height);
    return [
      s.x(((event.clientX - box.left) / box.width) * width),
      s.y(((event.clientY - box.top) / box.height) * height),
    ];
  };

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} [near]
   * @returns {number} the index of the nearest point within reach, or -1
   */
  const at = (x, y, near = NEAR) => {
    const { points } = frame() ?? { points: [] };
    const s = scale(view(), width, height);
    let best = -1;
    let least = near;
    for (let i = 0; 2 * i < points.length; i++) {
      const far = Math.hypot(s.px(points[2 * i]) - s.px(x), s.py(points[2 * i + 1]) - s.py(y));
      if (far < least) [best, least] = [i, far];
    }
    return current(best);
  };

  /** @param {number} i a point of the last frame @returns {number} its index by now, -1 if it is gone */
  const current = (i) => {
    let now = i;
    for (const deleted of gone) {
      if (now === deleted) return -1;
      if (now > deleted) now -= 1;
    }
    return now;
  };

  /** @param {number} index */
  const remove = (index) => {
    send("delete", { index });
    gone.push(index);
    goneAt = performance.now();
  };

  /** @param {number} x @param {number} y @param {boolean} other */
  const add = (x, y, other) => {
    const label = hand.brush === "delete" ? Math.min(1, classes() - 1) : hand.brush;
    send("add", { x, y, label: (label + Number(other)) % classes() });
  };

  const hand = {
    /** What a click makes: a point of this class, or nothing but a hole. @type {number|"delete"} */
    brush: 0,
    /** The keyboard's cursor, in data units; shown once a key was used. @type {[number, number]|null} */
    cursor: null,
    /** What is read out. */
    said: "",

    down(/** @type {PointerEvent} */ event) {
      if (!frame() || (event.button !== 0 && event.button !== 2)) return;
      const hit = at(...position(event), event.pointerType === "touch" ? NEAR_TOUCH : NEAR);
      if (event.button === 2 || event.altKey || hand.brush === "delete") {
        if (hit >= 0) remove(hit);
        return;
      }
      if (pointer !== null) return;
      pointer = event.pointerId;
      drag = hit;
      moved = false;
      /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
    },

    move(/** @type {PointerEvent} */ event) {
      if (drag < 0 || event.pointerId !== pointer) return;
      const [x, y] = position(event);
      moved = true;
      send("move", { index: drag, x, y });
    },

    cancel() {
      drag = -1;
      pointer = null;
    },

    up(/** @type {PointerEvent} */ event) {
      if (event.pointerId !== pointer) return;
      const [x, y] = position(event);
      const target = /** @type {Element} */ (event.currentTarget);
      if (drag === -1 && target.hasPointerCapture(event.pointerId)) add(x, y, event.shiftKey);
      else if (drag >= 0 && !moved) {
        const { points } = frame() ?? { points: [] };
        hand.cursor = [points[2 * drag] ?? x, points[2 * drag + 1] ?? y];
        hand.said = describe(drag);
        draw();
      }
      hand.cancel();
    },

    menu(/** @type {Event} */ event) {
      event.preventDefault();
    },

    blur() {
      hand.cursor = null;
      grabbed = -1;
      draw();
    },

    key(/** @type {KeyboardEvent} */ event) {
      if (!frame() || event.ctrlKey || event.altKey || event.metaKey) return;
      const [x0, x1, y0, y1] = Array.from(view());
      const [x, y] = hand.cursor ?? [(x0 + x1) / 2, (y0 + y1) / 2];
      const step = event.shiftKey ? 0.01 : 0.05;
      const to = {
        ArrowLeft: [-1, 0],
        ArrowRight: [1, 0],
        ArrowUp: [0, 1],
        ArrowDown: [0, -1],
      }[event.key];
      if (to) {
        hand.cursor = [
          clamp(x + to[0] * step * (x1 - x0), x0, x1),
          clamp(y + to[1] * step * (y1 - y0), y0, y1),
        ];
        const [cx, cy] = hand.cursor;
        if (grabbed >= 0) send("move", { index: grabbed, x: cx, y: cy });
        const hit = at(cx, cy);
        hand.said = `${format(cx)}, ${format(cy)}. ${hit < 0 ? "" : describe(hit)}`;
      } else if (event.key === "Enter") {
        hand.cursor = [x, y];
        add(x, y, event.shiftKey);
        hand.said = "Point added.";
      } else if (event.key === " ") {
        hand.cursor = [x, y];
        grabbed = grabbed >= 0 ? -1 : at(x, y);
        hand.said = grabbed >= 0 ? "Picked up. Arrows move the point, space puts it down." : "";
      } else if (event.key === "Delete" || event.key === "Backspace") {
        const hit = at(x, y);
        if (hit >= 0) remove(hit);
        hand.said = hit >= 0 ? "Point deleted." : "No point here.";
        grabbed = -1;
      } else if (event.key === "Escape" && grabbed >= 0) grabbed = -1;
      else return;
      event.preventDefault();
      event.stopPropagation();
      draw();
    },

    /** Other points than those that were taken hold of: the hand is empty. */
    renew() {
      const now = (frame()?.points.length ?? 0) / 2;
      if (now !== count) {
        drag = drag < 0 ? drag : -2;
        grabbed = -1;
      }
      gone = performance.now() - goneAt < ANSWER_MS ? gone.slice(Math.max(0, count - now)) : [];
      count = now;
      if (hand.brush !== "delete" && hand.brush >= classes()) hand.brush = 0;
    },
  };
  return hand;
}
