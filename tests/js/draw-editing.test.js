/** Points are added, moved and deleted by mouse, finger and keyboard, whatever the frame does meanwhile. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { editing } from "../../site/draw/editing.js";

const captured = new Set();
/** A square of 100 pixels at the origin. */
const target = {
  getBoundingClientRect: () => ({ left: 0, top: 0, width: 100, height: 100 }),
  setPointerCapture: (id) => captured.add(id),
  hasPointerCapture: (id) => captured.has(id),
};

const rounded = (value) => Number(value.toFixed(6));

let sent;
let frame;
let hand;

/** A hand over a plane from 0 to 10 with points at (2, 2) and (8, 8). */
function setUp(classes = 2) {
  sent = [];
  captured.clear();
  frame = { view: [0, 10, 0, 10], points: [2, 2, 8, 8] };
  hand = editing({
    frame: () => frame,
    width: 500,
    height: 500,
    classes: () => classes,
    describe: (i) => `Point ${i + 1}.`,
    send: (name, { x, y, ...rest }) =>
      sent.push([name, x === undefined ? rest : { x: rounded(x), y: rounded(y), ...rest }]),
    draw: () => {},
  });
  hand.renew();
  hand.brush = Math.min(1, classes - 1);
}
beforeEach(() => setUp());

const at = (x, y, more = {}) => ({
  currentTarget: target,
  pointerId: 1,
  pointerType: "mouse",
  button: 0,
  shiftKey: false,
  clientX: 10 * x,
  clientY: 100 - 10 * y,
  ...more,
});
const key = (name, more = {}) =>
  hand.key({ key: name, preventDefault() {}, stopPropagation() {}, ...more });

test("a click where nothing is adds a point of the brush's class", () => {
  hand.down(at(5, 4));
  hand.up(at(5, 4));
  assert.deepEqual(sent, [["add", { x: 5, y: 4, label: 1 }]]);
});

for (const [classes, brush, label] of [
  [2, 0, 1],
  [2, 1, 0],
  [8, 3, 4],
  [8, 7, 0],
  [1, 0, 0],
]) {
  test(`of ${classes} classes, Shift-click with class ${brush} adds class ${label}`, () => {
    setUp(classes);
    hand.brush = brush;
    hand.down(at(5, 5));
    hand.up(at(5, 5, { shiftKey: true }));
    assert.equal(sent[0][1].label, label);
  });
}

test("a drag moves the point under it and ends at the edge", () => {
  hand.down(at(2, 2));
  hand.move(at(3, 3));
  hand.move(at(-4, 30));
  hand.up(at(-4, 30));
  assert.deepEqual(sent, [
    ["move", { index: 0, x: 3, y: 3 }],
    ["move", { index: 0, x: 0, y: 10 }],
  ]);
});

test("a finger takes hold of a point that a mouse would miss", () => {
  hand.down(at(2.4, 2));
  hand.up(at(2.4, 2));
  assert.equal(sent[0][0], "add");
  hand.down(at(2.4, 2, { pointerType: "touch" }));
  hand.move(at(4, 4));
  assert.equal(sent[1][0], "move");
});

for (const [how, event] of [
  ["right-click", { button: 2 }],
  ["Alt-click", { altKey: true }],
]) {
  test(`${how} deletes the point under it and nothing beside it`, () => {
    hand.down(at(8, 8, event));
    hand.down(at(5, 5, event));
    assert.deepEqual(sent, [["delete", { index: 1 }]]);
  });
}

test("a second finger does nothing while the first is down", () => {
  hand.down(at(5, 5));
  hand.down(at(1, 9, { pointerId: 2 }));
  hand.up(at(1, 9, { pointerId: 2 }));
  assert.deepEqual(sent, []);
});

test("a drag lets go when the points are no longer those that it took hold of", () => {
  hand.down(at(2, 2));
  frame = { ...frame, points: [8, 8] };
  hand.renew();
  hand.move(at(5, 5));
  hand.up(at(5, 5));
  assert.deepEqual(sent, []);
});

test("the keyboard adds, picks up, moves and deletes", () => {
  for (let i = 0; i < 6; i++) key("ArrowRight", { shiftKey: false });
  for (let i = 0; i < 6; i++) key("ArrowUp");
  assert.ok(hand.said.endsWith("Point 2."), hand.said);
  key(" ");
  key("ArrowLeft", { shiftKey: true });
  key(" ");
  frame = { ...frame, points: [2, 2, 7.9, 8] };
  key("Delete");
  key("Enter", { shiftKey: false });
  assert.deepEqual(
    sent.map(([name, args]) => [name, args.index ?? args.label]),
    [
      ["move", 1],
      ["delete", 1],
      ["add", 1],
    ],
  );
});

test("keys of the page and of the browser stay theirs", () => {
  for (const [name, more] of [
    ["f", {}],
    ["Tab", {}],
    ["Escape", {}],
    ["ArrowLeft", { ctrlKey: true }],
  ]) {
    let kept = true;
    key(name, {
      ...more,
      preventDefault: () => {
        kept = false;
      },
    });
    assert.ok(kept, name);
  }
});

test("a brush of a class that is gone turns into the first", () => {
  setUp(3);
  hand.brush = 2;
  setUp(2);
  hand.brush = 5;
  hand.renew();
  assert.equal(hand.brush, 0);
});

test("who deletes twice before a picture has come does not hit another point", () => {
  frame.points = [2, 2, 8, 8, 5, 5];
  hand.renew();
  const away = { button: 2 };
  hand.down(at(2, 2, away));
  hand.down(at(2, 2, away));
  assert.deepEqual(sent, [["delete", { index: 0 }]]);
  hand.down(at(5, 5, away));
  assert.deepEqual(sent.at(-1), ["delete", { index: 1 }]);
  // The picture after the first of the two.
  frame.points = [8, 8, 5, 5];
  hand.renew();
  hand.down(at(5, 5, away));
  assert.equal(sent.length, 2);
  hand.down(at(8, 8, away));
  assert.deepEqual(sent.at(-1), ["delete", { index: 0 }]);
});
