/**
 * Starting a worker wherever the page happens to live.
 *
 * A page with an origin loads the worker by its URL. A page without one (a sandboxed frame, a file) may
 * not, but every engine lets it start a module worker from a `data:` URL that imports the real one.
 */

/**
 * @param {string} url absolute address of the worker's module
 * @returns {Worker}
 */
export function startWorker(url) {
  const address =
    self.origin === "null"
      ? `data:text/javascript,${encodeURIComponent(`import ${JSON.stringify(url)};`)}`
      : url;
  return new Worker(address, { type: "module", name: "python" });
}
