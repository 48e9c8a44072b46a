/** A link holds a demo's state: what is written is read back, and anything else is named and survived. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readHash, writeHash } from "../../site/url.js";

const controls = [
  { name: "data", default: "and" },
  { name: "learning_rate", default: 0.1 },
  { name: "points", default: "" },
];

test("a link written is read back, and says nothing that is usual", () => {
  const values = { data: "own", learning_rate: 0.1, points: "0.5,-1,1;2,3,0" };
  const hash = writeHash(controls, values, 7, ["rule", "speed"], false);
  assert.equal(hash, "#data=own&points=0.5,-1,1;2,3,0&seed=7&hide=rule,speed&play=0");
  const read = readHash(hash);
  assert.deepEqual(read.settings, { data: "own", points: "0.5,-1,1;2,3,0" });
  assert.equal(read.seed, "7");
  assert.deepEqual(read.hide, ["rule", "speed"]);
  assert.equal(read.play, false);
  assert.deepEqual(read.notes, []);
});

test("the state at the start is the empty link", () => {
  const values = { data: "and", learning_rate: 0.1, points: "" };
  assert.equal(writeHash(controls, values, 0, [], null), "");
});

test("code survives the link with its line ends, quotes and signs", () => {
  const code = 'def make_network(seed):\n    return "a&b=c#d+e%f"\n';
  const hash = writeHash([{ name: "code", default: "" }], { code }, 0, [], null);
  assert.equal(readHash(hash).code, code);
});

for (const [text, notes] of [
  ["#", 0],
  ["#&&&", 0],
  ["#novalue", 1],
  ["#%E0%A4%A=1&data=xor", 1],
  ["#data=%", 1],
  ["#play=banana", 1],
  ["#data=or&data=and", 1],
  ["#seed=1&seed=1&seed=2", 1],
  ["#__proto__=1&constructor=2", 2],
  [`#data=${"x".repeat(300_000)}`, 1],
]) {
  test(`a damaged link is survived: ${String(text).slice(0, 30)}`, () => {
    const read = readHash(String(text));
    assert.equal(read.notes.length, notes);
    assert.equal(Object.getPrototypeOf(read.settings), Object.prototype);
  });
}

test("of a name that stands twice the last one counts", () => {
  assert.equal(readHash("#data=or&data=and").settings.data, "and");
});

test("names that every object has are no settings, and each note comes once", () => {
  const { settings, notes } = readHash(`#constructor=1&__proto__=2&${"a=1&".repeat(5000)}b=2`);
  assert.deepEqual({ ...settings }, { a: "1", b: "2" });
  assert.equal(notes.length, 3);
  assert.match(notes[0], /constructor=1” in the link is not a setting/);
});
