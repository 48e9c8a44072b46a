/**
 * `<pyml-demo name="xor">`: a demo, wherever a page puts it.
 *
 * The element holds what the page has to know (which message came last) and draws widgets and frames;
 * data, network and randomness live in Python. Its state shows in attributes: `status`, `data-step`,
 * `data-loss`, `data-accuracy`.
 *
 * Attributes: `name`; `settings` (as in a link, without `#`); `linked` ties it to the page's own link.
 */
import { html, LitElement, nothing, unsafeCSS } from "lit";
import { panel } from "./controls.js";
import elementCss from "./element.css" with { type: "text" };
import { python } from "./python.js";
import { readHash, writeHash } from "./url.js";
import { decode } from "./wire.js";
import uplotCss from "uplot/dist/uPlot.min.css" with { type: "text" };

/** @typedef {import("./wire.js").Message} Message */

const LINK_DELAY_MS = 250;

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
    verdict: { state: true },
  };

  static styles = [unsafeCSS(uplotCss), unsafeCSS(elementCss)];

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
    this.seed = 0;
    /** @type {string[]} */
    this.notes = [];
    /** @type {{message: string, traceback: string, line: number|null}|null} */
    this.problem = null;
    this.printed = "";
    this.running = false;
    this.finished = false;
    this.steps = 0;
    /** What the demo says about where learning stands. */
    this.verdict = "";
    /** Whether the visitor wants it to run; it rests while nobody can see it. */
    this.wanted = false;
    /** @type {ReturnType<typeof python.open>|undefined} */
    this.session = undefined;
    /** The link as this element last read or wrote it. */
    this.written = "";
    /** @type {string[]} what the link held that could not be read */
    this.linkNotes = [];
    /** @type {string[]} */
    this.hidden_ = [];
    /** @type {boolean|null} */
    this.autoplay = null;
    /** @type {string|null} code that came by a link and waits for the visitor's word */
    this.offered = null;
    this.onScreen = true;
    /** @type {((frame: any) => void)|null} */
    this.draw = null;
    /** @type {any} the newest frame that is not drawn yet */
    this.frame = null;
    this.linkTimer = 0;
    /** @type {(() => void)[]} undone when the element leaves the page */
    this.cleanup = [];
  }

  connectedCallback() {
    super.connectedCallback();
    const link = this.linked ? location.hash : (this.getAttribute("settings") ?? "");
    this.#open(link);
    this.cleanup.push(python.subscribe((health) => this.#heard(health)));
    const seen = new IntersectionObserver(([entry]) => this.#visible({ onScreen: entry.isIntersecting }));
    seen.observe(this);
    const shown = () => this.#visible({});
    document.addEventListener("visibilitychange", shown);
    this.cleanup.push(
      () => seen.disconnect(),
      () => document.removeEventListener("visibilitychange", shown),
    );
    if (this.linked) {
      const moved = () => {
        if (location.hash !== this.written) this.#reopen(location.hash);
      };
      window.addEventListener("hashchange", moved);
      this.cleanup.push(() => window.removeEventListener("hashchange", moved));
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    for (const undo of this.cleanup.splice(0)) undo();
    this.session?.close();
    this.session = undefined;
  }

  /** @param {string} link */
  #open(link) {
    const { settings, seed, hide, play, code, notes } = readHash(link);
    this.hidden_ = hide;
    this.autoplay = play;
    this.offered = code;
    this.linkNotes = notes;
    this.written = link;
    this.session = python.open({ demo: this.name, settings, seed: seed ?? 0 }, (m) => this.#message(m));
    if (play ?? !matchMedia("(prefers-reduced-motion: reduce)").matches) this.#run(true);
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
      this.notes = [...this.linkNotes, ...message.notes];
      this.values = message.settings;
      this.seed = message.seed;
      if (this.offered !== null && !message.controls.some((/** @type {any} */ c) => c.kind === "code")) {
        this.notes = [...this.notes, "The link brings code, but this demo has no code to change; it was ignored."];
        this.offered = null;
      }
      this.#settle();
    } else if (message.type === "settings") {
      this.values = message.settings;
      this.seed = message.seed;
      if (message.notes.length) this.notes = message.notes;
      this.#writeLink();
    } else if (message.type === "frame") {
      this.frame = decode(/** @type {any} */ (message));
      requestAnimationFrame(() => this.#show());
    } else if (message.type === "output") {
      this.printed = (this.printed + message.text).slice(-5000);
    } else if (message.type === "error") {
      this.problem = { message: message.message, traceback: message.traceback, line: message.line ?? null };
      this.#settle();
    }
  }

  /** Draws the newest frame, then asks for the next: the page sets the pace of the pictures. */
  async #show() {
    const frame = this.frame;
    if (!frame) return;
    this.frame = null;
    this.draw ??= await this.#mount();
    this.draw(frame);
    this.running = frame.running;
    this.finished = frame.finished;
    this.steps = frame.step;
    this.verdict = frame.verdict ?? "";
    this.dataset.step = String(frame.step);
    for (const name of ["loss", "error", "accuracy"]) {
      if (name in frame) this.dataset[name] = Number(frame[name]).toPrecision(6);
    }
    if (frame.finished) this.wanted = false;
    this.#settle();
    this.session?.send({ type: "drawn" });
  }

  async #mount() {
    const { default: mount } = await import(`./demos/${this.name}.js`);
    await this.updateComplete;
    const view = /** @type {HTMLElement} */ (this.renderRoot.querySelector(".view"));
    return mount(view, (/** @type {string} */ name, args = {}) =>
      this.session?.send({ type: "event", name, ...args }),
    );
  }

  /** @param {import("./wire.js").Health} health */
  #heard(health) {
    this.health = health;
    this.#settle();
  }

  #settle() {
    if (this.health.phase === "failed" || (this.problem && !this.ready)) this.status = "error";
    else if (!this.ready || this.health.phase === "loading") this.status = "loading";
    else if (this.problem && !this.running) this.status = "error";
    else if (this.running) this.status = "running";
    else this.status = this.steps ? "paused" : "ready";
  }

  /** @param {{onScreen?: boolean}} change */
  #visible({ onScreen = this.onScreen }) {
    this.onScreen = onScreen;
    if (this.wanted) this.session?.send({ type: "run", on: this.#canBeSeen() });
  }

  #canBeSeen() {
    return this.onScreen && document.visibilityState !== "hidden";
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
    this.problem = null;
    this.session?.send({ type: "event", name: "reset" });
  }

  /** @param {string} name @param {any} value */
  #set(name, value) {
    this.problem = null;
    this.session?.send({ type: "set", name, value });
  }

  #runCode() {
    const editor = /** @type {HTMLTextAreaElement} */ (this.renderRoot.querySelector("textarea"));
    this.problem = null;
    this.printed = "";
    this.offered = null;
    this.session?.send({ type: "code", text: editor.value });
  }

  /** @param {any} control */
  #restoreCode(control) {
    const editor = /** @type {HTMLTextAreaElement} */ (this.renderRoot.querySelector("textarea"));
    editor.value = control.default;
    this.#runCode();
  }

  #writeLink() {
    if (!this.linked || !this.ready) return;
    clearTimeout(this.linkTimer);
    this.linkTimer = window.setTimeout(() => {
      const { controls } = /** @type {Message} */ (this.ready);
      const hash = writeHash(controls, this.values, this.seed, this.hidden_, this.autoplay);
      this.written = hash;
      history.replaceState(null, "", hash || location.pathname + location.search);
    }, LINK_DELAY_MS);
  }

  render() {
    const shows = (/** @type {string} */ name) => !this.hidden_.includes(name);
    const { controls = [] } = this.ready ?? {};
    const idle = !this.ready || this.health.phase === "loading";
    return html`
      <div class="demo" part="demo">
        ${shows("transport") ? this.#transport(idle, shows) : nothing}
        ${this.#statusLine()}
        ${this.notes.length ? this.#noteBox() : nothing}
        <div class="view" ?hidden=${!this.ready}></div>
        <div class="waiting" ?hidden=${Boolean(this.ready)}><slot></slot></div>
        <div class="panel" aria-label="Settings" role="group">
          ${panel(
            controls.filter((/** @type {any} */ c) => c.name !== "speed"),
            this.values,
            this.hidden_,
            (name, value) => this.#set(name, value),
          )}
        </div>
        ${controls
          .filter((/** @type {any} */ c) => c.kind === "code" && shows(c.name))
          .map((/** @type {any} */ c) => this.#code(c))}
      </div>`;
  }

  /** @param {boolean} idle @param {(name: string) => boolean} shows */
  #transport(idle, shows) {
    const speed = this.ready?.controls.find((/** @type {any} */ c) => c.name === "speed");
    const on = this.running || (this.wanted && !this.finished && !this.problem);
    return html`
      <div class="transport" role="toolbar" aria-label="Training">
        <button class="play" ?disabled=${idle} @click=${() => this.#run(!on)}>
          <i class=${on ? "pause" : "play"}></i>${on ? "Pause" : "Play"}</button>
        <button ?disabled=${idle} @click=${this.#step}>Step</button>
        <button ?disabled=${idle} @click=${this.#reset} title="The same weights as at the start">Reset</button>
        ${shows("seed")
          ? html`<button ?disabled=${idle} title="Start from other random weights (next seed)"
              @click=${() => this.#set("seed", this.seed + 1)}>New weights</button>`
          : nothing}
        ${speed && shows("speed")
          ? html`<label class="speed">Speed
              <select @change=${(/** @type {any} */ e) => this.#set("speed", e.target.value)}>
                ${speed.choices.map(
                  ([key, text]) =>
                    html`<option value=${key} .selected=${key === this.values.speed}>${text}</option>`,
                )}
              </select></label>`
          : nothing}
        <output class="count">step <b>${this.steps.toLocaleString("en")}</b> · seed ${this.seed}</output>
      </div>`;
  }

  #statusLine() {
    const { phase, stage, fraction = 0, message, advice } = this.health;
    if (phase === "failed") {
      return html`<div class="status bad" role="alert"><p><b>${message}</b> ${advice}</p>
        <button @click=${() => python.restart()}>Try again</button></div>`;
    }
    if (phase === "busy") {
      return html`<div class="status" role="status"><p>Python is busy and does not answer. It is stopped by itself after
        ten seconds.</p><button @click=${() => python.restart()}>Stop it now</button></div>`;
    }
    if (this.problem) {
      const { message: text, line, traceback } = this.problem;
      return html`<div class="status bad" role="alert"><p>${line ? html`<b>Line ${line}:</b> ` : nothing}${text}</p>
        ${traceback ? html`<details><summary>Traceback</summary><pre tabindex="0">${traceback}</pre></details>` : nothing}
        </div>`;
    }
    if (this.status === "loading") {
      return html`<div class="status" role="status"><p>${stage ?? "Waiting for Python"} …</p>
        <progress max="1" .value=${fraction} aria-label="Loading"></progress></div>`;
    }
    return html`<div class="status" role="status"><p>${this.verdict}</p></div>`;
  }

  #noteBox() {
    return html`<div class="note" role="status"><div>${this.notes.map((note) => html`<p>${note}</p>`)}</div>
      <button aria-label="Dismiss" @click=${() => { this.notes = []; }}>✕</button></div>`;
  }

  /** @param {any} control */
  #code(control) {
    const text = this.offered ?? this.values[control.name];
    return html`
      <details class="code" ?open=${this.offered !== null}>
        <summary>${control.label || "Code"}</summary>
        ${this.offered !== null
          ? html`<p class="hint">This code came with the link. Read it; it runs only when you press Run.</p>`
          : nothing}
        <textarea spellcheck="false" autocapitalize="off" rows="14" aria-label="Python code of the network"
          .value=${text} @keydown=${(/** @type {Event} */ e) => e.stopPropagation()}></textarea>
        <div class="row"><button @click=${this.#runCode}>Run</button>
          <button class="quiet" @click=${() => this.#restoreCode(control)}>Original code</button></div>
        ${this.printed ? html`<pre class="printed" tabindex="0" aria-label="Printed">${this.printed}</pre>` : nothing}
      </details>`;
  }
}

customElements.define("pyml-demo", PymlDemo);
