/** The plane's ticks are round and inside; numbers read as a person would write them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { format } from "../../site/controls.js";
import { ticks } from "../../site/draw/marks.js";

for (const [low, high, wanted] of [
  [-6, 6, [-4, -2, 0, 2, 4]],
  [-0.5, 1.5, [0, 0.5, 1]],
  [0, 1, [0.2, 0.4, 0.6, 0.8]],
]) {
  test(`ticks between ${low} and ${high}`, () => assert.deepEqual(ticks(low, high), wanted));
}

for (const [value, text] of [
  [0, "0"],
  [-0.5, "−0.5"],
  [0.123456, "0.123"],
  [12345.6, "12346"],
  [1e-7, "1e−7"],
  [Number.NaN, "–"],
  [Number.POSITIVE_INFINITY, "–"],
]) {
  test(`${value} is written ${text}`, () => assert.equal(format(value), text));
}
