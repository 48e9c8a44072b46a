/** What the build puts into the bundles. */
declare const __RUNTIME__: {
  wasm: string;
  stdlib: string;
  rest: string;
  sizes: Record<string, number>;
  packages: string[];
  lock: import("pyodide").Lockfile;
};
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
