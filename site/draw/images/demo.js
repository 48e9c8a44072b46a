/** The demos of images: what is seen, how training goes, and tabs to look inside, to try out and to judge. */

import css from "../../images.css" with { type: "text" };
import { visibility } from "../../visibility.js";
import { parts } from "../parts.js";
import { sheet } from "../sheet.js";
import { cell } from "./cell.js";
import layersCss from "./layers.css" with { type: "text" };
import { layers } from "./layers.js";
import { look } from "./look.js";
import { move } from "./move.js";
import { own } from "./own.js";
import { receive } from "./receive.js";
import { results } from "./results.js";
import { seen } from "./seen.js";
import { tabs } from "./tabs.js";
import { training } from "./training.js";

const wear = sheet(css + layersCss);
// At once, so that nothing has to move when the first picture comes.
for (const demo of document.querySelectorAll("pyml-demo"))
  if (demo.shadowRoot) wear(/** @type {any} */ (demo.shadowRoot));
/** Tabs that show the inside of the network. */
const INSIDE = ["layers", "move"];
/** Python that was started anew does not know what is looked at: it is told again, not too often. */
const AGAIN_MS = 2000;

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send
 */
export default function mount(el, send) {
  wear(el);
  const [seenEl, curvesEl, numbersEl, insideEl] = parts(
    el,
    "plane seen",
    "history",
    "numbers counts-of-training",
    "inside",
  );
  const [tabsEl, cellEl, creditEl] = parts(insideEl, "tabbed", "cell", "hint credit");
  const drawSeen = seen(seenEl, send);
  const drawTraining = training(curvesEl, numbersEl, send);
  const looking = watcher(send);
  const drawSize = receive(el, send);
  const choose = (/** @type {number} */ layer, /** @type {object} */ place) =>
    send("cell", { layer, ...place });
  const pyramid = (/** @type {HTMLElement} */ at) => layers(at, choose);
  const drawCell = cell(cellEl, send);
  const drawTab = tabs(
    tabsEl,
    "Parts of the demo",
    [
      { name: "layers", title: "Layers", mount: (at) => look(at, send, pyramid, looking) },
      { name: "move", title: "Move it", mount: (at) => move(at, pyramid) },
      { name: "results", title: "Results", mount: (at) => results(at, send) },
      { name: "own", title: "Your own", mount: (at) => own(at, send) },
    ],
    (name) => looking.open(name),
  );
  const sight = visibility(insideEl, () => looking.see(sight.visible()));

  return (/** @type {any} */ frame) => {
    drawSize(frame);
    drawSeen(frame);
    drawTraining(frame);
    looking.check(frame);
    drawTab(frame);
    drawCell(looking.inside() ? frame : null);
    // Whose images these are.
    const credit = String(frame.credit ?? "");
    if (creditEl.textContent !== credit) creditEl.textContent = credit;
  };
}

/**
 * Tells Python what is looked at: maps and results cost it time, so only while they can be seen.
 * @param {(name: string, args?: object) => void} send
 */
function watcher(send) {
  let tab = "";
  let visible = true;
  let told = "";
  let at = 0;
  const tell = () => {
    const on = visible && INSIDE.includes(tab);
    const what = tab === "layers" ? watch.what : "activations";
    const judged = visible && tab === "results";
    const now = `${on} ${what} ${judged}`;
    if (now === told) return;
    // Before the first thing was opened there is nothing to close.
    if (on || told.startsWith("true")) send("look", { on, what });
    if (judged || told.endsWith("true")) send("results", { on: judged });
    told = now;
    at = performance.now();
  };
  const watch = {
    what: "activations",
    /** @param {string} what */
    show(what) {
      watch.what = what;
      tell();
    },
    /** @param {string} name */
    open(name) {
      tab = name;
      tell();
    },
    /** @param {boolean} now */
    see(now) {
      visible = now;
      tell();
    },
    inside: () => INSIDE.includes(tab),
    /** Asks once more for what should have come with a frame. @param {any} frame */
    check(frame) {
      const missing = told.startsWith("true") && !frame.maps && !frame.filters;
      if (!missing || performance.now() - at < AGAIN_MS) return;
      told = "";
      tell();
    },
  };
  return watch;
}
