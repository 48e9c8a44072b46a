/** All that the page has to know of a demo, in one place; what changes it is in element.js and messages.js. */
import { LitElement } from "lit";
import { NOTHING } from "./keep.js";

/** What is drawn again when it changes. */
const STATE = [
  ...["health", "ready", "values", "seed", "program", "coded", "preset", "notes", "problem"],
  ...["printed", "running", "finished", "wanted", "steps", "verdict", "spoken", "hidden_"],
  ...["panel", "draft", "offered", "trace", "chosen", "layer", "table", "done", "share"],
  ...["dropping", "keep"],
];

/** An element with the state of a demo and no life of its own. */
export class DemoState extends LitElement {
  static properties = {
    name: {},
    linked: { type: Boolean },
    status: { reflect: true },
    drawn: { type: Boolean, reflect: true },
    projector: { reflect: true },
    backend: { reflect: true, attribute: "data-backend" },
    ...Object.fromEntries(STATE.map((name) => [name, { state: true }])),
  };

  constructor() {
    super();
    this.name = "";
    this.linked = false;
    this.status = "loading";
    /** @type {import("./wire.js").Health} */
    this.health = { phase: "idle" };
    /** @type {import("./wire.js").Health["backend"]} */
    this.backend = undefined;

    /**
     * What Python offers; null until it does.
     * @type {{controls: import("./controls.js").Control[], events: Record<string, any>, table: string,
     *   presets: [string, string][], exports: [string, string][]}|null}
     */
    this.ready = null;
    /** @type {Record<string, any>} */
    this.values = {};
    /** @type {number|string} */
    this.seed = 0;
    /** The Python that the settings give, if the demo has code to change. */
    this.program = "";
    /** @type {string[]} the settings that the visitor's own code decides */
    this.coded = [];
    this.preset = "";
    /** @type {string[]} */
    this.notes = [];
    /** @type {import("./status.js").Problem|null} */
    this.problem = null;
    /** @type {import("./status.js").Problem["about"]} the panel that waits for an answer */
    this.asked = null;
    /** The panel whose last wish was fulfilled. */
    this.done = "";
    this.printed = "";

    this.running = false;
    this.finished = false;
    this.steps = 0;
    /** Examples a second, and pictures drawn so far: for `?stats=1`. */
    this.rate = 0;
    this.pictures = 0;
    /** @type {boolean} whether the first frame is on the screen; until then there is a picture */
    this.drawn = false;
    /** What the demo says about where learning stands. */
    this.verdict = "";
    /** The same for those who hear it: not sixty times a second. */
    this.spoken = "";
    /** @type {number} */
    this.spokenAt = 0;
    /** Whether the visitor wants it to run; it rests while nobody can see it. */
    this.wanted = false;

    /** The open panel, or "". */
    this.panel = "";
    /** @type {string|null} code that was typed, or came by a link, and was not run yet */
    this.draft = null;
    /** @type {string|null} code that came by a link and waits for the visitor's word */
    this.offered = null;
    /** @type {{layers: any[], about: any}|null} */
    this.trace = null;
    /** @type {number} */
    this.tracedAt = 0;
    /** The example whose numbers are shown; -1: the one last learnt from. */
    this.chosen = -1;
    /** Which part of the numbers is unfolded: at first the first layer that computes. */
    this.layer = 1;
    /** The table that was typed or dropped. */
    this.table = "";
    /** @type {import("./panels/share.js").Share} */
    this.share = { hide: null, play: "", told: "", height: 0 };
    this.dropping = false;
    /**
     * What the view does with files of the visitor's, if it takes any; on their way they came by `path`.
     * @type {((given: {files: File[], names: string[]}, path?: EventTarget[]) => Promise<void>)|null}
     */
    this.take = null;
    this.keep = NOTHING;
    /** @type {""|"screen"|"page"} */
    this.projector = "";

    /** @type {ReturnType<import("./wire.js").Wire["open"]>|undefined} */
    this.session = undefined;
    /** @type {string[]} what the link held that could not be read */
    this.linkNotes = [];
    /** @type {string[]} */
    this.hidden_ = [];
    /** @type {boolean|null} */
    this.autoplay = null;
    /** @type {ReturnType<typeof import("./visibility.js").visibility>|undefined} */
    this.sight = undefined;
    /** @type {ReturnType<typeof import("./address.js").address>|null} */
    this.address = null;
    /** @type {((frame: any) => void)|null} */
    this.draw = null;
    /** @type {any} the newest frame that is not drawn yet */
    this.frame = null;
    /** @type {Promise<{default: Function}>} the module that draws this demo */
    this.view = Promise.reject(new Error("not connected"));
    this.view.catch(() => {});
    /** @type {(() => void)[]} undone when the element leaves the page */
    this.cleanup = [];
  }
}
