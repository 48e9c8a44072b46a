/** What the build puts into the bundles. */
declare const __RUNTIME__: {
  wasm: string;
  stdlib: string;
  rest: string;
  sizes: Record<string, number>;
  packages: string[];
  lock: {
    info: object;
    packages: Record<string, { name: string; file_name: string; sha256: string }>;
  };
};
declare const __WORKER__: string;
declare const __VERSION__: string;

declare module "*.css" {
  const text: string;
  export default text;
}
declare module "pyodide/pyodide.asm.mjs" {
  const create: (settings: object) => Promise<any>;
  export default create;
}
