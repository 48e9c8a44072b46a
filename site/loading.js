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

/** Filled in by the build: paths relative to the site's root, sizes in bytes, the small lock file. */
const RUNTIME = __RUNTIME__;

/** The smallest WebAssembly module: its header. */
const EMPTY_WASM = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

const RETRIES = 2;

export class LoadError extends Error {
  /**
   * @param {string} message
   * @param {string} advice
   */
  constructor(message, advice) {
    super(message);
    this.advice = advice;
  }
}

/**
 * @param {string} base address of the site's root
 * @param {boolean} seen whether this browser has loaded this very runtime before
 * @param {(name: string, fraction: number) => void} stage
 * @returns {Promise<any>} the Pyodide interpreter with NumPy and pyml installed
 */
export async function load(base, seen, stage) {
  stage("Loading Python", 0);
  allowed();
  const wheels = RUNTIME.packages.map((name) => RUNTIME.lock.packages[name]);
  const files = [RUNTIME.wasm, RUNTIME.stdlib, ...wheels.map((wheel) => wheel.file_name)];
  const total = files.reduce((sum, file) => sum + RUNTIME.sizes[file], 0);
  let received = 0;
  const watch = watchRequests(base, seen, (file, bytes) => {
    received += bytes;
    const wheel = file !== RUNTIME.wasm && file !== RUNTIME.stdlib;
    stage(wheel ? "Loading NumPy and pyml" : "Loading Python", Math.min(0.9, received / total));
  });
  try {
    const archives = Promise.all(wheels.map((wheel) => download(base, wheel)));
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
    return python;
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
 * A wheel, accepted only with the hash that the lock file names.
 * @param {string} base
 * @param {{file_name: string, sha256: string}} wheel
 */
async function download(base, { file_name, sha256 }) {
  const bytes = (sha256.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  const response = await fetch(new URL(file_name, base), {
    integrity: `sha256-${btoa(String.fromCharCode(...bytes))}`,
  });
  return new Uint8Array(await response.arrayBuffer());
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

/**
 * Replaces `fetch` and `WebAssembly.instantiateStreaming` while Python loads: counts what arrives, tries
 * failed requests again, and remembers what failed for good.
 * @param {string} base
 * @param {boolean} seen
 * @param {(file: string, bytes: number) => void} arrived
 */
function watchRequests(base, seen, arrived) {
  const fetch_ = self.fetch;
  const streaming = WebAssembly.instantiateStreaming;
  /** @type {LoadError|null} */
  let problem = null;
  /** @type {(error: LoadError) => void} */
  let reject = () => {};
  /** @type {Promise<never>} */
  const failed = new Promise((_, no) => {
    reject = no;
  });
  failed.catch(() => {});

  /** @param {LoadError} error */
  const fail = (error) => {
    problem ??= error;
    reject(problem);
    return problem;
  };

  self.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input), base).href;
    const file = url.startsWith(base) ? url.slice(base.length) : url;
    // Paths carry a hash of their content: what is in the cache is right and needs no question.
    const request = () => fetch_(input, { ...init, cache: "force-cache" });
    const response = await attempt(request, file, fail);
    if (file === RUNTIME.wasm) return withType(response, seen, (bytes) => arrived(file, bytes));
    arrived(file, RUNTIME.sizes[file] ?? 0);
    return file.endsWith(".pack") ? unpacked(response) : response;
  };

  WebAssembly.instantiateStreaming = async (source, imports) => {
    try {
      return await streaming.call(WebAssembly, source, imports);
    } catch (/** @type {any} */ error) {
      throw fail(damaged(RUNTIME.wasm, error.message));
    }
  };

  return {
    failed,
    problem: () => problem,
    stop() {
      self.fetch = fetch_;
      WebAssembly.instantiateStreaming = streaming;
    },
  };
}

/**
 * @param {() => Promise<Response>} request
 * @param {string} file
 * @param {(error: LoadError) => LoadError} fail
 */
async function attempt(request, file, fail) {
  for (let tries = 0; ; tries++) {
    try {
      const response = await request();
      if (response.ok) return response;
      if (response.status < 500 || tries >= RETRIES) {
        throw fail(
          new LoadError(
            `${file} is missing: the server answered ${response.status}.`,
            "Reload the page. If it stays like this, the site's files are incomplete.",
          ),
        );
      }
    } catch (/** @type {any} */ error) {
      if (error instanceof LoadError) throw error;
      if (tries >= RETRIES) {
        const what = /integrity|digest/i.test(error.message)
          ? "it is not the file that this page was built with"
          : "the connection failed";
        throw fail(damaged(file, what));
      }
    }
    await new Promise((go) => setTimeout(go, 300 * 2 ** tries));
  }
}

/**
 * @param {string} file
 * @param {string} why
 */
function damaged(file, why) {
  return new LoadError(
    `${file} could not be loaded: ${why}.`,
    "Check the network connection and reload the page (with the cache emptied: Ctrl+Shift+R).",
  );
}

/**
 * The WebAssembly file as a response that can be compiled while it streams, whatever the server calls it.
 *
 * Counting what arrives takes a copy of the stream, and that costs Chromium its cache of compiled code.
 * So only a first visit, which has to download, is counted.
 * @param {Response} response
 * @param {boolean} seen
 * @param {(bytes: number) => void} arrived
 */
function withType(response, seen, arrived) {
  if (seen) arrived(RUNTIME.sizes[RUNTIME.wasm]);
  else void count(response.clone(), arrived);
  if (response.headers.get("content-type")?.startsWith("application/wasm")) return response;
  return new Response(response.body, { headers: { "content-type": "application/wasm" } });
}

/**
 * @param {Response} response
 * @param {(bytes: number) => void} arrived
 */
async function count(response, arrived) {
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const part = await reader?.read();
      if (!part || part.done) return;
      arrived(part.value.byteLength);
    }
  } catch {
    // Whoever compiles the stream is told of the same failure, and reports it.
  }
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
    const bytes = new Uint8Array(await unpacked(response).arrayBuffer());
    // Appended to the library that is there, it makes one archive of the whole library.
    const path = python.runPython("import sys; next(p for p in sys.path if p.endswith('.zip'))");
    const file = python.FS.open(path, "a");
    python.FS.write(file, bytes, 0, bytes.length);
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
