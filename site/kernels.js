/**
 * The compiled kernels: a help, and never a condition. Whatever goes wrong with them costs speed and one
 * line in the console; NumPy does the same work.
 */
import { unpacked } from "./archive.js";
import { integrity } from "./requests.js";

/** `(module (func (result v128) i32.const 0 i8x16.splat))`: valid where vectors are known. */
const VECTORS = Uint8Array.from(
  [
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    [1, 5, 1, 0x60, 0, 1, 0x7b],
    [3, 2, 1, 0],
    [10, 8, 1, 6, 0, 0x41, 0, 0xfd, 0x0f, 0x0b],
  ].flat(),
);

/** Whether this browser can run them. */
export function vectors() {
  return WebAssembly.validate(VECTORS);
}

/**
 * Asks for the file at once, beside all else. It is asked for once more, without a pause: what the
 * browser keeps may be what is wrong.
 * @param {URL} url of a `.pack` file
 * @param {string} hash its SHA-256
 * @param {typeof self.fetch} [request]
 */
export function requestKernels(url, hash, request = self.fetch) {
  const patience = new AbortController();
  const { signal } = patience;

  /** @returns {Promise<Uint8Array|null>} the archive, or null with a warning */
  async function arrive() {
    let why;
    for (const cache of /** @type {RequestCache[]} */ (["force-cache", "reload"])) {
      try {
        const response = await request(url, { cache, integrity: integrity(hash), signal });
        if (!response.ok) throw new Error(`the server answered ${response.status}`);
        return new Uint8Array(await unpacked(response).arrayBuffer());
      } catch (error) {
        why = error;
      }
    }
    doWithout(why);
    return null;
  }

  const archive = arrive();
  return {
    /** The archive, if it comes within so many milliseconds from now. @param {number} ms */
    async within(ms) {
      const timer = setTimeout(() => patience.abort(new Error("it took too long")), ms);
      return archive.finally(() => clearTimeout(timer));
    },
  };
}

/** @param {unknown} why */
export function doWithout(why) {
  console.warn("The compiled kernels could not be loaded; NumPy does their work.", why);
}
