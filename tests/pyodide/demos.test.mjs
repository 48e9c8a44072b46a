/** The demos train in the very files that are served, before the rest of the library is there. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { DIST, runtime, start } from "./site.mjs";

/** @type {any} */
let python;
before(async () => {
  python = await start();
});

test("NumPy and pyml are installed from the site's own lock file", () => {
  assert.deepEqual(Object.keys(python.loadedPackages).sort(), ["numpy", "pyml"]);
  const { lock } = runtime();
  const version = python.runPython("import numpy; numpy.__version__");
  assert.equal(version, lock.packages.numpy.version);
});

test("pyml keeps its source, which tracebacks and the code editor show", () => {
  const source = python.runPython("import inspect, pyml.network; inspect.getsource(pyml.network)");
  assert.match(source, /class Network/);
});

for (const demo of readdirSync(join(DIST, "demos"))) {
  test(`${demo} trains through a session`, () => {
    const code = `
from pyml.sessions import Sessions

frames, errors, wants = [], [], []

def send(message, arrays):
    if message["type"] == "frame":
        frames.append((message["header"], [array.copy() for array in arrays]))
    if message["type"] == "error":
        errors.append(message)
    if message["type"] == "want":
        wants.append(message["file"])

def give(file):
    """What the worker would fetch for a demo of images: a list of them, and then some."""
    import json
    import numpy as np
    from pyml.datasets import chunks
    from pyml.demos import DEMOS
    kind = DEMOS[demo]
    if file.endswith(".json"):
        parts = [{"name": "train-00", "split": "train", "records": 40, "file": "a", "bytes": 1}]
        about = {"shape": kind.shape, "classes": kind.class_names, "parts": parts}
        data = json.dumps(about).encode()
    else:
        x = np.random.default_rng(1).integers(0, 255, (40, *kind.shape), np.uint8)
        data = chunks.encode(x, np.arange(40) % 10)
    sessions.receive({"type": "give", "id": "a", "file": file, "bytes": data})

sessions = Sessions(send)
sessions.receive({"type": "start", "id": "a", "demo": demo, "settings": {}, "seed": 1})
for _ in range(20):
    sessions.receive({"type": "step", "id": "a", "n": 1})
    sessions.tick()
    while wants:
        give(wants.pop())
    sessions.receive({"type": "drawn", "id": "a"})
    sessions.tick()
sessions.receive({"type": "drawn", "id": "a"})
assert not errors, errors[0]
frames[-1][0]["step"]
`;
    const steps = python.runPython(code, { globals: python.toPy({ demo }) });
    assert.ok(steps > 0, `${demo} made ${steps} steps`);
  });

  test(`${demo} reports a mistake in a visitor's code with its line`, () => {
    const code = `
from pyml.sessions import Sessions

errors = []
sessions = Sessions(lambda message, arrays: errors.append(message) if message["type"] == "error" else None)
sessions.receive({"type": "start", "id": "b", "demo": demo, "settings": {}, "seed": 1})
sessions.receive({"type": "code", "id": "b", "text": "def make_network(seed):\\n    return 1 / 0\\n"})
sessions.tick()
errors[-1]["message"] if errors else ""
`;
    const message = python.runPython(code, { globals: python.toPy({ demo }) });
    assert.ok(message.length > 0 && !message.includes("No module named"), message);
  });
}

test("NumPy's random numbers, linear algebra and Fourier transform work", () => {
  const answer = python.runPython(`
import numpy as np
rng = np.random.default_rng(3)
a = rng.normal(size=(5, 5))
close = np.allclose(np.linalg.inv(a) @ a, np.eye(5)) and np.allclose(np.fft.ifft(np.fft.fft(a)), a)
close and np.linalg.svd(a)[1].shape == (5,) and np.random.RandomState(1).rand() < 1
`);
  assert.equal(answer, true);
});
