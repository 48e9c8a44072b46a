/**
 * `<pyml-demo name="xor">`: a demo, wherever a page puts it.
 *
 * The element holds what the page has to know (which message came last) and draws widgets and frames;
 * data, network and randomness live in Python. Its state shows in attributes: `status`, `data-step`,
 * `data-loss`, `data-accuracy`, `data-backend`. What it looks like is in face.js.
 *
 * Attributes: `name`; `settings` (as in a link, without `#`); `linked` ties it to the page's own link.
 */
import { LitElement, unsafeCSS } from "lit";
import uplotCss from "uplot/dist/uPlot.min.css" with { type: "text" };
import { address } from "./address.js";
import drawCss from "./draw/draw.css" with { type: "text" };
import elementCss from "./element.css" with { type: "text" };
import { face } from "./face.js";
import { python } from "./python.js";
import { readHash, writeHash } from "./url.js";
import { visibility } from "./visibility.js";
import { decode } from "./wire.js";

/** @typedef {import("./wire.js").Message} Message */

/** While it trains, what the demo says is read out this often at most. */
const SPEAK_MS = 5000;

export class PymlDemo extends LitElement {
  static properties = {
    name: {},
    linked: { type: Boolean },
    status: { reflect: true },
    health: { state: true },
    ready: { state: true },
    values: { state: true },
    notes: { state: true },
    problem: { state: true },
    printed: { state: true },
    running: { state: true },
    finished: { state: true },
    wanted: { state: true },
    steps: { state: true },
    drawn: { type: Boolean, reflect: true },
    verdict: { state: true },
    spoken: { state: true },
    backend: { reflect: true, attribute: "data-backend" },
  };

  static styles = [unsafeCSS(uplotCss), unsafeCSS(elementCss), unsafeCSS(drawCss)];

