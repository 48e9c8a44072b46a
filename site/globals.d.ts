/** What the build puts into the bundles. */
declare const __RUNTIME__: {
  wasm: string;
  stdlib: string;
  rest: string;
  /** The compiled kernels, if the site was built with them. */
  kernels: string | null;
  /** Bytes of each file as it is shipped. */
  sizes: Record<string, number>;
  /** SHA-256 of each packed file, in hexadecimal; those of the wheels stand in the lock file too. */
  hashes: Record<string, string>;
  packages: string[];
  lock: import("pyodide").Lockfile;
};
/** The data and models of the site: plain name -> path, and the SHA-256 of what lies there. */
declare const __FILES__: Record<string, [path: string, sha256: string]>;
declare const __WORKER__: string;
declare const __VERSION__: string;

declare module "*.css" {
  const text: string;
  export default text;
}
declare module "pyodide/pyodide.asm.mjs" {
  const create: import("pyodide").PyodideConfig["createPyodideModule"];
  export default create;
}
