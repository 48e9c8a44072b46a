/**
 * Runs a Python script in Pyodide under Node: `node tools/inside.mjs JOB`, JOB a JSON text with
 *
 *   script    the Python file to run; it finds its arguments in `sys.argv`
 *   args      these arguments; host paths have to be written with `/host` in front
 *   stdlib    the standard library to start from (left out: the runtime's own)
 *   packages  names to load before the script runs, from the lock file `lock`, whose files are in `folder`
 *
 * The whole host file system is at `/host`, so that scripts read and write real files.
 */
import { readFile } from "node:fs/promises";
import { parse, resolve } from "node:path";
import { loadPyodide } from "pyodide";

const job = JSON.parse(process.argv[2]);
const options = {
  stdout: (/** @type {string} */ line) => console.log(line),
  stderr: (/** @type {string} */ line) => console.error(line),
  env: { PYTHONHASHSEED: "0", HOME: "/home/pyodide" },
};
if (job.stdlib) options.stdLibURL = job.stdlib;
if (job.packages) {
  Object.assign(options, {
    lockFileContents: JSON.parse(await readFile(job.lock, "utf8")),
    packageCacheDir: job.folder,
    packageBaseUrl: job.folder,
    packages: job.packages,
  });
}
const python = await loadPyodide(options);
const missing = (job.packages ?? []).filter(
  (/** @type {string} */ name) => !(name in python.loadedPackages),
);
if (missing.length) throw new Error(`could not be installed: ${missing.join(", ")}`);
python.FS.mkdir("/host");
python.FS.mount(python.FS.filesystems.NODEFS, { root: parse(resolve(".")).root }, "/host");
python.globals.set("given", python.toPy([job.script, ...job.args]));
const code = await readFile(job.script, "utf8");
try {
  python.runPython(`import sys; sys.argv[:] = given; del given`);
  python.runPython(code, { filename: job.script });
} catch (error) {
  console.error(String(/** @type {any} */ (error).message ?? error));
  process.exitCode = 1;
}
