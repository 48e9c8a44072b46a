/**
 * Loading Python, with every way in which that can fail turned into an error that says what to do.
 *
 * `loadPyodide` by itself never settles when the WebAssembly file is missing, damaged or forbidden, and
 * succeeds with nothing loaded when a wheel is missing or has the wrong hash. So every request and the
 * instantiation are watched here, and the wheels are installed here.
 */
import { loadPyodide } from "pyodide";
import createPyodideModule from "pyodide/pyodide.asm.mjs";
import { members, unpacked } from "./archive.js";
import { doWithout, requestKernels, vectors } from "./kernels.js";
import { LoadError, watchRequests } from "./requests.js";

/** Filled in by the build: paths relative to the site's root, sizes in bytes, the small lock file. */
const RUNTIME = __RUNTIME__;

/** The smallest WebAssembly module: its header. */
const EMPTY_WASM = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** When all else is there, the kernels are waited for no longer than this. */
const KERNELS_MS = 1000;

/**
 * @param {string} base address of the site's root
 * @param {{seen: boolean, doubt: boolean, backend: string|null}} boot see watchRequests; the backend
 *   "numpy" does without the compiled kernels
 * @param {(name: string, fraction: number) => void} stage
 * @returns {Promise<{python: any, kernels: any}>} the Pyodide interpreter with NumPy and pyml installed,
 *   and pyml's compiled backend, if there is one for this browser
 */
export async function load(base, boot, stage) {
  stage("Loading Python", 0);
  allowed();
  const wheels = RUNTIME.packages.map((name) => RUNTIME.lock.packages[name]);
  const files = [RUNTIME.wasm, RUNTIME.stdlib, ...wheels.map((wheel) => wheel.file_name)];
  const total = files.reduce((sum, file) => sum + RUNTIME.sizes[file], 0);
  let received = 0;
  // Before requests are watched, since this one may fail.
  const file = boot.backend === "numpy" || !vectors() ? null : RUNTIME.kernels;
  const request = file ? requestKernels(new URL(file, base), RUNTIME.hashes[file]) : null;
  const watch = watchRequests(base, RUNTIME, boot, (file, bytes) => {
    received += bytes;
    const wheel = file !== RUNTIME.wasm && file !== RUNTIME.stdlib;
    stage(wheel ? "Loading NumPy and pyml" : "Loading Python", Math.min(0.9, received / total));
  });
  try {
    const archives = Promise.all(wheels.map((wheel) => bytes(new URL(wheel.file_name, base))));
    archives.catch(() => {});
    const python = await Promise.race([
      loadPyodide({
        indexURL: directory(new URL(RUNTIME.wasm, base).href),
        stdLibURL: new URL(RUNTIME.stdlib, base).href,
        lockFileContents: RUNTIME.lock,
        packageBaseUrl: base,
        // Bundled with the worker, so that no second script has to be fetched.
        createPyodideModule,
        stdout: () => {},
        stderr: () => {},
      }),
      watch.failed,
    ]);
    stage("Starting NumPy and pyml", 0.95);
    const packages = python.runPython("import site; site.getsitepackages()[0]");
    for (const archive of await archives) install(python.FS, packages, archive);
    const archive = await request?.within(KERNELS_MS);
    if (archive) install(python.FS, packages, archive);
    return { python, kernels: archive ? start(python) : undefined };
  } catch (/** @type {any} */ error) {
    if (error instanceof LoadError) throw error;
    throw (
      watch.problem() ??
      new LoadError(
        `Python did not start: ${String(error.message ?? error).split("\n")[0]}`,
        "Reload the page. A current Chrome, Edge, Firefox or Safari is needed.",
      )
    );
  } finally {
    watch.stop();
  }
}

/**
 * Puts a wheel's files in their place. Not by Pyodide's loadPackage, which lets Python unpack them, and
 * compiles every extension module of NumPy, of which half are never used.
 * @param {any} FS
 * @param {string} folder
 * @param {Uint8Array} wheel
 */
function install(FS, folder, wheel) {
  for (const { name, data } of members(wheel)) {
    const path = `${folder}/${name}`;
    FS.mkdirTree(directory(path));
    FS.writeFile(path, data, { canOwn: true });
  }
}

/** The installed kernels, or undefined with a warning. @param {any} python */
function start(python) {
  const module = python.pyimport("pyml.kernels");
  const kernels = module.load();
  module.destroy();
  if (!kernels) doWithout("Python found no library that it can use.");
  return kernels;
}

/** Fails at once where WebAssembly is missing or forbidden: Pyodide would wait for ever. */
function allowed() {
  const advice = "Open the page in a current Chrome, Edge, Firefox or Safari.";
  if (typeof WebAssembly !== "object") {
    throw new LoadError("This browser has no WebAssembly, which Python needs.", advice);
  }
  try {
    new WebAssembly.Module(EMPTY_WASM);
  } catch {
    throw new LoadError(
      "A security policy forbids WebAssembly on this page, and Python needs it.",
      "Whoever runs this site has to allow 'wasm-unsafe-eval' in its Content-Security-Policy.",
    );
  }
}

/** @param {URL} url */
async function bytes(url) {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

/** @type {Promise<void>|null} */
let rest = null;

/**
 * The part of the standard library that starting does not need, fetched once the first demo runs.
 * @param {any} python
 * @param {string} base
 */
export function loadRest(python, base) {
  rest ??= (async () => {
    const response = await fetch(new URL(RUNTIME.rest, base));
    if (!response.ok) throw new Error(`${RUNTIME.rest}: ${response.status}`);
    const tail = new Uint8Array(await unpacked(response).arrayBuffer());
    // Appended to the library that is there, it makes one archive of the whole library.
    const path = python.runPython("import sys; next(p for p in sys.path if p.endswith('.zip'))");
    const file = python.FS.open(path, "a");
    python.FS.write(file, tail, 0, tail.length);
    python.FS.close(file);
    python.runPython("import importlib; importlib.invalidate_caches()");
  })().catch((error) => {
    // The demos work without it; the next code that needs it asks again.
    console.warn("The rest of Python’s library could not be loaded.", error);
    rest = null;
  });
  return rest;
}

/**
 * Before a visitor's code runs: the whole standard library, and those packages of the site that it imports.
 * @param {any} python
 * @param {string} base
 * @param {string} code
 */
export async function loadImports(python, base, code) {
  await loadRest(python, base);
  let wanted = [];
  try {
    wanted = python.pyimport("pyodide.code").find_imports(code).toJs();
  } catch {
    return; // not Python; the session says so with the line
  }
  const known = wanted.filter(
    (/** @type {string} */ name) =>
      name in RUNTIME.lock.packages &&
      !RUNTIME.packages.includes(name) &&
      !(name in python.loadedPackages),
  );
  if (known.length)
    await python.loadPackage(known, { messageCallback: () => {}, errorCallback: () => {} });
}

/** @param {string} url */
function directory(url) {
  return url.slice(0, url.lastIndexOf("/") + 1);
}
