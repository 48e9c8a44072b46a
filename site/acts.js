/** What the widgets around the pictures do: the visitor's half of a demo. */
import { download } from "./download.js";
import { asked } from "./draw/asked.js";
import { dropped } from "./opened.js";
import { toggleProjector } from "./projector.js";
import { python } from "./python.js";

/** A table is text that somebody typed or exported; what is larger is something else. */
export const MOST_TABLE = 1_000_000;

/** @param {import("./element.js").PymlDemo} demo */
export function acts(demo) {
  /** @param {import("./wire.js").Message} message */
  const send = (message) => {
    demo.problem = null;
    demo.session?.send(message);
  };
  /** @type {ReturnType<typeof asked<boolean>>} */
  const playing = asked(300);
  /** @type {ReturnType<typeof asked<number|string>>} */
  const seed = asked();
  const act = {
    play: () => demo.run(playing.ask(!playing.now(demo.on()))),
    step: () => {
      demo.run(false);
      send({ type: "step", n: 1 });
    },
    reset: () => {
      demo.run(false);
      send({ type: "event", name: "reset" });
    },
    reseed: () => {
      const last = seed.now(demo.seed);
      const value = seed.ask(typeof last === "number" ? last + 1 : 0);
      send({ type: "set", name: "seed", value });
      demo.goOn();
    },
    /** @param {string} name @param {any} value */
    set: (name, value) => {
      send({ type: "set", name, value });
      demo.goOn();
    },
    /** @param {string} name */
    choosePreset: (name) => {
      send({ type: "preset", name });
      demo.goOn();
    },

    /** Opens a panel, or closes it when it is open. @param {string} name */
    toggle: (name) => {
      if (demo.panel === "numbers") demo.watch(false);
      demo.panel = demo.panel === name ? "" : name;
      demo.done = "";
      if (demo.panel === "share")
        demo.share = { ...demo.share, told: "", height: demo.offsetHeight };
      if (demo.panel === "numbers") demo.watch(true);
      if (demo.panel) demo.showPanel();
    },
    /** @param {string} text */
    edit: (text) => {
      demo.draft = text;
    },
    /** Runs the visitor's code; "" runs the demo's own again. @param {string} text */
    runCode: (text) => {
      demo.printed = "";
      demo.offered = null;
      demo.asked = "code";
      demo.done = "";
      demo.draft = text === "" ? null : text;
      send({ type: "code", text: text === demo.program ? "" : text });
      demo.goOn();
    },
    /** Which example the Numbers panel shows. @param {number} index -1: the one last learnt from */
    choose: (index) => {
      demo.chosen = index;
      send({ type: "event", name: "choose", index });
    },

    /** Unfolds one part of the numbers, or folds it. @param {number} part */
    unfold: (part) => {
      demo.layer = demo.layer === part ? -1 : part;
    },

    /** @param {string} text a table that was pasted */
    table: (text) => {
      demo.asked = "data";
      demo.done = "";
      if (text.length > MOST_TABLE)
        refuse(demo, "The table is larger than 1 MB; use a part of it.");
      else if (!text.trim())
        refuse(demo, "There is nothing to use yet: paste a table, or drop a file.");
      else {
        send({ type: "event", name: "table", text });
        demo.goOn();
      }
    },
    /** @param {File|undefined} file a table that was dropped or chosen */
    file: async (file) => {
      if (!file) return;
      demo.asked = "data";
      demo.done = "";
      if (file.size > MOST_TABLE) {
        refuse(demo, `“${file.name}” is larger than 1 MB; use a part of it.`);
        return;
      }
      try {
        const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
        if (text.includes("\0")) throw new TypeError("binary");
        demo.table = text;
        act.table(text);
      } catch {
        refuse(
          demo,
          `“${file.name}” is not a text file. Save the table as CSV (UTF-8) and try again.`,
        );
      }
    },
    /** @param {Iterable<File>|null} given files or a folder that were chosen */
    open: (given) => {
      const files = [...(given ?? [])];
      demo.asked = "data";
      demo.done = "";
      demo.take?.({ files, names: files.map((file) => file.webkitRelativePath || file.name) });
    },
    /** @param {string} text */
    typeTable: (text) => {
      demo.table = text;
    },

    /** @param {DragEvent} event */
    dragOver: (event) => {
      if (!carries(demo, event)) return;
      event.preventDefault();
      demo.dropping = true;
    },
    /** @param {DragEvent} event */
    dragLeave: (event) => {
      const to = /** @type {Node|null} */ (event.relatedTarget);
      if (!demo.renderRoot.contains(to)) demo.dropping = false;
    },
    /** @param {DragEvent} event */
    drop: (event) => {
      demo.dropping = false;
      if (!carries(demo, event)) return;
      event.preventDefault();
      const { dataTransfer: transfer } = event;
      if (!demo.take || !transfer) act.file(transfer?.files[0]);
      else {
        const path = event.composedPath();
        dropped(transfer).then((given) => demo.take?.(given, path));
      }
    },

    /** @param {string} kind one of `ready.exports` */
    exportAs: (kind) => {
      demo.asked = "save";
      send({ type: "export", kind });
    },
    /** The picture as a file: the page has it, Python does not. @param {"svg"|"png"} kind */
    picture: async (kind) => {
      try {
        const { drawing, raster } = await import("./picture.js");
        const svg = drawing(demo);
        if (kind === "svg") download(`${demo.name}.svg`, "image/svg+xml", [svg]);
        else download(`${demo.name}.png`, "image/png", [await raster(svg)]);
      } catch (error) {
        demo.asked = "save";
        refuse(demo, `The picture could not be made. ${error}`);
      }
    },
    fullscreen: () => toggleProjector(demo),
    dismiss: () => {
      demo.notes = [];
      demo.keeper.dismiss();
    },
    restart: () => python.restart(),
  };
  return act;
}

/** @typedef {ReturnType<typeof acts>} Acts */

/** @param {import("./element.js").PymlDemo} demo @param {DragEvent} event */
function carries({ ready, take }, event) {
  return Boolean((ready?.table || take) && event.dataTransfer?.types.includes("Files"));
}

/**
 * Says that something was not even tried.
 * @param {import("./element.js").PymlDemo} demo
 * @param {string} message
 */
function refuse(demo, message) {
  demo.problem = { message, traceback: "", line: null, about: demo.asked };
  demo.asked = null;
}
