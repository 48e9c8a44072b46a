/**
 * Keeps the network of a demo in this browser while the visitor wants it, and gives it back the next time.
 *
 * What is kept is the last `state` that Python sent. It is written every ten seconds while it learns, soon after
 * it rests, and when the page goes, which a browser may cut short; one record
 * takes the place of the other only when it is on the disk, so that nothing is lost when there is no room.
 */
import * as kept from "./kept.js";
import { recall, remember } from "./storage.js";

const EVERY_MS = 10_000;
/** At rest a new state is noticed this soon. */
const LOOK_MS = 1000;
/** Says at once whether there is anything to wait for: most demos keep nothing. */
const KEY = "pyml-keep-";

/**
 * @typedef {object} Keeping
 * @property {boolean} on whether what is learnt here is kept
 * @property {Omit<import("./kept.js").Kept, "state">|null} entry what is kept now
 * @property {string} told what went wrong with it, in words
 * @property {"back"|"other"|""} offer it is back; or it is there, but the link says something else
 */

/** @type {Keeping} */
export const NOTHING = { on: false, entry: null, told: "", offer: "" };

/** @param {string} name of a demo @returns {boolean} whether `begin` has something to look for */
export function mayBeKept(name) {
  return Boolean(recall(KEY + name));
}

/**
 * Whether what was kept comes back by itself.
 * @param {string} link of the page that was opened
 * @param {string} then the link when it was kept
 */
export function belongs(link, then) {
  const bare = (/** @type {string} */ text) => text.replace(/^#/, "");
  return bare(link) === "" || bare(link) === bare(then);
}

/** @param {number} at milliseconds @param {Date} [now] @returns {string} a day, as people say it */
export function day(at, now = new Date()) {
  const date = new Date(at);
  const year =
    date.getFullYear() === now.getFullYear() ? {} : { year: /** @type {const} */ ("numeric") };
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", ...year });
}

/** @param {any} error @returns {string} */
export function reason(error) {
  if (error?.name === "QuotaExceededError") return "the browser has no more room for this site";
  if (["SecurityError", "InvalidStateError", "ReferenceError"].includes(error?.name))
    return "this browser, or this window, lets pages keep nothing";
  return String(error?.message || error?.name || error);
}

/** @param {import("./element.js").PymlDemo} demo */
export function keeper(demo) {
  /** @type {any} the state that was written last */
  let written = null;
  let timer = 0;
  let lately = 0;
  /** Writes follow one another. */
  let queue = Promise.resolve();

  /** @param {Partial<Keeping>} change */
  const now = (change) => {
    demo.keep = { ...demo.keep, ...change };
  };
  const link = () => (demo.linked ? location.hash : (demo.getAttribute("settings") ?? ""));

  const write = async () => {
    const state = demo.session?.state();
    if (!demo.keep.on || !state || state === written) return;
    lately = Date.now();
    const entry = {
      at: lately,
      steps: Number(/** @type {any} */ (state.header).steps ?? demo.steps),
      bytes: state.arrays.reduce((sum, { byteLength }) => sum + byteLength, 0),
      link: link(),
    };
    try {
      await kept.save(demo.name, { ...entry, state });
      written = state;
      remember(KEY + demo.name, "on");
      now({ entry, told: "" });
    } catch (error) {
      const before = demo.keep.entry ? " What was kept before is still there." : "";
      const told = `The network could not be kept: ${reason(error)}.${before} It is tried again every ten seconds.`;
      // Said once, wherever the visitor looks.
      if (told !== demo.keep.told) demo.notes = [...demo.notes, told];
      now({ told });
    }
  };
  const later = () => {
    queue = queue.then(write);
    return queue;
  };
  const look = () => {
    if (Date.now() - lately >= (demo.running || demo.keep.told ? EVERY_MS : LOOK_MS)) later();
  };
  const hidden = () => {
    if (document.visibilityState === "hidden") later();
  };

  return {
    /** Keeps from now on, or no longer; what is kept stays. @param {boolean} on */
    turn(on) {
      now({ on, told: "", offer: "" });
      if (demo.keep.entry) remember(KEY + demo.name, on ? "on" : "off");
      if (on) later();
    },

    /** What was kept, for a page with this link. @param {string} asked @returns {Promise<any>} a state, or null */
    async begin(asked) {
      try {
        const found = await kept.load(demo.name);
        if (!found) return null;
        const { state, ...entry } = found;
        const on = recall(KEY + demo.name) === "on";
        const back = on && belongs(asked, entry.link);
        now({ on: back, entry, offer: back ? "back" : on ? "other" : "" });
        return back ? state : null;
      } catch (error) {
        demo.linkNotes.push(`What was kept in this browser could not be read: ${reason(error)}.`);
        return null;
      }
    },

    /** The state could not be used: it is not written over. */
    refused() {
      now({ on: false, offer: "" });
    },

    /** Begins without what is kept, which stays until something else is kept. */
    anew() {
      remember(KEY + demo.name, "off");
      now({ on: false, offer: "" });
      demo.reopen(link());
    },

    async bringBack() {
      try {
        const found = await kept.load(demo.name);
        if (!found) throw new Error("it is not there any more");
        remember(KEY + demo.name, "on");
        now({ on: true, told: "", offer: "back" });
        demo.reopen(found.link, found.state);
      } catch (error) {
        now({ told: `It could not be brought back: ${reason(error)}.` });
      }
    },

    async remove() {
      try {
        await kept.remove(demo.name);
        remember(KEY + demo.name, "");
        written = null;
        now({ ...NOTHING });
      } catch (error) {
        now({ told: `It could not be deleted: ${reason(error)}.` });
      }
    },

    dismiss: () => now({ offer: "" }),

    /** @returns {() => void} ends it */
    watch() {
      timer = window.setInterval(look, LOOK_MS);
      window.addEventListener("pagehide", later);
      document.addEventListener("visibilitychange", hidden);
      return () => {
        later();
        clearInterval(timer);
        window.removeEventListener("pagehide", later);
        document.removeEventListener("visibilitychange", hidden);
      };
    },
  };
}

/** @typedef {ReturnType<typeof keeper>} Keeper */
