/** Hands the visitor a file. */

/** The browser may still be reading a file this long after it was offered. */
const KEEP_MS = 60_000;

/**
 * @param {string} name
 * @param {string} mime
 * @param {BlobPart[]} parts
 */
export function download(name, mime, parts) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type: mime }));
  // Whoever sent the name: it names a file, and no place.
  link.download = name.replace(/[^\w.-]+/g, "-") || "file";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEEP_MS);
}
