/** Python in a worker, which is asked for rates: `{call, given}` comes in, `{value}` or `{error}` goes out. */
import { loadPyodide } from "./pyodide/pyodide.mjs";

const SITE = "/lib/python3.14/site-packages";

/** @param {string} name */
const bytes = async (name) => (await fetch(name)).arrayBuffer();

async function start() {
  const python = await loadPyodide();
  python.unpackArchive(await bytes("./numpy.whl"), "wheel", { extractDir: SITE });
  python.unpackArchive(await bytes("./pyml.zip"), "zip", { extractDir: SITE });
  for (const name of ["kernels.so", "images.bin"]) {
    python.FS.writeFile(`/${name}`, new Uint8Array(await bytes(`./${name}`)));
  }
  python.globals.set("backend", new URLSearchParams(location.search).get("backend"));
  python.runPython(`
import work
from pyml.kernels import Kernels
from pyml.ops import Ops
ops = Ops() if backend == "numpy" else Kernels("/kernels.so", backend == "fused")
worker = work.Worker(ops, "/images.bin")
`);
  return python.globals.get("worker");
}

const started = start();

self.onmessage = async ({ data }) => {
  try {
    const worker = await started;
    const value = data.call === "start" ? true : worker[data.call](...data.given);
    self.postMessage({ value });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
