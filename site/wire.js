/**
 * The page's end of the wire to Python: one worker for all demos of a page, its life, and what crosses.
 *
 * Messages go down as plain objects; frames come up as a header and flat typed arrays. The wire keeps,
 * for every session, what is needed to bring it back: its settings, its seed and the last state that
 * Python sent. It looks into none of them.
 */

import { lasts, withNames } from "./opened.js";

/**
 * @typedef {Record<string, any> & {type: string}} Message
 * @typedef {object} Health what the page can say about Python right now
 * @property {"idle"|"loading"|"up"|"busy"|"failed"} phase
 * @property {string} [stage] what is being loaded
 * @property {number} [fraction] 0 to 1, how much of everything has been loaded
 * @property {string} [message] what went wrong
 * @property {string} [advice] what the visitor can do about it
 * @property {"kernels"|"numpy"} [backend] what Python computes with, once it is up
 *
 * @typedef {object} Record_
 * @property {string} id
 * @property {{demo: string, settings: object, seed?: number|string}} start
 * @property {{header: object, arrays: ArrayBufferView[]} | null} state
 * @property {boolean} running
 * @property {string|null} code code that was sent and has not been answered
 * @property {Message|null} opened files of the visitor's, for the next Python
 * @property {Message[]} held what was wished while Python was busy; the next Python hears it
 * @property {(message: Message) => void} handler
 */

/** A ping goes out this often; Python that misses this many in a row is called busy, then hung. */
const PING_MS = 500;
const BUSY_AFTER = 4;
const HUNG_AFTER = 20;
/** Loading that shows no progress for this many pings is given up (slow networks do show progress). */
const STALLED_AFTER = 120;
/** A visit that expects everything in the cache shows none while it downloads after all. */
const STALLED_SEEN = 600;
/** Python that ends this often in this time is not brought back once more. */
const MOST_REVIVALS = 3;
const SOON_MS = 60_000;

/** Said once more to the next Python when this one never answers: it changes something, and is quick. */
const HELD = ["set", "event", "preset"];

const STOPPED =
  "Python stopped answering and was started anew. Points, settings and weights are back; press Play to go on.";
const STOPPED_CODE =
  "Your code did not come back, so it was stopped. The network from before is back; press Play to go on. " +
  "Look for a loop that never ends.";

export class Wire {
  /**
   * @param {() => Worker} makeWorker
   * @param {Message} boot the first message to every worker: where the runtime is
   * @param {{setInterval: Function, clearInterval: Function}} [timers]
   */
  constructor(makeWorker, boot, timers = globalThis) {
    this.makeWorker = makeWorker;
    this.boot = boot;
    this.timers = timers;
    /** @type {Map<string, Record_>} */
    this.sessions = new Map();
    /** @type {Set<(health: Health) => void>} */
    this.listeners = new Set();
    /** @type {Health} */
    this.health = { phase: "idle" };
    /** @type {Worker|null} */
    this.worker = null;
    /** @type {Health["backend"]} */
    this.backend = undefined;
    this.count = 0;
    this.missed = 0;
    this.watch = 0;
    /** @type {number[]} when Python was last brought back */
    this.revived = [];
  }

  /**
   * Starts a demo in Python; the first one starts Python itself.
   * @param {{demo: string, settings: object, seed?: number|string}} start
   * @param {boolean} running whether it starts at once
   * @param {(message: Message) => void} handler gets every message of this session
   * @param {Record_["state"]} [state] where it was left
   */
  open(start, running, handler, state = null) {
    const id = `s${++this.count}`;
    const record = { id, start, state, running, code: null, opened: null, held: [], handler };
    this.sessions.set(id, record);
    if (this.worker) this.#begin(record);
    else if (this.health.phase !== "failed") this.#spawn();
    return {
      id,
      /** @param {Message} message */
      send: (message) => this.#send(record, message),
      state: () => record.state,
      close: () => {
        this.#post({ type: "close", id });
        this.sessions.delete(id);
      },
    };
  }

  /**
   * Hears how Python is doing, at once and at every change.
   * @param {(health: Health) => void} listener
   * @returns {() => void} stops listening
   */
  subscribe(listener) {
    this.listeners.add(listener);
    listener(this.health);
    return () => this.listeners.delete(listener);
  }

  /**
   * Ends the worker, whatever it is doing, and brings every session back in a new one. Those that were
   * running come back at rest: what stopped Python may stop it again.
   */
  restart() {
    this.worker?.terminate();
    const wasUp = this.health.phase === "up" || this.health.phase === "busy";
    /** @type {[Record_, string][]} */
    const told = [];
    for (const record of wasUp ? this.sessions.values() : []) {
      told.push([record, record.code === null ? STOPPED : STOPPED_CODE]);
      record.code = null;
      record.running = false;
    }
    this.#spawn();
    for (const [record, message] of told) {
      record.handler({ type: "error", id: record.id, message, traceback: "", line: null });
    }
  }

