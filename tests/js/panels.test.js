/** The arithmetic as it is written, and the code that puts a demo into another page. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { brief, num } from "../../site/panels/arithmetic.js";

for (const [value, text] of [
  [0.5, "0.500"],
  [-0.3, "−0.300"],
  [0, "0.000"],
  [0.00012, "1.2e−4"],
  [-123456, "−1.2e+5"],
  [null, "–"],
  [undefined, "–"],
  [Number.NaN, "–"],
  ["<b>", "–"],
]) {
  test(`the number ${value} is written ${text}`, () => assert.equal(num(value), text));
}

test("of many results the first four are named", () => {
  assert.equal(brief([1, 2, 3, 4, 5]), "1.000  2.000  3.000  4.000  …");
  assert.equal(brief(undefined), "");
});
