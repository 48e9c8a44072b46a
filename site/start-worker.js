/**
 * Starting a worker wherever the page happens to live, under the page's own security policy.
 *
 * A worker that is loaded by its URL is not bound by the page's Content-Security-Policy, but one that
 * starts from the page's own text is: so the worker is a line that imports the real one, and a visitor's
 * code can reach no other site. From a `blob:` URL where the page has an origin; from a `data:` URL where
 * it has none (a sandboxed frame, a file), the only kind that every engine allows there.
 */

/**
 * @param {string} url absolute address of the worker's module
 * @returns {Worker}
 */
export function startWorker(url) {
  const text = `import ${JSON.stringify(url)};`;
  const address =
    self.origin === "null"
      ? `data:text/javascript,${encodeURIComponent(text)}`
      : URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return new Worker(address, { type: "module", name: "python" });
}
