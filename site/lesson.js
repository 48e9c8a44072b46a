/**
 * The lesson beside a demo: one step at a time, each ticked off when the demo is where the step asks.
 *
 * A step is a `<section data-goal="accuracy=1 step>20">` of the lesson. Its goal is read from what `<pyml-demo>`
 * shows: `status`, or `data-<name>`. Without JavaScript all steps stand in a row, and their links work as well.
 */
import { recall, remember } from "./storage.js";

/** @typedef {{name: string, sign: string, value: string}} Term */

/** @type {Record<string, (a: number, b: number) => boolean>} */
const COMPARE = {
  "=": (a, b) => a === b,
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
};

/**
 * The terms of a goal, all of which have to hold.
 * @param {string} text as in `data-goal`
 * @returns {Term[]}
 */
export function readGoal(text) {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => {
      const found = /^([a-z_]+)(>=|<=|=|>|<)(.+)$/.exec(word);
      if (!found) throw new Error(`The goal “${text}”: “${word}” is not like step>20.`);
      return { name: found[1], sign: found[2], value: found[3] };
    });
}

/**
 * @param {Term[]} goal
 * @param {(name: string) => string|null} read what the demo shows under a name
 */
export function isMet(goal, read) {
  return goal.every(({ name, sign, value }) => {
    const shown = read(name);
    if (shown === null) return false;
    const [a, b] = [Number(shown), Number(value)];
    return Number.isNaN(b) ? sign === "=" && shown === value : COMPARE[sign](a, b);
  });
}

/**
 * Tells when a goal is reached: after the step was begun, when it does not hold first and then does. What the demo
 * did before, and what it still shows of that, does not count.
 * @param {Term[]} goal
 * @param {(name: string) => string|null} read
 */
export function watcher(goal, read) {
  let begun = false;
  let missed = false;
  return {
    begin() {
      begun = true;
      missed = false;
    },
    end() {
      begun = false;
    },
    reached() {
      if (!begun) return false;
      const met = isMet(goal, read);
      if (met && missed) return true;
      missed = !met;
      return false;
    },
  };
}

/** Makes the lesson of this page, if it has one, a matter of steps. */
export function lesson() {
  const article = document.querySelector("article.lesson");
  const demo = document.querySelector("pyml-demo");
  const steps = [
    .../** @type {NodeListOf<HTMLElement>} */ (
      article?.querySelectorAll("section[data-goal]") ?? []
    ),
  ];
  if (!demo || !steps.length) return;
  new Lesson(demo, steps);
}

class Lesson {
  /** @param {Element} demo @param {HTMLElement[]} steps */
  constructor(demo, steps) {
    this.demo = demo;
    this.steps = steps;
    this.key = `lesson-${demo.getAttribute("name")}`;
    const kept = (recall(this.key) ?? "").split(",").map(Number);
    this.done = new Set(kept.filter((n) => n >= 1 && n <= steps.length));
    const read = (/** @type {string} */ name) =>
      demo.getAttribute(name === "status" ? name : `data-${name}`);
    this.watchers = steps.map((step) => watcher(readGoal(step.dataset.goal ?? ""), read));
    this.open = 1;
    this.bar = this.#makeBar();
    steps[0].before(this.bar);
    for (const step of steps) {
      step.addEventListener("click", (event) => this.#clicked(event));
      this.#mark(step);
    }
    const asked = Number(new URLSearchParams(location.search).get("step"));
    this.#show(steps[asked - 1] ? asked : 1);
    new MutationObserver(() => this.#look()).observe(demo, { attributes: true });
  }

  #makeBar() {
    const bar = document.createElement("div");
    bar.className = "steps";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "Steps of the lesson");
    this.back = button("Previous", () => this.#go(this.open - 1));
    this.next = button("Next", () => this.#go(this.open + 1));
    this.where = document.createElement("p");
    this.where.setAttribute("role", "status");
    bar.append(this.back, this.where, this.next);
    return bar;
  }

  /** @param {number} n the step to open, from 1 */
  #show(n) {
    this.open = n;
    this.steps.forEach((step, i) => {
      step.hidden = i !== n - 1;
    });
    /** @type {HTMLButtonElement} */ (this.back).disabled = n === 1;
    /** @type {HTMLButtonElement} */ (this.next).disabled = n === this.steps.length;
    for (const each of this.watchers) each.end();
    this.#tell();
  }

  /** Opens a step on request: also in the address, and for those who read by ear or by key. @param {number} n */
  #go(n) {
    this.#show(n);
    const url = new URL(location.href);
    url.searchParams.set("step", String(n));
    history.replaceState(history.state, "", url);
    const heading = this.steps[n - 1].querySelector("h3");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }

  #look() {
    const n = this.open;
    if (this.done.has(n) || !this.watchers[n - 1].reached()) return;
    this.done.add(n);
    remember(this.key, [...this.done].join(","));
    this.#mark(this.steps[n - 1]);
    this.#tell();
  }

  #tell() {
    const n = this.open;
    const done = this.done.has(n) ? " · done ✓" : "";
    const text = `${n} of ${this.steps.length}${done}`;
    const where = /** @type {HTMLElement} */ (this.where);
    // Said again only when it is something else.
    if (where.textContent !== text) where.textContent = text;
  }

  /** @param {HTMLElement} step */
  #mark(step) {
    step.classList.toggle("done", this.done.has(this.steps.indexOf(step) + 1));
  }

  /** @param {MouseEvent} event a click within a step */
  #clicked(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // in a tab of its own
    const link = /** @type {Element} */ (event.target).closest("a");
    if (!link?.hash || link.pathname !== location.pathname) return;
    event.preventDefault();
    this.watchers[this.open - 1].begin();
    // The same link once more sets the demo up once more; one that ends in & says nothing else.
    location.hash = link.hash === location.hash ? `${link.hash}&` : link.hash;
    if (this.demo.getBoundingClientRect().top < 0) this.demo.scrollIntoView();
  }
}

/** @param {string} text @param {() => void} press */
function button(text, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.addEventListener("click", press);
  return made;
}
