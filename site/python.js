/** The one Python of this page: every demo opens its session here. */
import { startWorker } from "./start-worker.js";
import { Wire } from "./wire.js";

/** Bundles live in `app/`, one below the site's root. */
const base = new URL("../", import.meta.url).href;

export const python = new Wire(() => startWorker(new URL(__WORKER__, base).href), {
  type: "boot",
  base,
});
