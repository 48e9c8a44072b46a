/** Files for Python: the site's own, fetched by their plain names, and those that a visitor opens. */
import { unpacked } from "./archive.js";
import { attempt, integrity } from "./requests.js";

/** Where a visitor's files appear in Python's file system. */
const FOLDER = "/opened";
let opened = 0;

/**
 * A file of the site, unpacked, if it is what the build wrote.
 * @param {string} file its plain name: `data/cifar10/train-00`
 * @param {string} base address of the site's root
 * @param {typeof __FILES__} table
 * @param {typeof fetch} [request]
 * @returns {Promise<Uint8Array>}
 * @throws {Error} that says in words why there is none
 */
export async function siteFile(file, base, table, request = self.fetch) {
  if (!Object.hasOwn(table, file)) throw new Error(`There is no file ${file} in this site.`);
  const [path, hash] = table[file];
  const url = new URL(path, base).href;
  // Paths carry a hash of their content, as those of the runtime do.
  const options = { integrity: integrity(hash) };
  const response = await attempt(request, url, options, false, path, (error) => error);
  const body = path.endsWith(".pack") ? unpacked(response) : response;
  return new Uint8Array(await body.arrayBuffer());
}

/**
 * Shows Python files of a visitor without reading them: it reads what it needs, when it needs it.
 * @param {any} FS Emscripten's file system
 * @param {Blob[]} files
 * @param {string[]} names their paths, as in the folder that was chosen
 * @returns {string[]} what lies on top: the files, or the folders that they are in
 */
export function mount(FS, files, names) {
  const folder = `${FOLDER}/${opened++}`;
  const blobs = files.map((data, i) => ({ name: plain(names[i]), data }));
  FS.mkdirTree(folder);
  FS.mount(FS.filesystems.WORKERFS, { blobs }, folder);
  return [...new Set(blobs.map(({ name }) => `${folder}/${name.split("/")[0]}`))];
}

/** A path that leads nowhere else. @param {string} name */
function plain(name) {
  const parts = String(name)
    .split("/")
    .filter((part) => part && part !== "." && part !== "..");
  return parts.join("/") || "file";
}
