/**
 * The requests that load Python: counted, checked, tried again, and each final failure in words.
 *
 * Pyodide itself waits for ever for a WebAssembly file that is missing or damaged. So while it loads,
 * `fetch` and `WebAssembly.instantiateStreaming` are watched here.
 */
import { unpacked } from "./archive.js";

/** A failed request is tried this often again, each time after a longer pause. */
const RETRIES = 2;
const PAUSE_MS = 300;

export class LoadError extends Error {
  /**
   * @param {string} message what went wrong
   * @param {string} advice what the visitor can do
   */
  constructor(message, advice) {
    super(message);
    this.advice = advice;
  }
}

/**
 * @param {string} base address of the site's root
 * @param {typeof __RUNTIME__} runtime
 * @param {{seen: boolean, doubt: boolean}} cached whether this browser has loaded this very runtime
 *   before, and whether what it keeps is in doubt, because loading has just failed
 * @param {(file: string, bytes: number) => void} arrived
 */
export function watchRequests(base, runtime, cached, arrived) {
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
    const hash = runtime.hashes[file];
    const options = { ...init, ...(hash && { integrity: integrity(hash) }) };
    const response = await attempt(fetch_, url, options, cached.doubt, file, fail);
    if (file === runtime.wasm) {
      if (cached.seen && !cached.doubt) arrived(file, runtime.sizes[file]);
      // Counting takes a copy of the stream, and that costs Chromium its cache of compiled code: so
      // only a first visit, which has to download, is counted.
      else void count(response.clone(), (bytes) => arrived(file, bytes));
      return asWasm(response);
    }
    arrived(file, runtime.sizes[file] ?? 0);
    return file.endsWith(".pack") ? unpacked(response) : response;
  };

  WebAssembly.instantiateStreaming = async (source, imports) => {
    try {
      return await streaming.call(WebAssembly, source, imports);
    } catch (/** @type {any} */ error) {
      throw fail(damaged(runtime.wasm, error.message));
    }
  };

  return {
    /** Rejects with the first failure that is final. */
    failed,
    problem: () => problem,
    stop() {
      self.fetch = fetch_;
      WebAssembly.instantiateStreaming = streaming;
    },
  };
}

/**
 * @param {typeof fetch} request
 * @param {string} url
 * @param {RequestInit} options
 * @param {boolean} doubt
 * @param {string} file
 * @param {(error: LoadError) => LoadError} fail
 */
export async function attempt(request, url, options, doubt, file, fail) {
  for (let tries = 0; ; tries++) {
    // Paths carry a hash of their content, so what is in the cache needs no question; only if that
    // fails is the cache in doubt too.
    const cache = tries || doubt ? "reload" : "force-cache";
    const response = await request(url, { ...options, cache }).catch(() => null);
    if (response?.ok) return response;
    if (tries >= RETRIES) throw fail(await diagnosis(request, url, response, file));
    await new Promise((go) => setTimeout(go, PAUSE_MS * 2 ** tries));
  }
}

/**
 * Why a file cannot be had: a browser does not tell a wrong hash from a lost connection.
 * @param {typeof fetch} request
 * @param {string} url
 * @param {Response|null} response
 * @param {string} file
 */
async function diagnosis(request, url, response, file) {
  const answer = response ?? (await request(url, { cache: "reload" }).catch(() => null));
  if (!answer) return damaged(file, "the connection failed");
  if (answer.ok) return damaged(file, "it is not the file that this page was built with");
  return new LoadError(
    `${file} is missing: the server answered ${answer.status}.`,
    "Reload the page. If it stays like this, the site's files are incomplete.",
  );
}

/**
 * @param {string} file
 * @param {string} why
 */
export function damaged(file, why) {
  return new LoadError(
    `${file} could not be loaded: ${why}.`,
    "Check the network connection, then try again.",
  );
}

/**
 * A response that can be compiled while it streams, whatever the server calls it.
 * @param {Response} response
 */
function asWasm(response) {
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

/** @param {string} sha256 in hexadecimal */
export function integrity(sha256) {
  const bytes = (sha256.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
  return `sha256-${btoa(String.fromCharCode(...bytes))}`;
}
