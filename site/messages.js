/**
 * What a message of Python does to the state of its element. How that looks is in face.js.
 *
 * Python may be running a visitor's code, which can send anything. So what is shown as text is made text
 * here, and whoever forges a message finds no way into a template.
 */

import { PANELS, PARTS } from "./panels/which.js";

/** @typedef {import("./element.js").PymlDemo} PymlDemo */
/** @typedef {import("./wire.js").Message} Message */

/** So many notes are shown: who follows a link that is all wrong need not read all of it. */
const MOST_NOTES = 8;

/** What a demo prints is kept up to this length. */
const MOST_PRINTED = 5000;

/** While it trains, what the demo says is read out this often at most. */
const SPEAK_MS = 5000;
/** While it trains, the numbers change this often at most: nobody reads sixty in a second. */
const NUMBERS_MS = 125;

/** @type {Record<string, (demo: PymlDemo, message: Message) => void>} */
const handlers = {
  ready(demo, message) {
    const controls = list(message.controls).map(control);
    demo.ready = {
      controls,
      events: message.schema?.events ?? {},
      presets: pairs(message.presets),
      exports: pairs(message.exports),
      table: text(message.table),
    };
    // Links of other programs have names of their own, which Python reads.
    demo.hidden_ = [...new Set([...demo.hidden_, ...list(message.hide).map(text)])];
    const known = [...controls.map((c) => c.name), ...Object.keys({ ...PARTS, ...PANELS })];
    const unknown = demo.hidden_.filter((name) => !known.includes(name));
    if (unknown.length) demo.linkNotes.push(`There is no “${unknown.join("”, “")}” to hide.`);
    if (demo.offered !== null && !controls.some((c) => c.kind === "code")) {
      demo.linkNotes.push(
        "The link brings code, but this demo has no code to change; it was ignored.",
      );
      demo.offered = demo.draft = null;
    }
    demo.notes = few([...demo.linkNotes, ...list(message.notes).map(text)]);
    demo.linkNotes = [];
    // A kept state that is written over would be lost to whoever can read it.
    if (list(message.notes).some((note) => text(note).startsWith("The saved state could not")))
      demo.keeper?.refused();
    settle(demo, message);
    // The address then says what is really set.
    if (list(message.notes).length) demo.writeLink();
    if (demo.panel === "numbers") demo.watch(true);
  },

  settings(demo, message) {
    if (demo.asked === "code") demo.draft = null;
    if (demo.asked === "data" || demo.asked === "code") demo.done = demo.asked;
    demo.asked = null;
    settle(demo, message);
    if (list(message.notes).length) demo.notes = list(message.notes).map(text);
    demo.writeLink();
  },

  output(demo, message) {
    demo.printed = (demo.printed + text(message.text)).slice(-MOST_PRINTED);
  },

  file(demo, message) {
    demo.asked = null;
    demo.save(text(message.name), text(message.mime), list(message.arrays));
  },

  error(demo, message) {
    if (!demo.ready && demo.problem) return;
    demo.problem = {
      message: text(message.message),
      traceback: text(message.traceback),
      line: Number.isInteger(message.line) ? message.line : null,
      about: demo.asked,
    };
    demo.asked = null;
    if (message.running !== true) {
      demo.wanted = false;
      demo.running = false;
    }
  },
};

/**
 * @param {PymlDemo} demo
 * @param {Message} message
 */
export function receive(demo, message) {
  if (Object.hasOwn(handlers, message.type)) handlers[message.type](demo, message);
}

/** Numbers of a frame that stand in attributes, `data-<name>`, for lessons, styles and tests. */
const SHOWN = [
  ...["loss", "error", "accuracy", "test_loss", "accuracy_one"],
  ...["cells", "nexts", "moved", "own_images", "results_count"],
];

/** What a frame says besides its picture. @param {PymlDemo} demo @param {any} frame */
export function noteFrame(demo, frame) {
  const now = performance.now();
  demo.pictures += 1;
  demo.running = frame.running === true;
  demo.finished = frame.finished === true;
  demo.steps = Number(frame.step);
  demo.rate = Number(frame.rate ?? 0);
  demo.verdict = text(frame.verdict);
  if (!demo.running || now - demo.spokenAt > SPEAK_MS) {
    demo.spoken = demo.verdict;
    demo.spokenAt = now;
  }
  if (!demo.running || now - demo.tracedAt > NUMBERS_MS) {
    const { trace, trace_about: about } = frame;
    demo.trace = Array.isArray(trace) && about ? { layers: trace, about } : null;
    demo.tracedAt = now;
  }
  demo.dataset.step = text(demo.steps);
  for (const name of SHOWN) {
    // What is no number any more is none here either, and certainly not 0.
    if (name in frame) demo.dataset[name] = Number(frame[name] ?? Number.NaN).toPrecision(6);
  }
}

/** What `ready` and `settings` have in common. @param {PymlDemo} demo @param {Message} message */
function settle(demo, message) {
  demo.values = message.settings;
  demo.seed = typeof message.seed === "number" ? message.seed : text(message.seed);
  demo.program = text(message.program);
  demo.coded = list(message.coded).map(text);
  demo.preset = text(message.preset);
}

/**
 * A control as the page uses it.
 * @param {any} raw
 * @returns {import("./controls.js").Control}
 */
function control(raw) {
  return {
    ...raw,
    name: text(raw.name),
    kind: text(raw.kind),
    label: text(raw.label),
    help: text(raw.help),
    ...(raw.choices && { choices: pairs(raw.choices) }),
  };
}

/** @param {string[]} notes */
function few(notes) {
  const more = notes.length - MOST_NOTES;
  return more > 0 ? [...notes.slice(0, MOST_NOTES), `… and ${more} more like these.`] : notes;
}

/** @param {any} value @returns {string} */
function text(value) {
  return value === undefined || value === null ? "" : String(value);
}

/** @param {any} value @returns {any[]} */
function list(value) {
  return Array.isArray(value) ? value : [];
}

/** @param {any} value @returns {[string, string][]} */
function pairs(value) {
  return list(value).map(([key, title]) => [text(key), text(title)]);
}
