/** A network's picture: everything has its place at every width, and can be reached from everywhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { along, layout, namer, nearest, neighbour } from "../../site/draw/network-layout.js";

const LARGEST = [7, 8, 8, 8, 8, 8, 8, 3];
const NAMES = ["x₁", "x₂", "x₁²", "x₂²", "x₁x₂", "sin x₁", "sin x₂"];

for (const width of [320, 390, 1280, 1920]) {
  for (const sizes of [[2, 1], [2, 2, 1], LARGEST]) {
    test(`${sizes.join("-")} fits into ${width} pixels without overlaps`, () => {
      const { units, biases, tile, height } = layout(sizes, width, NAMES.slice(0, sizes[0]));
      assert.ok(tile >= 24, "a finger can hit a tile");
      for (const a of units) {
        assert.ok(a.x - tile / 2 >= 0 && a.x + tile / 2 <= width);
        assert.ok(a.y - tile / 2 >= 0 && a.y + tile / 2 <= height);
        for (const b of units.slice(a.at + 1)) {
          const apart = Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y));
          assert.ok(apart >= tile + 8, `${a.layer}.${a.unit} touches ${b.layer}.${b.unit}`);
        }
      }
      assert.equal(biases.length, units.length - sizes[0]);
    });
  }
}

test("weights and biases are counted as the network counts them: layer by layer, (out, in)", () => {
  const { links, biases } = layout([2, 3, 1], 600, ["a", "b"]);
  assert.equal(links.length, 2 * 3 + 3);
  const { layer, unit, input } = links[2 * 2 + 1];
  assert.deepEqual([layer, unit, input], [1, 2, 1]);
  assert.deepEqual([links[6 + 2].layer, links[6 + 2].unit, links[6 + 2].input], [2, 0, 2]);
  assert.deepEqual([biases[3].layer, biases[3].unit, biases[3].input], [2, 0, -1]);
});

test("a pointer near a link means that link, and nothing where there is none", () => {
  const plan = layout([2, 2, 1], 600, ["a", "b"]);
  for (const link of plan.links) {
    for (const t of [0.15, 0.85]) {
      const [x, y] = along(link, t);
      assert.equal(nearest(plan, x, y + 1, 7), link);
    }
  }
  assert.equal(nearest(plan, 5, 5, 7), null);
});

test("arrow keys lead from a unit to what comes into it and on to where that comes from", () => {
  const plan = layout([2, 2, 1], 600, ["a", "b"]);
  let at = plan.units[2];
  const path = [];
  for (const key of ["ArrowLeft", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft"]) {
    const next = neighbour(plan, at, key);
    path.push(next && `${next.kind} ${next.layer}.${next.unit}`);
    at = next ?? at;
  }
  assert.deepEqual(path, ["link 1.0", "link 1.0", "bias 1.0", null, "unit 0.1"]);
});

test("every unit, link and bias is reached with arrow keys", () => {
  const plan = layout(LARGEST, 1280, NAMES);
  const seen = new Set([plan.units[0]]);
  for (const item of seen) {
    for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"]) {
      const next = neighbour(plan, item, key);
      if (next) seen.add(next);
    }
  }
  assert.equal(seen.size, plan.units.length + plan.links.length + plan.biases.length);
});

for (const [sizes, outputs, place, name] of [
  [[2, 2, 1], [], [0, 1], "x2"],
  [[2, 2, 1], [], [1, 1], "hidden 2"],
  [[2, 2, 1], [], [2, 0], "output"],
  [[2, 2, 3], [], [2, 1], "output 2"],
  [[2, 2, 2], ["apple", "orange"], [2, 1], "orange"],
  [[2, 4, 2, 1], [], [2, 0], "layer 2 unit 1"],
  [[3, 1], [], [0, 2], "input 3"],
]) {
  test(`unit ${place} of ${sizes.join("-")} is called ${name}`, () =>
    assert.equal(namer(sizes, ["x1", "x2"], outputs)(...place), name));
}
