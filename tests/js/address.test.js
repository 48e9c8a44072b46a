/** The page's link: what is written there, and which of its changes are somebody else's. */
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { address } from "../../site/address.js";

const ROOT = "https://a.test/demos/xor/";
const saved = ["window", "document", "location", "history", "Element", "HTMLAnchorElement"].map(
  (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)],
);
/** @type {string[]} */
let heard;
/** @type {any} */
let link;

class Anchor {
  button = 0;
  constructor(/** @type {string} */ hash) {
    this.hash = hash;
    this.href = ROOT + hash;
  }
  closest() {
    return this;
  }
}

/** Follows a link as a browser does: the address changes at once, the event comes later. */
function follow(/** @type {string} */ hash, more = {}) {
  const click = Object.assign(new Event("click"), { button: 0 }, more);
  Object.defineProperty(click, "target", { value: new Anchor(hash) });
  globalThis.document.dispatchEvent(click);
  if (location.hash === hash) return () => {};
  location.hash = hash;
  return () => globalThis.window.dispatchEvent(new Event("hashchange"));
}

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const place = {
    hash: "#data=xor",
    pathname: "/demos/xor/",
    search: "",
    get href() {
      return ROOT + this.hash;
    },
  };
  const fakes = {
    window: Object.assign(new EventTarget(), {
      setTimeout: (/** @type {() => void} */ f, /** @type {number} */ ms) => setTimeout(f, ms),
    }),
    document: new EventTarget(),
    location: place,
    history: {
      replaceState: (/** @type {any} */ _, /** @type {any} */ __, /** @type {string} */ to) => {
        place.hash = to.startsWith("#") ? to.replaceAll(" ", "%20") : "";
      },
    },
    Element: Anchor,
    HTMLAnchorElement: Anchor,
  };
  for (const [name, value] of Object.entries(fakes)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  heard = [];
  link = address((hash) => heard.push(hash));
});

afterEach(() => {
  link.stop();
  mock.timers.reset();
  for (const [name, before] of saved) {
    if (before) Object.defineProperty(globalThis, String(name), before);
    else delete globalThis[name];
  }
});

test("what is written is not heard of, what somebody else writes is", () => {
  link.write(() => "#seed=a b");
  mock.timers.tick(300);
  assert.equal(location.hash, "#seed=a%20b");
  globalThis.window.dispatchEvent(new Event("hashchange"));
  assert.deepEqual(heard, []);
  follow("#data=or")();
  assert.deepEqual(heard, ["#data=or"]);
});

test("a link to where the page is already is followed, and what was to be written is not", () => {
  link.write(() => "#data=xor&shift_x=3");
  follow("#data=xor");
  mock.timers.tick(300);
  assert.deepEqual(heard, ["#data=xor"]);
  assert.equal(location.hash, "#data=xor");
  follow("#data=xor", { ctrlKey: true }); // which opens another tab
  assert.equal(heard.length, 1);
});

test("a link that was just followed is not written over", () => {
  link.write(() => "#data=xor&shift_x=3");
  const tell = follow("#data=or");
  mock.timers.tick(300);
  tell();
  assert.deepEqual(heard, ["#data=or"]);
  assert.equal(location.hash, "#data=or");
});
