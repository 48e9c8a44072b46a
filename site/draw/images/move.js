/** “Move it”: the image is moved, mirrored, scaled or darkened, and the network's answer follows. */
import { html, render } from "lit";
import { panel } from "../../controls.js";
import { parts } from "../parts.js";
import { unique } from "../surface.js";
import { bars } from "./bars.js";
import { host } from "./host.js";
import { picture } from "./picture.js";

/** The settings that change how the image is seen. */
const VIEW = ["shift_x", "shift_y", "flip", "scale", "brightness"];
/** With the image in focus: key, setting, and by how much; Shift takes larger steps. */
/** @type {Record<string, [string, number]>} */
const KEYS = {
  ArrowLeft: ["shift_x", -1],
  ArrowRight: ["shift_x", 1],
  ArrowUp: ["shift_y", -1],
  ArrowDown: ["shift_y", 1],
  "+": ["scale", 0.05],
  "-": ["scale", -0.05],
  b: ["brightness", 0.02],
  d: ["brightness", -0.02],
};
const LEAP = 4;
/** The names of the widgets here begin with this. */
const OWN = "view-";

/** How the image is when nothing is done to it. @type {Record<string, any>} */
const REST = { shift_x: 0, shift_y: 0, flip: false, scale: 1, brightness: 0 };

/**
 * @param {HTMLElement} el
 * @param {(el: HTMLElement) => (frame: any) => void} pyramid the maps of all layers
 * @returns {(frame: any) => void}
 */
export function move(el, pyramid) {
  const settings = host(el);
  const [top, below] = parts(el, "moving", "maps-below");
  const [originalEl, movedEl, slidersEl] = parts(top, "one", "one hand", "sliders");
  const drawOriginal = picture(parts(originalEl, "image")[0]);
  const [caption] = parts(originalEl, "hint");
  caption.textContent = "as it is";
  const surface = parts(movedEl, "image")[0];
  const drawMoved = picture(surface);
  const [keys] = parts(movedEl, "hint");
  keys.textContent = "moved";
  surface.tabIndex = 0;
  surface.setAttribute("role", "application");
  surface.setAttribute("aria-label", "The image, to be moved with the arrow keys");
  const [help, answers] = parts(top, "hint help", "answers");
  help.id = `${unique()}-keys`;
  help.textContent =
    "Click the image to the right, then arrows shift it (Shift: further), + and − scale it, F mirrors it, B and D lighten and darken it, 0 undoes all.";
  surface.setAttribute("aria-describedby", help.id);
  const drawLayers = pyramid(below);
  /** The image as it was before it was moved, and the answer to it. @type {any} */
  let rest = null;
  /** @type {any} */
  let last = null;

  /** @param {string} name @param {any} value */
  const set = (name, value) => {
    settings.set(name, value);
    widgets();
  };
  const undo = () => {
    const now = settings.values();
    for (const name of VIEW) if (now[name] !== REST[name]) set(name, REST[name]);
  };
  const still = () => {
    const now = settings.values();
    return VIEW.every((name) => !(name in now) || now[name] === REST[name]);
  };

  surface.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const now = settings.values();
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const to = KEYS[key === "=" ? "+" : key];
    if (to) {
      const [name, by] = to;
      set(
        name,
        Number((now[name] + by * (event.shiftKey && key.length > 1 ? LEAP : 1)).toFixed(4)),
      );
    } else if (key === "f") set("flip", !now.flip);
    else if (key === "0") undo();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  const widgets = () => {
    // The settings of the page may have widgets of the same names.
    const own = (/** @type {string} */ name) => OWN + name;
    const controls = settings.controls(VIEW).map((c) => ({ ...c, name: own(c.name) }));
    const values = Object.entries(settings.values()).map(([name, value]) => [own(name), value]);
    const take = (/** @type {string} */ name, /** @type {any} */ value) =>
      set(name.slice(OWN.length), value);
    render(
      html`${panel(controls, Object.fromEntries(values), [], [], take)}
        <button ?disabled=${still()} @click=${undo}>As it was</button>`,
      slidersEl,
    );
  };

  return (frame) => {
    last = frame;
    const [h, w, c] = frame.shapes.image;
    const shown = { pixels: frame.image, height: h, width: w, channels: c };
    if (still() || rest?.title !== frame.image_title)
      rest = { title: frame.image_title, shown, probs: frame.probs };
    const original = frame.original?.length === frame.image.length ? frame.original : null;
    const before = frame.original_probs ?? rest.probs;
    const title = String(frame.image_title ?? "");
    drawOriginal({
      ...(original ? { ...shown, pixels: original } : rest.shown),
      label: `${title}, as it is`,
    });
    drawMoved({ ...shown, label: `${title}, moved` });
    widgets();
    render(
      html`<h2>Probabilities</h2>${bars({
        names: String(frame.class_names).split("|"),
        probs: frame.probs,
        truth: frame.label,
        before,
      })}<p class="hint">A thin line marks what it was for the image as it is.</p>`,
      answers,
    );
    drawLayers(last);
  };
}
