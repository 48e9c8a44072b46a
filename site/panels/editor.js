/**
 * `<pyml-editor>`: a text area for Python, and CodeMirror in its place as soon as that has come.
 *
 * CodeMirror is fetched when the first editor is shown. Where it fails, everything works in the text area.
 * Events: `edit` and `run` (Ctrl or Cmd with Enter), both with the text as their detail.
 */
import { html, LitElement, nothing, unsafeCSS } from "lit";
import css from "./editor.css" with { type: "text" };

/** @typedef {import("../status.js").Problem} Problem */

export class PymlEditor extends LitElement {
  static properties = {
    label: {},
    value: {},
    mistake: { attribute: false },
    rich: { state: true },
  };

  static styles = unsafeCSS(css);

  constructor() {
    super();
    this.label = "";
    this.value = "";
    /** @type {Problem|null} */
    this.mistake = null;
    /** @type {ReturnType<typeof import("./codemirror.js").codemirror>|null} */
    this.rich = null;
  }

  async firstUpdated() {
    try {
      const { codemirror } = await import("./codemirror.js");
      const plain = this.#plain();
      const focused = this.shadowRoot?.activeElement === plain;
      const at = plain?.selectionStart ?? 0;
      this.rich = codemirror({
        parent: /** @type {HTMLElement} */ (this.renderRoot.querySelector(".rich")),
        root: /** @type {ShadowRoot} */ (this.renderRoot),
        text: plain?.value ?? this.value,
        label: this.label,
        edit: (text) => this.#tell("edit", text),
        run: (text) => this.#tell("run", text),
      });
      this.rich.mark(this.mistake);
      await this.updateComplete;
      if (focused) this.rich.focus(at);
    } catch {
      // The text area stays.
    }
  }

  /** @param {Map<string, any>} changed */
  updated(changed) {
    if (changed.has("value")) this.rich?.write(this.value);
    if (changed.has("mistake")) this.rich?.mark(this.mistake);
  }

  #plain() {
    return /** @type {HTMLTextAreaElement|null} */ (this.renderRoot.querySelector("textarea"));
  }

  /** @param {string} type @param {string} text */
  #tell(type, text) {
    this.dispatchEvent(new CustomEvent(type, { detail: text }));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.#tell("run", this.#plain()?.value ?? this.value);
  }

  render() {
    return html`
      ${
        this.rich
          ? nothing
          : html`<textarea spellcheck="false" autocapitalize="off" rows="16" aria-label=${this.label}
              .value=${this.value} @keydown=${this.#key}
              @input=${(/** @type {any} */ e) => this.#tell("edit", e.target.value)}></textarea>`
      }
      <div class="rich"></div>
      <p>Ctrl+Enter (⌘ Enter) runs the code.${this.rich ? " Tab indents; to leave with Tab, press Esc first." : ""}</p>`;
  }
}

customElements.define("pyml-editor", PymlEditor);
