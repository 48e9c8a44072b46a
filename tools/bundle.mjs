/**
 * Bundles the browser's JavaScript and CSS with esbuild: `node tools/bundle.mjs JOB`, JOB a JSON text with
 *
 *   out      folder for the results
 *   entries  source files; each becomes NAME-HASH.js or .css
 *   define   names that are replaced by JSON values
 *
 * Prints one JSON object: source file -> name of its bundle.
 */
import { basename, relative, resolve } from "node:path";
import { build } from "esbuild";

const { out, entries, define } = JSON.parse(process.argv[2]);
const result = await build({
  entryPoints: entries,
  outdir: out,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "es2022",
  platform: "browser",
  minify: true,
  legalComments: "none",
  metafile: true,
  // Pyodide asks for these only where it runs under Node.
  external: ["node:*", "ws"],
  define: Object.fromEntries(
    Object.entries(define).map(([name, value]) => [name, JSON.stringify(value)]),
  ),
  logLevel: "warning",
});
const names = {};
for (const [file, { entryPoint }] of Object.entries(result.metafile.outputs)) {
  const source = entries.find(
    (/** @type {string} */ entry) => entryPoint && resolve(entry) === resolve(entryPoint),
  );
  if (source) names[relative(".", source)] = basename(file);
}
console.log(JSON.stringify(names));
