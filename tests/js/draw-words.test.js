/** What is no number is read out as words, and has no size. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { asked } from "../../site/draw/asked.js";
import { told } from "../../site/draw/network-card.js";
import { said, size } from "../../site/draw/words.js";

for (const [value, text] of [
  [0.5, "0.5"],
  [-1.25, "−1.25"],
  [0, "0"],
  [Number.NaN, "not a number"],
  [-Number.NaN, "not a number"],
  [Number.POSITIVE_INFINITY, "infinity"],
  [Number.NEGATIVE_INFINITY, "minus infinity"],
  [null, "no value"],
  [undefined, "no value"],
]) {
  test(`${value} is read out as ${text}`, () => assert.equal(said(value), text));
}

test("a unit without a value has a name, one that ran away says so", () => {
  assert.equal(told("hidden 1", undefined), "hidden 1");
  assert.equal(told("hidden 1", Number.NaN), "hidden 1: not a number");
});

test("what is no number is drawn without a size", () => {
  assert.deepEqual([-2, Number.NaN, Number.NEGATIVE_INFINITY, undefined].map(size), [2, 0, 0, 0]);
});

test("a second click counts from what the first asked for, until there was time for an answer", () => {
  const wish = asked(1000);
  assert.equal(wish.now(3), 3);
  wish.ask(wish.now(3) + 1);
  assert.equal(wish.ask(wish.now(3) + 1), 5);
  const late = asked(0);
  late.ask(7);
  assert.equal(late.now(3), 3);
});
