/**
 * The state of a demo as a link: `#data=xor&learning_rate=0.3&seed=7&hide=rule`.
 *
 * Values stay text here; Python reads them, finds the nearest valid ones and says what it ignored.
 */

/** What the page itself understands; every other name is a setting of the demo. */
const PAGE_KEYS = ["seed", "hide", "play", "code"];

/** Longest link that is looked at: browsers allow more, but nothing sensible is that long. */
const LONGEST = 200_000;

/**
 * @param {string} hash with or without the leading `#`
 * @returns {{settings: Record<string, string>, seed: string|null, hide: string[], play: boolean|null, code: string|null, notes: string[]}}
 */
export function readHash(hash) {
  const notes = [];
  let text = hash.replace(/^#/, "");
  if (text.length > LONGEST) {
    notes.push(`The link is longer than ${LONGEST} characters; its settings were ignored.`);
    text = "";
  }
  /** @type {Record<string, string>} */
  const settings = {};
  /** @type {Record<string, string>} */
  const page = {};
  for (const pair of text.split("&").filter(Boolean)) {
    const at = pair.indexOf("=");
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? "" : decode(pair.slice(at + 1));
    // A name that every object has, such as "constructor", would make the settings no plain table.
    if (name === null || value === null || at < 0 || name in Object.prototype) {
      notes.push(`“${pair.slice(0, 40)}” in the link is not a setting; it was ignored.`);
      continue;
    }
    const place = PAGE_KEYS.includes(name) ? page : settings;
    if (Object.hasOwn(place, name)) {
      notes.push(`“${name.slice(0, 40)}” stands in the link more than once; the last one counts.`);
    }
    place[name] = value;
  }
  if (page.play !== undefined && !["0", "1"].includes(page.play)) {
    notes.push(`“play=${page.play.slice(0, 40)}” in the link is neither 0 nor 1; it was ignored.`);
    delete page.play;
  }
  return {
    settings,
    seed: page.seed ?? null,
    hide: (page.hide ?? "").split(",").filter(Boolean),
    play: page.play === undefined ? null : page.play !== "0",
    code: page.code ?? null,
    notes: [...new Set(notes)],
  };
}

/**
 * The shortest hash that brings this state back: what equals its default is left out.
 * @param {{name: string, default: any}[]} controls
 * @param {Record<string, any>} settings
 * @param {number|string} seed
 * @param {string[]} hide
 * @param {boolean|null} play
 * @returns {string} with the leading `#`, or "" when everything is as it starts
 */
export function writeHash(controls, settings, seed, hide, play) {
  const pairs = controls
    .filter(({ name, default: usual }) => name in settings && settings[name] !== usual)
    .map(({ name }) => [name, String(settings[name])]);
  if (seed !== 0) pairs.push(["seed", String(seed)]);
  if (hide.length) pairs.push(["hide", hide.join(",")]);
  if (play !== null) pairs.push(["play", play ? "1" : "0"]);
  const text = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  return text && `#${text}`;
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return null;
  }
}

/** Keeps what is readable and safe in a fragment readable. @param {string} text */
function encode(text) {
  return encodeURIComponent(text)
    .replaceAll("%2C", ",")
    .replaceAll("%3B", ";")
    .replaceAll("%20", "+");
}
