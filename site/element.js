/**
 * `<pyml-demo name="xor">`: a demo, wherever a page puts it.
 *
 * The element holds what the page has to know and draws widgets and frames; data, network and randomness
 * live in Python. Its state is in state.js, what a message changes of it in messages.js, what a widget does
 * in acts.js, what it looks like in face.js. The state shows in attributes: `status`, `data-step`, `data-loss`, `data-accuracy`,
 * `data-backend`.
 *
 * Attributes: `name`; `settings` (as in a link, without `#`); `linked` ties it to the page's own link.
 */
import { unsafeCSS } from "lit";
import uplotCss from "uplot/dist/uPlot.min.css" with { type: "text" };
import { acts } from "./acts.js";
import { address } from "./address.js";
import { download } from "./download.js";
import drawCss from "./draw/draw.css" with { type: "text" };
import elementCss from "./element.css" with { type: "text" };
import { face } from "./face.js";
import { keeper, mayBeKept } from "./keep.js";
import { noteFrame, receive } from "./messages.js";
import panelsCss from "./panels/panels.css" with { type: "text" };
import projectorCss from "./projector.css" with { type: "text" };
import { followScreen } from "./projector.js";
import { base, python } from "./python.js";
import { DemoState } from "./state.js";
import { readHash, writeHash } from "./url.js";
import { visibility } from "./visibility.js";
import { decode } from "./wire.js";

/** @typedef {import("./wire.js").Message} Message */

export class PymlDemo extends DemoState {
  static styles = [
    unsafeCSS(uplotCss),
    unsafeCSS(elementCss),
    unsafeCSS(panelsCss),
    unsafeCSS(drawCss),
    unsafeCSS(projectorCss),
  ];

  #acts = acts(this);
  keeper = keeper(this);

  connectedCallback() {
    super.connectedCallback();
    if (this.cleanup.length) return; // it was only moved
    // Fetched while Python loads; whoever awaits it hears of a failure.
    this.view = Promise.resolve().then(() => import(`./demos/${this.name}.js`));
    this.view.catch(() => {});
    this.sight = visibility(this, () => this.#seen());
    this.address = this.linked ? address((hash) => this.reopen(hash)) : null;
    const link = this.linked ? location.hash : (this.getAttribute("settings") ?? "");
    if (mayBeKept(this.name)) this.#bringBack(link);
    else this.#open(link);
    this.cleanup.push(
      this.keeper.watch(),
      python.subscribe((health) => this.#heard(health)),
      followScreen(this),
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

  /** Begins with what this browser has kept, if it has. @param {string} link */
  async #bringBack(link) {
    const state = await this.keeper.begin(link);
    if (this.cleanup.length && !this.session) this.#open(link, state);
  }

  /** @param {string} link @param {any} [state] where it was left */
  #open(link, state) {
    const { settings, seed, hide, play, code, notes } = readHash(link);
    this.hidden_ = hide;
    this.autoplay = play;
    this.offered = this.draft = code;
    if (code !== null) this.panel = "code";
    if (this.linked)
      document.documentElement.classList.toggle("no-lesson", hide.includes("lesson"));
    this.linkNotes = notes;
    this.wanted = play ?? !matchMedia("(prefers-reduced-motion: reduce)").matches;
    // Without a seed in the link that of a preset counts.
    const start = { demo: this.name, settings, ...(seed !== null && { seed }) };
    this.session = python.open(
      start,
      this.wanted && this.#canBeSeen(),
      (m) => this.#message(m),
      state,
    );
  }

  /** @param {string} link @param {any} [state] where it was left */
  reopen(link, state) {
    this.session?.close();
    this.problem = null;
    this.asked = null;
    this.#open(link, state);
  }

  /** @param {Message} message */
  #message(message) {
    if (message.type === "frame") {
      this.frame = decode(/** @type {any} */ (message));
      requestAnimationFrame(() => this.#show());
    } else {
      receive(this, message);
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
        about: null,
      };
      this.#settle();
      return;
    }
    if (!this.hasAttribute("drawn")) {
      this.drawn = true;
      await this.updateComplete;
    }
    try {
      this.draw(frame);
    } catch (error) {
      // The next frame may be one that can be drawn, so Python hears of this one all the same.
      this.problem = {
        message: "This picture could not be drawn. Press Reset, or change a setting.",
        traceback: String(error),
        line: null,
        about: null,
      };
    }
    noteFrame(this, frame);
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
      this.goOn();
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

  #canBeSeen() {
    return this.sight?.visible() ?? false;
  }

  /** A demo that stopped because all was learnt goes on when there is something new to learn. */
  goOn() {
    if (this.wanted && this.finished) this.run(true);
  }

  /** @param {boolean} on */
  run(on) {
    this.wanted = on;
    if (on) this.problem = null;
    this.session?.send({ type: "run", on: on && this.#canBeSeen() });
  }

  /** Whether it runs as far as the visitor is concerned: it rests while nobody can see it. */
  on() {
    return this.running || (this.wanted && !this.finished && !this.problem);
  }

  /** Has Python send the numbers of each step, or no more. @param {boolean} on */
  watch(on) {
    this.session?.send({ type: "event", name: "watch", on });
    if (!on) this.trace = null;
  }

  /** @param {string} name @param {string} mime @param {any[]} parts */
  save(name, mime, parts) {
    download(name, mime, parts);
    this.done = "save";
  }

  /** Brings the open panel into sight; where it is, nothing else has to move. */
  async showPanel() {
    await this.updateComplete;
    this.renderRoot.querySelector(".tool")?.scrollIntoView({ block: "nearest" });
  }

  /**
   * The state as it is now, as the hash of a link.
   * @param {string[]} hide
   * @param {boolean|null} play
   */
  hash(hide = this.hidden_, play = this.autoplay) {
    // Code that waits for the visitor's word stays in the link until it was run.
    const values = this.offered === null ? this.values : { ...this.values, code: this.offered };
    return writeHash(this.ready?.controls ?? [], values, this.seed, hide, play);
  }

  /** What the demo is called on this page. */
  get heading() {
    return this.closest("main")?.querySelector("h1")?.textContent ?? this.name;
  }

  /** Where this demo has a page of its own. */
  get home() {
    return new URL(`demos/${this.name}/`, base).href;
  }

  writeLink() {
    this.address?.write(() => this.hash());
  }

  render() {
    return face(this, this.#acts);
  }
}

customElements.define("pyml-demo", PymlDemo);
