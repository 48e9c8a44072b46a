/** The wire keeps sessions alive through a hung, a dead and a failing worker. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, Wire } from "../../site/wire.js";

/** Workers that note what they are told, and a clock that is turned by hand. */
function setUp() {
  const workers = [];
  let tick = () => {};
  const timers = {
    setInterval: (call) => {
      tick = call;
      return 1;
    },
    clearInterval: () => {},
  };
  const wire = new Wire(
    () => {
      const worker = { told: [], ended: false, postMessage: (m) => worker.told.push(m) };
      worker.terminate = () => {
        worker.ended = true;
      };
      workers.push(worker);
      return worker;
    },
    { type: "boot", base: "https://example.test/", backend: "numpy" },
    timers,
  );
  const pings = (n) => {
    for (let i = 0; i < n; i++) tick();
  };
  const say = (message) => workers.at(-1).onmessage({ data: message });
  return { wire, workers, pings, say };
}

const START = { demo: "perceptron", settings: { data: "or" }, seed: 3 };
const types = (worker) => worker.told.map((m) => m.type).filter((t) => t !== "ping");

test("several demos share one worker", () => {
  const { wire, workers } = setUp();
  wire.open(START, false, () => {});
  wire.open({ ...START, demo: "classifier" }, false, () => {});
  assert.equal(workers.length, 1);
  assert.deepEqual(types(workers[0]), ["boot", "start", "start"]);
  assert.notEqual(workers[0].told[1].id, workers[0].told[2].id);
});

test("a message reaches the session it is for, and no other", () => {
  const { wire, say } = setUp();
  const heard = { a: [], b: [] };
  const a = wire.open(START, false, (m) => heard.a.push(m.type));
  wire.open(START, false, (m) => heard.b.push(m.type));
  say({ type: "frame", id: a.id, header: { finished: false, arrays: [] }, arrays: [] });
  assert.deepEqual(heard, { a: ["frame"], b: [] });
});

test("a worker that stops answering is called busy, then replaced, with settings and state restored, at rest", () => {
  const { wire, workers, pings, say } = setUp();
  const phases = [];
  wire.subscribe((health) => phases.push(health.phase));
  const session = wire.open(START, false, () => {});
  say({ type: "up" });
  session.send({ type: "run", on: true });
  say({ type: "settings", id: session.id, settings: { data: "own" }, seed: 4, notes: [] });
  say({ type: "state", id: session.id, header: { step: 9 }, arrays: [new Float32Array(3)] });
  pings(5);
  assert.equal(phases.at(-1), "busy");
  pings(20);
  assert.equal(workers.length, 2);
  assert.ok(workers[0].ended);
  assert.deepEqual(types(workers[1]), ["boot", "start"]);
  const start = workers[1].told[1];
  assert.equal(start.on, false);
  assert.deepEqual(
    [start.settings, start.seed, start.state.header],
    [{ data: "own" }, 4, { step: 9 }],
  );
});

test("code that hung is named as the cause and not run again", () => {
  const { wire, workers, say } = setUp();
  const heard = [];
  const session = wire.open(START, false, (m) => heard.push(m));
  say({ type: "up" });
  session.send({ type: "code", text: "while True: pass" });
  wire.restart();
  assert.match(heard.at(-1).message, /did not come back/);
  assert.ok(!types(workers[1]).includes("code"));
});

test("Python that ends again and again is not brought back for ever", () => {
  const { wire, workers, say } = setUp();
  const heard = [];
  let health;
  wire.subscribe((now) => {
    health = now;
  });
  wire.open(START, true, (m) => heard.push(m.message));
  for (let i = 0; i < 4; i++) {
    say({ type: "up" });
    say({ type: "dead", traceback: "RangeError" });
  }
  assert.equal(workers.length, 4);
  assert.equal(health.phase, "failed");
  assert.match(heard[0], /started anew/);
});

test("an answering worker is left alone however long it runs", () => {
  const { wire, workers, pings, say } = setUp();
  wire.open(START, false, () => {});
  say({ type: "up" });
  for (let i = 0; i < 50; i++) {
    pings(1);
    say({ type: "pong" });
  }
  assert.equal(workers.length, 1);
});

