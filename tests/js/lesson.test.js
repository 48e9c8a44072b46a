import assert from "node:assert/strict";
import { test } from "node:test";
import { isMet, readGoal, watcher } from "../../site/lesson.js";

/** @param {Record<string, string>} shown */
const reader = (shown) => (/** @type {string} */ name) => shown[name] ?? null;

test("a goal is a list of terms", () => {
  assert.deepEqual(readGoal(" accuracy=1  step>=20 "), [
    { name: "accuracy", sign: "=", value: "1" },
    { name: "step", sign: ">=", value: "20" },
  ]);
});

for (const text of ["", "step", "step>", "step=>2 !", "Step>2"]) {
  test(`“${text}” is no goal, and the error quotes it`, () => {
    assert.throws(() => readGoal(text), new RegExp(`The goal “${text.trim() && text}`));
  });
}

const table = [
  ["accuracy=1", { accuracy: "1.00000" }, true],
  ["accuracy=1", { accuracy: "0.999" }, false],
  ["accuracy>=0.98 step>0", { accuracy: "0.98", step: "0" }, false],
  ["accuracy>=0.98 step>0", { accuracy: "0.98", step: "1" }, true],
  ["loss<0.1", { loss: "0.1" }, false],
  ["loss<=0.1", { loss: "0.1" }, true],
  ["step>9", { step: "10" }, true],
  ["status=paused", { status: "paused" }, true],
  ["status=paused", { status: "running" }, false],
  ["step>0", {}, false],
  ["loss<1", { loss: "NaN" }, false],
];
for (const [goal, shown, met] of table) {
  test(`${goal} is ${met ? "" : "not "}met by ${JSON.stringify(shown)}`, () => {
    assert.equal(isMet(readGoal(String(goal)), reader(/** @type {any} */ (shown))), met);
  });
}

test("a goal is reached when it was missed first, not when the demo was there all along", () => {
  const shown = { step: "50" };
  const watched = watcher(readGoal("step>20"), reader(shown));
  watched.begin();
  for (const [step, reached] of /** @type {const} */ ([
    ["50", false],
    ["51", false],
    ["0", false],
    ["21", true],
  ])) {
    shown.step = step;
    assert.equal(watched.reached(), reached, step);
  }
});

test("nothing is reached before a step was begun, nor after it was left", () => {
  const shown = { step: "0" };
  const watched = watcher(readGoal("step>20"), reader(shown));
  assert.equal(watched.reached(), false);
  shown.step = "30";
  assert.equal(watched.reached(), false);
  shown.step = "0";
  watched.begin();
  assert.equal(watched.reached(), false);
  watched.end();
  shown.step = "30";
  assert.equal(watched.reached(), false);
});

test("when the demo is set up once more, what it still shows from before does not count", () => {
  const shown = { step: "0" };
  const watched = watcher(readGoal("step>20"), reader(shown));
  watched.begin();
  watched.reached();
  shown.step = "30";
  watched.begin();
  assert.equal(watched.reached(), false);
});
