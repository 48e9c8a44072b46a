/** Areas are painted in the colour of their class or value, and marks never rely on colour alone. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { at } from "../../site/draw/chart.js";
import { CLASSES, color, diverging, rgb } from "../../site/draw/colors.js";
import { field } from "../../site/draw/field.js";
import { shape, spread } from "../../site/draw/marks.js";
import { follow } from "../../site/draw/warp.js";

const HUES = [
  "#000010",
  "#001000",
  "#100000",
  "#101010",
  "#200000",
  "#002000",
  "#000020",
  "#202020",
];
const scheme = { colorScheme: "light" };

globalThis.getComputedStyle = () => ({
  ...scheme,
  getPropertyValue: (name) =>
    name.startsWith("--class")
      ? HUES[Number(name.slice(7))]
      : { "--edge": "#808080", "--two": "light-dark(#ffffff, #000000)" }[name],
});
globalThis.matchMedia = () => ({ matches: true, addEventListener() {}, removeEventListener() {} });
globalThis.MutationObserver = class {
  observe() {}
};
globalThis.document = { documentElement: {} };

/** @returns the pixels of a painted frame, row 0 at the top, as [r, g, b, a] */
function painted(frame, classes = 2) {
  let image;
  const context = {
    createImageData: (width, height) => ({
      width,
      height,
      data: new Uint8ClampedArray(4 * width * height),
    }),
    putImageData: (given) => {
      image = given;
    },
  };
  field({ getContext: () => context })(frame, classes);
  return Array.from({ length: image.data.length / 4 }, (_, i) => [
    ...image.data.slice(4 * i, 4 * i + 4),
  ]);
}

test("two classes: the likelier one's colour, stronger where it is surer, row 0 at the bottom", () => {
  const [topLeft, topRight, bottomLeft, bottomRight] = painted({ field: [0, 1, 0.4, 0.6] });
  assert.deepEqual(bottomLeft.slice(0, 3), rgb(HUES[0]));
  assert.deepEqual(bottomRight.slice(0, 3), rgb(HUES[1]));
  assert.deepEqual(topRight.slice(0, 3), rgb(HUES[1]));
  assert.ok(bottomLeft[3] > topLeft[3]);
});

test("eight classes: the likeliest one's colour; as likely as any other is the weakest", () => {
  const pixels = painted({ field: [1, 1, 0.125, 0.5], field_class: [7, 2, 7, 2] }, CLASSES);
  assert.deepEqual(
    pixels.map((p) => p.slice(0, 3)),
    [7, 2, 7, 2].map((c) => rgb(HUES[c])),
  );
  assert.ok(pixels[0][3] < pixels[1][3] && pixels[1][3] < pixels[3][3]);
});

test("values go from one colour over grey to the other, and beyond the ends is the end", () => {
  const pixels = painted({ field: [-9, 9, 0, -1], field_kind: "value" });
  assert.deepEqual(pixels[2].slice(0, 3), rgb(HUES[0]));
  assert.deepEqual(pixels[3].slice(0, 3), rgb(HUES[1]));
  assert.deepEqual(pixels[2], pixels[1]);
  assert.ok(pixels[0].slice(0, 3).every((v) => Math.abs(v - 127) < 3));
});

test("no number is painted as nothing in particular, and nothing breaks", () => {
  assert.equal(painted({ field: [Number.NaN, 0, 0, 0] }).length, 4);
  assert.equal(painted({ field: [Number.NaN, 0, 0, 0], field_kind: "value" }).length, 4);
});

test("discretised, all of a class is alike and a gap divides it from the next", () => {
  const pixels = painted({
    field: [0.1, 0.4, 0.9, 0.1, 0.3, 0.6, 0.2, 0.4, 0.7],
    discretise: true,
  });
  assert.deepEqual(pixels[0], pixels[6]);
  for (const row of [0, 1, 2]) assert.equal(pixels[3 * row + 1][3], 0);
});

test("a colour for light and dark is the one in force", () => {
  assert.equal(color(null, "two"), "#ffffff");
  scheme.colorScheme = "dark";
  assert.equal(color(null, "two"), "#000000");
  scheme.colorScheme = "light dark";
  assert.equal(color(null, "two"), "#000000");
  scheme.colorScheme = "normal";
  assert.equal(color(null, "two"), "#ffffff");
});

test("a value's colour is grey at 0 and a class's at either end", () => {
  const shade = diverging(null);
  assert.deepEqual(
    [-2, 0, 1].map((v) => shade(v)),
    [rgb(HUES[0]), [128, 128, 128], rgb(HUES[1])],
  );
});

test("every class has a shape of its own", () =>
  assert.equal(new Set(HUES.map((_, i) => shape(i))).size, CLASSES));

for (const [places, wanted] of [
  [
    [10, 10, 10],
    [10, 20, 30],
  ],
  [
    [95, 5],
    [90, 5],
  ],
  [
    [90, 88],
    [90, 80],
  ],
  [[50], [50]],
]) {
  test(`words at ${places} stand at ${wanted}`, () =>
    assert.deepEqual(spread(places, 10, 0, 90), wanted));
}

test("a warped plane's view stays while the content fills it and nothing leaves it", () => {
  const content = (size) => ({ grid: [-size, -size, size, size], points: [0, 0] });
  const first = follow(null, content(1));
  assert.ok(first[0] < -1 && first[1] > 1);
  assert.deepEqual(follow(first, content(0.95)), first);
  assert.notDeepEqual(follow(first, content(1.5)), first);
  assert.notDeepEqual(follow(first, content(0.3)), first);
  assert.ok(follow(null, { grid: [2, 2], points: [] }).every(Number.isFinite));
  assert.ok(follow(null, { grid: [], points: [] }).every(Number.isFinite));
});

test("between two places the curve is straight, beyond the last it stays", () => {
  const read = (x) => at([0, 1, 2], [0, 10, 0], x);
  assert.deepEqual([-1, 0.5, 1.25, 9].map(read), [0, 5, 7.5, 0]);
});

test("a view of no height is never kept", () => {
  const flat = { grid: [0, 1, 2, 1], points: [] };
  const [, , low, high] = follow([0, 2, 1, 1], flat);
  assert.ok(low < 1 && high > 1);
});