test("what computes is told with every word that Python is up, and asked for again in the next worker", () => {
  const { wire, workers, pings, say } = setUp();
  const told = [];
  wire.subscribe(({ phase, backend }) => told.push([phase, backend]));
  wire.open(START, false, () => {});
  say({ type: "up", backend: "kernels" });
  pings(5);
  say({ type: "pong" });
  assert.deepEqual(told.slice(-3), [
    ["up", "kernels"],
    ["busy", undefined],
    ["up", "kernels"],
  ]);
  wire.restart();
  say({ type: "up", backend: "numpy" });
  assert.deepEqual(told.at(-1), ["up", "numpy"]);
  assert.deepEqual(
    workers.map((worker) => worker.told[0].backend),
    ["numpy", "numpy"],
  );
});

test("loading that stalls and a worker that cannot run end in words and a way on", () => {
  for (const fault of [
    ({ pings }) => pings(121),
    ({ workers }) => workers[0].onerror({ message: "no such file" }),
    ({ say }) => say({ type: "fatal", message: "numpy is missing", advice: "Reload." }),
  ]) {
    const all = setUp();
    let health;
    all.wire.subscribe((now) => {
      health = now;
    });
    all.wire.open(START, false, () => {});
    fault(all);
    assert.equal(health.phase, "failed");
    assert.ok(health.message && health.advice);
    all.wire.restart();
    assert.equal(health.phase, "loading");
    assert.deepEqual(types(all.workers.at(-1)), ["boot", "start"]);
  }
});

test("a late word from a worker that was ended is not heard", () => {
  const { wire, workers } = setUp();
  const heard = [];
  const session = wire.open(START, false, (m) => heard.push(m.type));
  wire.restart();
  workers[0].onmessage({ data: { type: "ready", id: session.id, settings: {}, seed: 0 } });
  assert.deepEqual(heard, []);
});

test("a frame is its header's values and its arrays by name", () => {
  const frame = decode({
    header: { step: 2, arrays: [["w", "float32", [2, 1]]] },
    arrays: [new Float32Array([1, 2])],
  });
  assert.equal(frame.step, 2);
  assert.deepEqual([...frame.w], [1, 2]);
  assert.deepEqual(frame.shapes.w, [2, 1]);
});

test("what is wished while Python is busy reaches the next one, but no code and no run", () => {
  const { wire, workers, pings, say } = setUp();
  const demo = wire.open(START, true, () => {});
  say({ type: "up", backend: "numpy" });
  pings(6);
  assert.equal(wire.health.phase, "busy");
  for (const type of ["set", "code", "run", "drawn", "event"]) demo.send({ type });
  pings(20);
  assert.equal(workers.length, 2);
  assert.deepEqual(types(workers[1]), ["boot", "start", "set", "event"]);
});

test("what is wished while Python is busy is not said twice to one that comes back", () => {
  const { wire, workers, pings, say } = setUp();
  const demo = wire.open(START, true, () => {});
  say({ type: "up", backend: "numpy" });
  pings(6);
  demo.send({ type: "set" });
  say({ type: "pong" });
  wire.restart();
  assert.deepEqual(types(workers[1]), ["boot", "start"]);
});

test("a frame keeps numbers, text and the trace, and nothing that a template could take for its own", () => {
  const trace = [{ name: "Dense(2)" }];
  const header = { arrays: [], step: 1, verdict: "so", bad: { strings: [] }, trace };
  assert.deepEqual(decode({ header, arrays: [] }), { step: 1, verdict: "so", trace, shapes: {} });
});

test("a worker that takes the place of another is given the visitor's images again, after the state", () => {
  const { wire, workers, say } = setUp();
  const session = wire.open(START, false, () => {});
  say({ type: "up" });
  const archive = new File(["x"], "cifar-10-binary.tar.gz");
  session.send({ type: "event", name: "open", files: [archive] });
  session.send({ type: "event", name: "open", files: [new File(["x"], "net.npz")] });
  wire.restart();
  assert.deepEqual(types(workers[1]), ["boot", "start", "event"]);
  const { type, name, id, files, names } = workers[1].told.at(-1);
  assert.deepEqual([type, name, id, names], ["event", "open", session.id, [archive.name]]);
  assert.equal(files[0], archive);
  session.close();
  wire.restart();
  assert.deepEqual(types(workers[2]), ["boot"]);
});

test("images that are opened while Python is busy reach the next one once", () => {
  const { wire, workers, pings, say } = setUp();
  const session = wire.open(START, false, () => {});
  say({ type: "up" });
  pings(5);
  session.send({ type: "event", name: "open", files: [new File(["x"], "c.tar.gz")] });
  pings(20);
  assert.deepEqual(types(workers[1]), ["boot", "start", "event"]);
});
