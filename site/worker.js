/**
 * The worker: a Python interpreter and a loop. This and loading.js are the only files that know Pyodide.
 *
 * `pyml.session.Sessions` is handed every message and decides everything; here messages are converted,
 * arrays are copied out of WebAssembly memory and transferred, and slices of training alternate with
 * messages.
 */
import { mount, siteFile } from "./files.js";
import { load, loadImports, loadRest } from "./loading.js";

/** @typedef {import("pyodide/ffi").PyProxy} PyProxy */

/** @type {any[]} messages that came before Python was up */
const waiting = [];
/** @type {any} */
let python = null;
/** @type {any} the pyml.session.Sessions object */
let sessions = null;
/** The address of the site's root. */
let site = "";

/** Of training; with the picture that follows, a message waits for about 12 ms at most. */
const SLICE_SECONDS = 0.01;

/** The rest of the library waits until the first pictures are drawn, so as not to compete with them. */
const REST_DELAY_MS = 2000;
let restTimer = 0;

/**
 * Python's `send`: copies the arrays (views of WebAssembly memory cannot leave it) and posts.
 * @param {any} message a dict
 * @param {any} arrays a list of NumPy arrays, C-contiguous
 */
function send(message, arrays) {
  const plain = message.toJs({ dict_converter: Object.fromEntries });
  if (plain.type === "want") {
    answer(plain);
    return;
  }
  const copies = [];
  for (const array of arrays) {
    const view = array.getBuffer();
    copies.push(view.data.slice(view.offset, view.offset + view.nbytes / view.itemsize));
    view.release();
    array.destroy();
  }
  self.postMessage({ ...plain, arrays: copies }, { transfer: copies.map((copy) => copy.buffer) });
}

/**
 * Python wants a file of the site: it comes, or the reason why not, as one more message.
 * @param {{id: any, file: string}} want
 */
async function answer({ id, file }) {
  const give = { type: "give", id, file };
  try {
    enqueue({ ...give, bytes: await siteFile(file, site, __FILES__) });
  } catch (/** @type {any} */ error) {
    enqueue({ ...give, error: String(error.message ?? error) });
  }
}

/** What a visitor opens, as Python hears of it: by its paths. @param {any} message */
function withPaths({ files, names, ...message }) {
  const blobs = Array.isArray(files) && files.every((file) => file instanceof Blob);
  return { ...message, paths: blobs ? mount(python.FS, files, names) : [] };
}

/** @param {any} message */
async function handle(message) {
  if (message.type === "ping") {
    self.postMessage({ type: "pong", slices });
    return;
  }
  if (message.type === "code") await loadImports(python, site, message.text);
  const opens = message.type === "event" && message.name === "open";
  const weights = message.type === "give" && message.file.startsWith("models/");
  // Files are read and written with modules that starting goes without.
  if (opens || weights || message.type === "export" || message.name === "table")
    await loadRest(python, site);
  if (message.type === "drawn" && !restTimer) {
    restTimer = self.setTimeout(() => loadRest(python, site), REST_DELAY_MS);
  }
  const given = python.toPy(opens ? withPaths(message) : message);
  try {
    sessions.receive(given);
  } finally {
    given.destroy();
  }
  wake();
}

// setTimeout(0) is clamped to 4 ms when nested; a message to oneself is not, and lets others go first.
const self_ = new MessageChannel();
self_.port1.onmessage = () => loop();
let timer = 0;
let scheduled = false;
/** How many slices of work were done; goes out with every pong, for whoever measures. */
let slices = 0;

function wake() {
  clearTimeout(timer);
  if (!scheduled) {
    scheduled = true;
    self_.port2.postMessage(null);
  }
}

function loop() {
  scheduled = false;
  let wait;
  try {
    wait = sessions.tick(SLICE_SECONDS);
  } catch (error) {
    dead(error);
    return;
  }
  slices += 1;
  if (wait === undefined || wait === null) return;
  if (wait > 0.002) timer = self.setTimeout(wake, wait * 1000);
  else wake();
}

/** @param {any} message `{type: "boot", base, seen, doubt, backend}` */
async function boot(message) {
  site = message.base;
  let kernels;
  try {
    ({ python, kernels } = await load(site, message, (name, fraction) =>
      self.postMessage({ type: "stage", name, fraction }),
    ));
    const Sessions = python.pyimport("pyml.sessions").Sessions;
    sessions = Sessions.callKwargs(send, { ops: kernels });
    Sessions.destroy();
  } catch (/** @type {any} */ error) {
    self.postMessage({
      type: "fatal",
      message: error.message,
      advice:
        error.advice ?? "Reload the page. If it stays like this, the site's files are incomplete.",
    });
    return;
  }
  self.postMessage({ type: "up", backend: kernels ? "kernels" : "numpy" });
  for (const message of waiting.splice(0)) enqueue(message);
}

/** Messages are handled strictly one after the other, also when one has to wait for a download. */
let queue = Promise.resolve();

/** @param {any} message */
function enqueue(message) {
  queue = queue.then(() => handle(message)).catch(dead);
}

/** Sessions never raise: what escapes them is the end of the interpreter. @param {unknown} error */
function dead(error) {
  clearTimeout(timer);
  self.postMessage({ type: "dead", traceback: String(error) });
}

self.onmessage = ({ data }) => {
  if (data.type === "boot") boot(data);
  else if (!sessions) waiting.push(data);
  else if (data.type === "ping") handle(data);
  else enqueue(data);
};
