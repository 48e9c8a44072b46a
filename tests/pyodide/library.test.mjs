/** Nothing of Python's library or of NumPy is lost on the way to the site. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadPyodide } from "pyodide";
import { start } from "./site.mjs";

// Imports everything that a zip file on sys.path holds; names those that fail.
const IMPORT_ALL = `
import contextlib, importlib, io, sys, warnings, zipfile
warnings.simplefilter("ignore")
names = set()
for path in [path for path in sys.path if path.endswith(".zip")]:
    for member in zipfile.ZipFile(path).namelist():
        stem, dot, suffix = member.rpartition(".")
        if suffix in ("py", "pyc"):
            names.add(stem.replace("/", ".").removesuffix(".__init__"))
failed = set()
for name in sorted(names - {"antigravity", "this"}):  # jokes: a browser window, a poem
    if "__main__" in name or name.startswith("idlelib"):
        continue
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            importlib.import_module(name)
    except BaseException:
        failed.add(name)
(sorted(names), sorted(failed))
`;

/** @param {any} python */
function importAll(python) {
  const proxy = python.runPython(IMPORT_ALL);
  const [names, failed] = proxy.toJs();
  proxy.destroy();
  return { names, failed };
}

test("the library's two parts hold what the stock library holds, and it can be imported", async () => {
  const ours = importAll(await start({ rest: true }));
  const stock = importAll(await loadPyodide());
  assert.ok(stock.names.length > 500, `only ${stock.names.length} modules in the stock library`);
  assert.deepEqual(ours.names, stock.names);
  assert.deepEqual(ours.failed, stock.failed);
});

test("NumPy's public modules can all be imported", async () => {
  const python = await start({ rest: true });
  const failed = python.runPython(`
import importlib, pkgutil, warnings
import numpy
warnings.simplefilter("ignore")
failed = []
for module in pkgutil.walk_packages(numpy.__path__, "numpy.", onerror=failed.append):
    parts = module.name.split(".")
    if any(part.startswith("_") for part in parts):
        continue
    try:
        importlib.import_module(module.name)
    except Exception as error:
        failed.append(f"{module.name}: {error!r}")
", ".join(failed)
`);
  assert.equal(failed, "");
});
