/** The pictures of the image demos: where tiles are, what is under a pointer, curves of several runs, bars. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { likeliest, percent } from "../../site/draw/images/bars.js";
import { plane } from "../../site/draw/images/cell.js";
import { apart } from "../../site/draw/images/filters.js";
import { inGrey, read, rough, words } from "../../site/draw/images/layer-table.js";
import { short } from "../../site/draw/images/numbers.js";
import { boxOf, rgba } from "../../site/draw/images/picture.js";
import {
  boxIn,
  corner,
  fill,
  fillColour,
  moved,
  placeAt,
  sizes,
  tiling,
} from "../../site/draw/images/tiles.js";
import { oldRuns, resample, union } from "../../site/draw/images/training.js";

/** The seed network's layers, input first. */
const SEED = [
  [32, 32, 3],
  [32, 32, 16],
  [16, 16, 16],
  [16, 16, 20],
  [8, 8, 20],
  [4, 4, 20],
  [1, 1, 10],
];

for (const room of [200, 300, 340, 580, 1040]) {
  test(`in a room of ${room} every row fits, and tiles shrink with their layers`, () => {
    const found = sizes(SEED, room);
    SEED.forEach((shape, i) => {
      const plan = tiling(shape, found[i], room);
      assert.ok(plan.width * plan.scale <= room + 1e-6, `${shape}`);
      assert.ok(plan.columns * plan.rows >= shape[2]);
      if (room > 500) assert.equal(plan.rows, 1, `${shape}`);
    });
    assert.ok(found[1] > found[2] && found[2] >= found[4]);
  });
}

for (const shape of [
  [5, 4, 7],
  [32, 32, 16],
  [1, 1, 10],
]) {
  test(`of ${shape} each value is found where it is painted`, () => {
    const [h, w, c] = shape;
    const plan = tiling(shape, 30, 130);
    const maps = Uint8Array.from({ length: h * w * c + 3 }, (_, i) => (i * 37) % 256);
    const pixels = new Uint32Array(plan.width * plan.height);
    fill(pixels, plan, maps, 3);
    for (let channel = 0; channel < c; channel++) {
      const [x, y] = corner(plan, channel);
      for (const [row, column] of [
        [0, 0],
        [h - 1, w - 1],
      ]) {
        const [px, py] = [x + (column + 0.5) * plan.cell, y + (row + 0.5) * plan.cell];
        assert.deepEqual(placeAt(plan, px, py), { row, column, channel });
        const grey = maps[3 + (channel * h + row) * w + column];
        const pixel = pixels[Math.floor(py) * plan.width + Math.floor(px)];
        assert.deepEqual([pixel & 255, (pixel >> 16) & 255, pixel >>> 24], [grey, grey, 255]);
      }
    }
  });
}

test("between tiles the nearest value is meant, and where there is no tile, none", () => {
  const plan = tiling([4, 4, 3], 40, 90);
  assert.deepEqual([plan.columns, plan.rows], [2, 2]);
  assert.deepEqual(placeAt(plan, 4.5, 0), { row: 0, column: 3, channel: 0 });
  assert.equal(placeAt(plan, 6, 6), null);
});

test("a box is cut where the channel ends", () => {
  const plan = tiling([4, 4, 2], 40, 200);
  const box = { top: -2, left: 1, bottom: 3, right: 6 };
  assert.deepEqual(boxIn(plan, 1, box), { top: 0, left: 6, bottom: 3, right: 9 });
});

test("arrows walk within a channel, Shift to others, and nothing leads out", () => {
  const plan = tiling([4, 4, 6], 40, 140);
  const at = { row: 0, column: 3, channel: 1 };
  assert.deepEqual(moved(plan, at, "ArrowDown", false), { row: 1, column: 3, channel: 1 });
  assert.deepEqual(moved(plan, at, "ArrowRight", false), at);
  assert.deepEqual(moved(plan, at, "ArrowRight", true), { ...at, channel: 2 });
  assert.deepEqual(moved(plan, at, "ArrowDown", true), { ...at, channel: 1 + plan.columns });
  assert.deepEqual(moved(plan, at, "End", false), { ...at, channel: 5 });
  assert.equal(moved(plan, at, "a", false), null);
  const flat = tiling([1, 1, 10], 24, 400);
  assert.equal(moved(flat, { row: 0, column: 0, channel: 2 }, "ArrowRight", false)?.channel, 3);
});

test("filters of three channels are painted in their colours", () => {
  const plan = tiling([1, 2, 2], 10, 100);
  const pixels = new Uint32Array(plan.width * plan.height);
  fillColour(pixels, { ...plan, cell: 1 }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 0);
  assert.equal(pixels[0], 0xff030201);
  assert.equal(pixels[4], 0xff0c0b0a);
});

