/** The one Python of this page: every demo opens its session here. */
import { startWorker } from "./start-worker.js";
import { recall, remember } from "./storage.js";
import { Wire } from "./wire.js";

const KEY = "pyml-loaded";

/** Bundles live in `app/`, one below the site's root. */
export const base = new URL("../", import.meta.url).href;

export const python = new Wire(() => startWorker(new URL(__WORKER__, base).href), {
  type: "boot",
  base,
  // Whether this browser has loaded this very build before: then nothing has to be downloaded.
  seen: recall(KEY) === __WORKER__,
  doubt: false,
  backend: new URLSearchParams(location.search).get("backend"),
});

python.subscribe(({ phase }) => {
  if (phase === "up") remember(KEY, __WORKER__);
});
