/** A pad to draw on, with a pen, a finger, a mouse or keys. */
import { html, nothing, render } from "lit";
import { parts } from "../parts.js";
import { unique } from "../surface.js";

/** Pixels of the pad; the network takes fewer. */
const SIDE = 280;
/** Width of the pen, and of the soft rim around it. */
const PEN = 20;
const RIM = 6;
/** With keys the pen goes so far at a time; with Shift further. */
const MOVE = 10;
const LEAP = 30;
/** Keys have no end of a stroke: what was drawn counts after so long. */
const REST_MS = 400;
/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {HTMLElement} el
 * @param {(canvas: HTMLCanvasElement) => void} done hears of it at the end of each stroke
 * @returns {(dark: boolean) => void} takes whether it is white on black, and clears when that changes
 */
export function drawpad(el, done) {
  const [stage, buttons] = parts(el, "stage", "row");
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const pen = document.createElement("i");
  pen.className = "pen";
  pen.hidden = true;
  stage.append(canvas, pen);
  const help = `${unique()}-pad`;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", "Pad to draw on");
  canvas.setAttribute("aria-describedby", help);
  const context = /** @type {CanvasRenderingContext2D} */ (
    canvas.getContext("2d", { willReadFrequently: true })
  );
  /** @type {boolean|null} */
  let dark = null;
  let empty = true;
  /** @type {[number, number]|null} where the pen is down */
  let last = null;
  /** Where the keys have moved the pen to. @type {[number, number]} */
  let at = [SIDE / 2, SIDE / 2];
  let down = false;
  let timer = 0;

  const clear = () => {
    clearTimeout(timer);
    context.shadowBlur = 0;
    context.fillStyle = dark ? "#000" : "#fff";
    context.fillRect(0, 0, SIDE, SIDE);
    empty = true;
    down = false;
    last = null;
    draw();
  };
  /** @param {number} x @param {number} y */
  const line = (x, y) => {
    const [x0, y0] = last ?? [x, y];
    context.strokeStyle = context.shadowColor = dark ? "#fff" : "#000";
    context.shadowBlur = RIM;
    context.lineWidth = PEN;
    context.lineCap = context.lineJoin = "round";
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x + 0.01, y);
    context.stroke();
    last = [x, y];
    empty = false;
  };
  /** @param {PointerEvent} event @returns {[number, number]} */
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const to = (/** @type {number} */ x, /** @type {number} */ from, /** @type {number} */ size) =>
      ((x - from) * SIDE) / size;
    return [to(event.clientX, box.left, box.width), to(event.clientY, box.top, box.height)];
  };
  const ended = () => {
    if (!last) return;
    last = null;
    draw();
    done(canvas);
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    down = false;
    last = null;
    line(...place(event));
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last || !canvas.hasPointerCapture(event.pointerId)) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) line(...place(each));
  });
  canvas.addEventListener("pointerup", ended);
  canvas.addEventListener("pointercancel", ended);
  canvas.addEventListener("focus", () => draw());
  canvas.addEventListener("blur", () => {
    down = false;
    ended();
    draw();
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const by = KEYS[event.key];
    if (by) {
      const far = event.shiftKey ? LEAP : MOVE;
      const within = (/** @type {number} */ x) => Math.min(SIDE, Math.max(0, x));
      at = [within(at[0] + far * by[0]), within(at[1] + far * by[1])];
      if (down) {
        line(...at);
        clearTimeout(timer);
        timer = window.setTimeout(() => done(canvas), REST_MS);
      }
    } else if (event.key === " ") {
      down = !down;
      last = null;
      if (down) line(...at);
      else {
        clearTimeout(timer);
        done(canvas);
      }
    } else if (event.key === "Delete" || event.key === "Backspace") clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
    draw(true);
  });

  /** @param {boolean} [keys] whether the pen is moved by keys */
  const draw = (keys = false) => {
    pen.hidden = !keys;
    pen.classList.toggle("down", down);
    pen.style.left = `${(100 * at[0]) / SIDE}%`;
    pen.style.top = `${(100 * at[1]) / SIDE}%`;
    render(
      html`<button ?disabled=${empty} @click=${clear}>Clear</button>
        <details class="help"><summary>Mouse and keys</summary><p id=${help}>
          Draw with a mouse, a pen or a finger. With the pad in focus, arrow keys move a pen (Shift: further), Space
          sets it down and lifts it, Delete clears.</p></details>
        <span class="visually-hidden" role="status">${keys ? (down ? "The pen is down." : "The pen is up.") : nothing}</span>`,
      buttons,
    );
  };
  draw();

  return (now) => {
    if (now === dark) return;
    dark = now;
    clear();
  };
}