test("channels that lie pixel by pixel become images", () => {
  assert.deepEqual([...apart([1, 10, 2, 20, 3, 30, 4, 40], 2, 2)], [1, 2, 10, 20, 3, 4, 30, 40]);
});

test("a grey image is painted grey; what is marked takes on the colour of heat", () => {
  const out = new Uint8ClampedArray(8);
  rgba(out, [7, 200], 1);
  assert.deepEqual([...out], [7, 7, 7, 255, 200, 200, 200, 255]);
  rgba(out, [1, 2, 3, 4, 5, 6], 3, [255, 0]);
  assert.ok(out[0] > 200 && out[0] > out[1] && out[4] < 4);
});

test("four numbers are a box, anything else is none", () => {
  assert.deepEqual(boxOf([1, 2, 3, 4]), [{ top: 1, left: 2, bottom: 3, right: 4 }]);
  for (const wrong of [undefined, [1, 2, 3], [1, 2, 3, "x"]]) assert.deepEqual(boxOf(wrong), []);
});

test("the table of layers says where each one's maps begin; of many channels 64 are shown", () => {
  const found = read({
    layer_names: "Input(2, 2, 3)|Conv(70, 1)|Softmax(10)",
    layer_kinds: "input|conv|softmax",
    layer_shapes: [2, 2, 3, 2, 2, 70, 1, 1, 10],
    layer_parameters: [0, 280, 2810],
  });
  assert.deepEqual(
    found.map(({ from, shown, weights }) => [from, shown, weights]),
    [
      [0, 3, 0],
      [12, 64, 280],
      [12 + 256, 10, 2810],
    ],
  );
  assert.equal(
    words(found[1], 1, -0.3, 2.1),
    "Layer 1, Conv(70, 1): the first 64 of 70 channels of 2 × 2, from −0.3 to 2.1",
  );
  assert.equal(words(found[2], 2, 0, 1), "Layer 2, Softmax(10): 10 values, from 0 to 1");
});

test("a grey stands for a value between low and high", () => {
  assert.equal(inGrey(0, -1, 3), -1);
  assert.equal(inGrey(255, -1, 3), 3);
  assert.deepEqual([0.000225, -9.54, 0.617].map(rough), ["0", "−9.5", "0.62"]);
});

test("the likeliest classes come first, equal ones in their order", () => {
  assert.deepEqual(likeliest([0.1, 0.4, 0.1, 0.4], 3), [1, 3, 0]);
  assert.deepEqual([0, 0.0004, 0.034, 0.62, 1, Number.NaN].map(percent), [
    "0.0 %",
    "<0.1 %",
    "3.4 %",
    "62 %",
    "100 %",
    "–",
  ]);
});

test("numbers in tables have two decimals and a real minus sign", () => {
  assert.deepEqual([0.125, -3, 12.34, 123.4, 123456, -0.001, "x", null].map(short), [
    "0.13",
    "−3.00",
    "12.3",
    "123",
    "1.2e+5",
    "0.00",
    "–",
    "–",
  ]);
});

test("one channel of a patch is a table", () => {
  assert.deepEqual(plane([1, 10, 2, 20, 3, 30, 4, 40], [2, 2, 2], 1), [
    [10, 20],
    [30, 40],
  ]);
  assert.deepEqual(plane([1, 2, 3, 4], [2, 2], 5), [
    [1, 2],
    [3, 4],
  ]);
  assert.deepEqual(plane([], [5, 5, 3], 0), []);
});

test("curves of several runs share their steps; what is not known is a gap", () => {
  assert.deepEqual(union([[0, 2, 4], [0, 3], []]), [0, 2, 3, 4]);
  assert.deepEqual(resample([0, 2, 4], [1, 3, 5], [0, 1, 2, 3, 4, 5]), [1, 2, 3, 4, 5, null]);
  assert.deepEqual(resample([2, 4], [-1, 5], [1, 2, 3, 4]), [null, null, null, 5]);
  assert.deepEqual(resample([], [], [1]), [null]);
  assert.deepEqual(resample([3], [7], [3, 4]), [7, null]);
});

test("earlier runs come with their titles, the last one first", () => {
  const frame = { old_runs: "1|3", old_titles: "adam|sgd", run1_step: [0], run3_step: [0, 1] };
  assert.deepEqual(
    oldRuns({ ...frame, run1_smooth: [2], run3_smooth: [2, 1] }).map(({ title }) => title),
    ["run 3 (sgd)", "run 1 (adam)"],
  );
  assert.deepEqual(oldRuns({ old_runs: "" }), []);
});