  /** Restarts by itself, but not for ever. */
  #revive() {
    const now = Date.now();
    this.revived = [...this.revived.filter((time) => now - time < SOON_MS), now];
    if (this.revived.length <= MOST_REVIVALS) this.restart();
    else {
      this.revived = [];
      this.#fail(
        "Python was stopped several times in a row.",
        "Reload the page: points and settings are in its address, and code is shown but not run.",
      );
    }
  }

  #spawn() {
    this.missed = 0;
    this.#report({ phase: "loading", stage: "Starting", fraction: 0 });
    const worker = this.makeWorker();
    this.worker = worker;
    worker.onmessage = ({ data }) => {
      if (worker === this.worker) this.#receive(data);
    };
    worker.onerror = (event) => {
      event.preventDefault?.();
      if (worker === this.worker) {
        this.#fail(
          `The Python worker could not run${event.message ? `: ${event.message}` : "."}`,
          "Reload the page. If it stays like this, the site's files are incomplete or blocked by a filter.",
        );
      }
    };
    worker.onmessageerror = () => this.#fail("A message from Python was damaged.", "Try again.");
    worker.postMessage(this.boot);
    for (const record of this.sessions.values()) {
      this.#begin(record);
      for (const message of record.held.splice(0)) this.#post(message);
    }
    this.timers.clearInterval(this.watch);
    this.watch = this.timers.setInterval(() => this.#check(), PING_MS);
  }

  /** @param {Record_} record */
  #begin(record) {
    const { id, start, state, running, opened } = record;
    this.#post({ type: "start", id, ...start, on: running, ...(state && { state }) });
    if (opened) this.#post(opened);
  }

  /**
   * @param {Record_} record
   * @param {Message} message
   */
  #send(record, message) {
    if (message.type === "run") record.running = message.on;
    if (message.type === "code") record.code = message.text;
    const addressed = withNames({ ...message, id: record.id });
    this.#post(addressed);
    if (lasts(addressed)) record.opened = addressed;
    else if (this.health.phase === "busy" && HELD.includes(message.type))
      record.held.push(addressed);
  }

  /** @param {Message} message */
  #post(message) {
    this.worker?.postMessage(message);
  }

  /** @param {Message} message */
  #receive(message) {
    this.missed = 0;
    if (message.type === "stage") {
      const { name, fraction } = message;
      this.#report({ phase: "loading", stage: String(name), fraction: Number(fraction) });
      return;
    }
    if (message.type === "dead") {
      this.#revive();
      return;
    }
    if (message.type === "fatal") {
      this.#fail(String(message.message), String(message.advice));
      return;
    }
    if (message.type === "up") this.backend = message.backend;
    if (this.health.phase !== "up" && (message.type === "up" || message.type === "pong")) {
      for (const record of this.sessions.values()) record.held = [];
      this.#report({ phase: "up", backend: this.backend });
    }
    const record = this.sessions.get(message.id);
    if (!record) return;
    if (message.type === "state") {
      record.state = { header: message.header, arrays: message.arrays };
      return;
    }
    if (message.type === "settings" || message.type === "error") record.code = null;
    if (message.type === "ready" || message.type === "settings") {
      record.start = { ...record.start, settings: message.settings, seed: message.seed };
    }
    if (message.type === "frame" && message.header.finished) record.running = false;
    record.handler(message);
  }

  /** Once per ping: a Python that answers nothing is first called busy, then replaced. */
  #check() {
    const { phase } = this.health;
    if (phase === "failed") return;
    this.missed += 1;
    if (phase === "loading") {
      if (this.missed > (this.boot.seen ? STALLED_SEEN : STALLED_AFTER)) {
        this.#fail(
          `Loading stopped at “${this.health.stage}”.`,
          "Check the network connection and try again.",
        );
      }
      return;
    }
    if (this.missed > HUNG_AFTER) this.#revive();
    else if (this.missed > BUSY_AFTER && phase !== "busy") this.#report({ phase: "busy" });
    this.#post({ type: "ping" });
  }

  /**
   * @param {string} message
   * @param {string} advice
   */
  #fail(message, advice) {
    this.worker?.terminate();
    this.worker = null;
    this.timers.clearInterval(this.watch);
    // What the browser keeps may be what was wrong: the next try asks the server.
    this.boot = { ...this.boot, doubt: true };
    this.#report({ phase: "failed", message, advice });
  }

  /** @param {Health} health */
  #report(health) {
    this.health = health;
    for (const listener of this.listeners) listener(health);
  }
}

/**
 * A frame as the views see it: the header's values and the arrays, by name.
 * @param {{header: Record<string, any>, arrays: ArrayLike<number>[]}} message
 * @returns {Record<string, any>} arrays are flat; `shapes[name]` has their shapes
 */
export function decode({ header, arrays }) {
  const { arrays: names, ...values } = header;
  // A visitor's code can send anything: views get numbers and text, which no template takes for markup.
  const plain = (/** @type {[string, any]} */ [name, value]) =>
    typeof value !== "object" || name.startsWith("trace") || numbers(value);
  /** @type {Record<string, any>} */
  const frame = Object.fromEntries(Object.entries(values).filter(plain));
  frame.shapes = {};
  names.forEach(
    (/** @type {[string, string, number[]]} */ [name, , shape], /** @type {number} */ i) => {
      frame[name] = arrays[i];
      frame.shapes[name] = shape;
    },
  );
  return frame;
}

/** @param {any} value @returns {boolean} whether it is a list of nothing but numbers */
function numbers(value) {
  return Array.isArray(value) && value.every((item) => typeof item === "number");
}
