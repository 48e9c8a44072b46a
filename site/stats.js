/** `?stats=1`: how fast pictures and learning are, in a corner of the page. Loaded only when asked for. */

const EVERY_MS = 500;
const WINDOW_MS = 1000;

const ROWS = {
  frames: "page frames/s",
  longest: "longest frame, ms",
  drawn: "pictures/s",
  examples: "examples/s",
  steps: "steps/s",
  backend: "backend",
};

/** Puts the corner on the page and keeps it up to date. */
export function stats() {
  const box = document.createElement("aside");
  box.className = "stats";
  box.setAttribute("aria-label", "Speed");
  const list = document.createElement("dl");
  box.append(list);
  /** @type {Record<string, HTMLElement>} */
  const values = {};
  for (const [name, label] of Object.entries(ROWS)) {
    const term = document.createElement("dt");
    const value = document.createElement("dd");
    term.textContent = label;
    value.dataset.stat = name;
    value.textContent = "–";
    values[name] = value;
    list.append(term, value);
  }
  document.body.append(box);

  /** @type {number[]} when the frames of the last second came */
  let times = [];
  let told = performance.now();
  let before = counts();
  /** @param {number} now */
  const frame = (now) => {
    times.push(now);
    if (now - told >= EVERY_MS) {
      // A frame longer than the window is still its longest.
      const from = Math.max(0, times.findIndex((time) => time >= now - WINDOW_MS) - 1);
      times = times.slice(from);
      const gaps = times.slice(1).map((time, i) => time - times[i]);
      const after = counts();
      const seconds = (now - told) / 1000;
      const per = (/** @type {"drawn"|"steps"} */ name) =>
        Math.round(Math.max(0, after[name] - before[name]) / seconds);
      const shown = {
        frames: Math.round((1000 * gaps.length) / (times[times.length - 1] - times[0])),
        longest: Math.max(...gaps).toFixed(1),
        drawn: per("drawn"),
        examples: Math.round(after.rate),
        steps: per("steps"),
        backend: after.backend,
      };
      for (const [name, value] of Object.entries(shown)) {
        values[name].textContent = typeof value === "number" ? value.toLocaleString("en") : value;
      }
      told = now;
      before = after;
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** What the demos of the page have done up to now, taken together. */
function counts() {
  const demos = /** @type {import("./element.js").PymlDemo[]} */ ([
    ...document.querySelectorAll("pyml-demo"),
  ]);
  const sum = (/** @type {"pictures"|"steps"|"rate"} */ name) =>
    demos.reduce((total, demo) => total + (demo[name] || 0), 0);
  const backend = demos.find((demo) => demo.backend)?.backend ?? "–";
  return { drawn: sum("pictures"), steps: sum("steps"), rate: sum("rate"), backend };
}
