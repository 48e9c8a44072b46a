/** What Python says becomes the state of a demo; whatever was forged in it is text by then. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { noteFrame, receive } from "../../site/messages.js";
import { panelsOf } from "../../site/panels/which.js";

/** As much of an element as messages touch. */
function demo(changes = {}) {
  const done = { links: 0, watched: [], saved: [] };
  return {
    ...{
      done_: done,
      hidden_: [],
      linkNotes: [],
      notes: [],
      offered: null,
      draft: null,
      panel: "",
    },
    ...{ ready: null, problem: null, asked: null, printed: "", wanted: true, running: true },
    ...{ pictures: 0, spokenAt: 0, tracedAt: 0, dataset: {} },
    writeLink: () => {
      done.links += 1;
    },
    watch: (on) => done.watched.push(on),
    save: (...file) => done.saved.push(file),
    ...changes,
  };
}

const READY = {
  type: "ready",
  controls: [{ name: "data", kind: "choice", label: "Data", choices: [["a", "A"]] }],
  schema: { events: { reset: [], watch: ["on"] } },
  presets: [["one", "One"]],
  exports: [["npz", "npz"]],
  table: "two columns",
  settings: { data: "a" },
  seed: 3,
  notes: [],
};

test("what is ready decides which panels there are", () => {
  const it = demo();
  receive(it, READY);
  assert.deepEqual(panelsOf(it.ready, []), ["numbers", "table", "save", "share", "fullscreen"]);
  assert.deepEqual(panelsOf(it.ready, ["save", "table"]), ["numbers", "share", "fullscreen"]);
  const plain = { ...READY, schema: { events: {} }, table: "", exports: undefined };
  receive(it, plain);
  assert.deepEqual(panelsOf(it.ready, []), ["save", "share", "fullscreen"]);
  assert.deepEqual(panelsOf(null, []), []);
});

test("nothing that is shown is anything but text", () => {
  const bad = { _$litType$: 1, strings: ["<img>"], toString: () => "bad" };
  const it = demo();
  receive(it, {
    ...READY,
    ...{ seed: bad, notes: [bad], table: bad, presets: [[bad, bad]], program: bad, coded: [bad] },
    controls: [{ name: bad, kind: bad, label: bad, help: bad, choices: [[bad, bad]] }],
  });
  receive(it, { type: "error", message: bad, traceback: bad, line: bad });
  const { ready, problem } = it;
  const shown = [it.seed, ...it.notes, it.program, ...it.coded, ready.table, ...ready.presets[0]];
  const { name, kind, label, help, choices } = ready.controls[0];
  shown.push(name, kind, label, help, ...choices[0], problem.message, problem.traceback);
  for (const text of shown) assert.equal(text, "bad");
  assert.equal(problem.line, null);
});

test("a part to hide that is unknown is noted, a panel or the lesson is not", () => {
  const it = demo({ hidden_: ["data", "code", "lesson", "preset", "nonsense"] });
  receive(it, READY);
  assert.deepEqual(it.notes, ["There is no “nonsense” to hide."]);
});

test("an error belongs to the panel that asked, and is answered once", () => {
  const it = demo({ asked: "data" });
  receive(it, READY);
  receive(it, { type: "error", message: "no", traceback: "", line: null, running: true });
  assert.equal(it.problem.about, "data");
  assert.equal(it.running, true);
  receive(it, { type: "error", message: "no", traceback: "", line: 2, running: false });
  assert.equal(it.problem.about, null);
  assert.equal(it.wanted, false);
});

test("code that runs is a draft no longer, and one that fails still is", () => {
  const it = demo({ asked: "code", draft: "x = 1" });
  receive(it, { type: "error", message: "no", line: 1 });
  assert.equal(it.draft, "x = 1");
  it.asked = "code";
  receive(it, { type: "settings", settings: {}, seed: 0, notes: [] });
  assert.equal(it.draft, null);
  assert.equal(it.done, "code");
});

test("an open Numbers panel is watched again after a new start", () => {
  const it = demo({ panel: "numbers" });
  receive(it, READY);
  assert.deepEqual(it.done_.watched, [true]);
});

test("a frame's numbers become attributes, and its trace is kept only when there is one", () => {
  const it = demo();
  noteFrame(it, { running: false, finished: false, step: 7, loss: 0.25, verdict: "so" });
  assert.deepEqual(it.dataset, { step: "7", loss: "0.250000" });
  assert.equal(it.trace, null);
  assert.equal(it.rate, 0);
  noteFrame(it, { running: false, step: 8, rate: 120, trace: [{}], trace_about: { example: 1 } });
  assert.deepEqual(it.trace, { layers: [{}], about: { example: 1 } });
  assert.equal(it.rate, 120);
});

test("of very many notes the first are shown, and how many there were", () => {
  const it = demo();
  receive(it, { ...READY, notes: Array.from({ length: 500 }, (_, i) => `note ${i}`) });
  assert.equal(it.notes.length, 9);
  assert.equal(it.notes.at(-1), "… and 492 more like these.");
});

test("a loss that is no number any more is not shown as 0", () => {
  const it = demo();
  noteFrame(it, { step: 1, loss: null });
  assert.equal(it.dataset.loss, "NaN");
});