  /** What the widgets do. */
  #acts = {
    play: () => this.#run(!this.#on()),
    step: () => this.#step(),
    reset: () => this.#reset(),
    reseed: () => this.#set("seed", typeof this.seed === "number" ? this.seed + 1 : 0),
    set: (/** @type {string} */ name, /** @type {any} */ value) => this.#set(name, value),
    runCode: (/** @type {string} */ text) => this.#runCode(text),
    dismiss: () => {
      this.notes = [];
    },
    restart: () => python.restart(),
  };

  constructor() {
    super();
    this.name = "";
    this.linked = false;
    this.status = "loading";
    /** @type {import("./wire.js").Health} */
    this.health = { phase: "idle" };
    /** @type {Message|null} */
    this.ready = null;
    /** @type {Record<string, any>} */
    this.values = {};
    /** @type {number|string} */
    this.seed = 0;
    /** @type {string[]} */
    this.notes = [];
    /** @type {import("./status.js").Problem|null} */
    this.problem = null;
    /** Whether code is on its way: an error that comes now is about it. */
    this.codeSent = false;
    this.printed = "";
    this.running = false;
    this.finished = false;
    this.steps = 0;
    /** Whether the first frame is on the screen; until then there is a picture. */
    this.drawn = false;
    /** What the demo says about where learning stands. */
    this.verdict = "";
    /** The same for those who hear it: not sixty times a second. */
    this.spoken = "";
    this.spokenAt = 0;
    /** @type {import("./wire.js").Health["backend"]} */
    this.backend = undefined;
    /** Whether the visitor wants it to run; it rests while nobody can see it. */
    this.wanted = false;
    /** @type {ReturnType<typeof python.open>|undefined} */
    this.session = undefined;
    /** @type {string[]} what the link held that could not be read */
    this.linkNotes = [];
    /** @type {string[]} */
    this.hidden_ = [];
    /** @type {boolean|null} */
    this.autoplay = null;
    /** @type {string|null} code that came by a link and waits for the visitor's word */
    this.offered = null;
    /** @type {ReturnType<typeof visibility>|undefined} */
    this.sight = undefined;
    /** @type {ReturnType<typeof address>|null} */
    this.address = null;
    /** @type {((frame: any) => void)|null} */
    this.draw = null;
    /** @type {any} the newest frame that is not drawn yet */
    this.frame = null;
    /** @type {Promise<{default: Function}>} the module that draws this demo */
    this.view = Promise.reject(new Error("not connected"));
    this.view.catch(() => {});
    /** @type {(() => void)[]} undone when the element leaves the page */
    this.cleanup = [];
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.session) return; // it was only moved
    // Fetched while Python loads; whoever awaits it hears of a failure.
    this.view = Promise.resolve().then(() => import(`./demos/${this.name}.js`));
    this.view.catch(() => {});
    this.sight = visibility(this, () => this.#seen());
    this.address = this.linked ? address((hash) => this.#reopen(hash)) : null;
    this.#open(this.linked ? location.hash : (this.getAttribute("settings") ?? ""));
    this.cleanup.push(
      python.subscribe((health) => this.#heard(health)),
      () => this.sight?.stop(),
      () => this.address?.stop(),
    );
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    // Whoever moves the element takes it out for a moment.
    queueMicrotask(() => {
      if (this.isConnected) return;
      for (const undo of this.cleanup.splice(0)) undo();
      this.session?.close();
      this.session = undefined;
    });
  }

  /** @param {string} link */
  #open(link) {
    const { settings, seed, hide, play, code, notes } = readHash(link);
    this.hidden_ = hide;
    this.autoplay = play;
    this.offered = code;
    this.linkNotes = notes;
    this.wanted = play ?? !matchMedia("(prefers-reduced-motion: reduce)").matches;
    const start = { demo: this.name, settings, seed: seed ?? 0 };
    this.session = python.open(start, this.wanted && this.#canBeSeen(), (m) => this.#message(m));
  }

  /** @param {string} link */
  #reopen(link) {
    this.session?.close();
    this.problem = null;
    this.#open(link);
  }

  /** @param {Message} message */
  #message(message) {
    if (message.type === "ready") {
      this.ready = message;
      const known = [
        ...message.controls.map((/** @type {any} */ c) => c.name),
        "seed",
        "transport",
      ];
      const unknown = this.hidden_.filter((name) => !known.includes(name));
      if (unknown.length) this.linkNotes.push(`There is no “${unknown.join("”, “")}” to hide.`);
      this.notes = [...this.linkNotes, ...message.notes.map(String)];
      this.linkNotes = [];
      // The address then says what is really set.
      if (message.notes.length) this.#writeLink();
      this.values = message.settings;
      this.seed = message.seed;
      if (
        this.offered !== null &&
        !message.controls.some((/** @type {any} */ c) => c.kind === "code")
      ) {
        this.notes = [
          ...this.notes,
          "The link brings code, but this demo has no code to change; it was ignored.",
        ];
        this.offered = null;
      }
      this.#settle();
    } else if (message.type === "settings") {
      this.codeSent = false;
      this.values = message.settings;
      this.seed = message.seed;
      if (message.notes.length) this.notes = message.notes.map(String);
      this.#writeLink();
    } else if (message.type === "frame") {
      this.frame = decode(/** @type {any} */ (message));
      requestAnimationFrame(() => this.#show());
    } else if (message.type === "output") {
      this.printed = (this.printed + message.text).slice(-5000);
    } else if (message.type === "error" && (this.ready || !this.problem)) {
      this.problem = {
        message: String(message.message),
        traceback: String(message.traceback),
        line: message.line ?? null,
        code: this.codeSent,
      };
      this.codeSent = false;
      if (message.running !== true) {
        this.wanted = false;
        this.running = false;
      }
      this.#settle();
    }
  }

  /** Draws the newest frame, then asks for the next: the page sets the pace of the pictures. */
  async #show() {
    const frame = this.frame;
    if (!frame) return;
    this.frame = null;
    try {
      this.draw ??= await this.#mount();
    } catch (error) {
      this.problem = {
        message: "The pictures of this demo could not be loaded. Reload the page.",
        traceback: String(error),
        line: null,
      };
      this.#settle();
      return;
    }
    if (!this.drawn) {
      this.drawn = true;
      await this.updateComplete;
    }
    this.draw(frame);
    this.running = frame.running;
    this.finished = frame.finished;
    this.steps = frame.step;
    this.verdict = String(frame.verdict ?? "");
    const now = performance.now();
    if (!frame.running || now - this.spokenAt > SPEAK_MS) {
      this.spoken = this.verdict;
      this.spokenAt = now;
    }
    this.dataset.step = String(frame.step);
    for (const name of ["loss", "error", "accuracy"]) {
      if (name in frame) this.dataset[name] = Number(frame[name]).toPrecision(6);
    }
    this.#settle();
    this.session?.send({ type: "drawn" });
  }

  /** @returns {Promise<(frame: any) => void>} */
  async #mount() {
    const { default: mount } = await this.view;
    await this.updateComplete;
    const view = /** @type {HTMLElement} */ (this.renderRoot.querySelector(".view"));
    return mount(view, (/** @type {string} */ name, args = {}) => {
      this.session?.send({ type: "event", name, ...args });
      this.#goOn();
    });
  }

  /** @param {import("./wire.js").Health} health */
  #heard(health) {
    this.health = health;
    this.backend = health.backend ?? this.backend;
    this.#settle();
  }

  #settle() {
    if (this.health.phase === "failed" || (this.problem && !this.ready)) this.status = "error";
    else if (!this.ready || this.health.phase === "loading") this.status = "loading";
    else if (this.problem && !this.running) this.status = "error";
    else if (this.running) this.status = "running";
    else this.status = this.steps ? "paused" : "ready";
  }

  #seen() {
    if (this.wanted && !this.finished) this.session?.send({ type: "run", on: this.#canBeSeen() });
  }

  /** A demo that stopped because all was learnt goes on when there is something new to learn. */
  #goOn() {
    if (this.wanted && this.finished) this.#run(true);
  }

  #canBeSeen() {
    return this.sight?.visible() ?? false;
  }

  /** @param {boolean} on */
  #run(on) {
    this.wanted = on;
    if (on) this.problem = null;
    this.session?.send({ type: "run", on: on && this.#canBeSeen() });
  }

  #step() {
    this.#run(false);
    this.problem = null;
    this.session?.send({ type: "step", n: 1 });
  }

  #reset() {
    this.#run(false);
    this.problem = null;
    this.session?.send({ type: "event", name: "reset" });
  }

  /** @param {string} name @param {any} value */
  #set(name, value) {
    this.problem = null;
    this.session?.send({ type: "set", name, value });
    this.#goOn();
  }

  /** @param {string} text */
  #runCode(text) {
    this.problem = null;
    this.printed = "";
    this.offered = null;
    this.codeSent = true;
    this.session?.send({ type: "code", text });
  }

  /** Whether it runs as far as the visitor is concerned: it rests while nobody can see it. */
  #on() {
    return this.running || (this.wanted && !this.finished && !this.problem);
  }

  #writeLink() {
    this.address?.write(() => {
      // Code that waits for the visitor's word stays in the link until it was run.
      const values = this.offered === null ? this.values : { ...this.values, code: this.offered };
      const controls = this.ready?.controls ?? [];
      return writeHash(controls, values, this.seed, this.hidden_, this.autoplay);
    });
  }

  render() {
    return face(this, this.#on(), this.#acts);
  }
}

customElements.define("pyml-demo", PymlDemo);
