/** The built site as the worker sees it, but under Node: its own files, its own lock file, hashes checked. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { build } from "esbuild";
import { loadPyodide } from "pyodide";
import { members } from "../../site/archive.js";

export const DIST = resolve(process.env.PYML_DIST ?? "dist");
/** Where the page believes that its files are. */
const BASE = "http://localhost/";
let starts = 0;

/** What the build told the worker: the object that it put in place of `__RUNTIME__`. */
export function runtime() {
  const file = readdirSync(join(DIST, "app")).find((name) => /^worker-\w+\.js$/.test(name));
  assert.ok(file, "dist/app holds no worker: run `python build.py` first");
  const text = readFileSync(join(DIST, "app", file), "utf8");
  const start = text.search(/\{\s*"?wasm"?:\s*"py\//);
  assert.ok(start >= 0, "the worker does not say where the runtime is");
  // The bundler may have shortened the JSON to a JavaScript literal: read it as one.
  return new Function(`return (${balanced(text, start)});`)();
}

/**
 * @param {string} text
 * @param {number} start where a `{` stands
 * @returns {string} from there to the `}` that closes it
 */
function balanced(text, start) {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "{") depth++;
    if (text[at] === "}" && --depth === 0) return text.slice(start, at + 1);
  }
  throw new Error("the literal does not end");
}

/**
 * The page's own `site/loading.js`, as the build bundles it, with `fetch` answered from the built files.
 * @param {any} site
 */
async function pageLoader(site) {
  const bundle = await build({
    entryPoints: ["site/loading.js"],
    bundle: true,
    write: false,
    format: "esm",
    external: ["node:*", "ws"],
    define: { __RUNTIME__: JSON.stringify(site) },
  });
  globalThis.fetch = async (url) =>
    new Response(readFileSync(join(DIST, String(url).slice(BASE.length))));
  const text = Buffer.from(bundle.outputFiles[0].contents).toString("base64");
  // A fragment of its own makes it a module of its own, which remembers nothing of earlier starts.
  return import(`data:text/javascript;base64,${text}#${starts++}`);
}

/**
 * Python, started from the site's files with NumPy and pyml.
 * @param {object} options `rest`: with the second part of the library, too; `kernels`: with the compiled ones
 */
export async function start({ rest = false, kernels = false } = {}) {
  const site = runtime();
  for (const entry of Object.values(site.lock.packages)) {
    // Under Node Pyodide does not compare hashes; browsers do.
    const data = readFileSync(join(DIST, entry.file_name));
    assert.equal(createHash("sha256").update(data).digest("hex"), entry.sha256, entry.file_name);
  }
  // What a browser unpacks on the way is unpacked here beforehand.
  const folder = mkdtempSync(join(tmpdir(), "pyml-"));
  const unpack = (/** @type {string} */ path) => {
    const target = join(folder, basename(path, ".pack"));
    writeFileSync(target, gunzipSync(readFileSync(join(DIST, path))));
    return target;
  };
  const lock = structuredClone(site.lock);
  for (const name of site.packages) {
    lock.packages[name].file_name = basename(unpack(site.lock.packages[name].file_name));
  }
  const python = await loadPyodide({
    stdLibURL: unpack(site.stdlib),
    lockFileContents: lock,
    packageCacheDir: `${folder}/`,
    packageBaseUrl: `${folder}/`,
    packages: site.packages,
  });
  rmSync(folder, { recursive: true });
  if (rest) {
    const { loadRest } = await pageLoader(site);
    await loadRest(python, BASE);
  }
  if (kernels) {
    const folder = python.runPython("import site; site.getsitepackages()[0]");
    for (const { name, data } of members(gunzipSync(readFileSync(join(DIST, site.kernels))))) {
      const path = `${folder}/${name}`;
      python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
      python.FS.writeFile(path, data);
    }
  }
  return python;
}
