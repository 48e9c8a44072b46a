/**
 * CodeMirror with Python, as the editor uses it. A bundle of its own, fetched on demand.
 *
 * In a shadow root CodeMirror puts its styles into `adoptedStyleSheets`, which a policy without
 * 'unsafe-inline' allows; colours of the code are classes, styled in editor.css.
 */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import {
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  WidgetType,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

/** @typedef {import("../status.js").Problem} Problem */

/** What is wrong, below the line in which it is. */
class Words extends WidgetType {
  /** @param {string} text */
  constructor(text) {
    super();
    this.text = text;
  }

  toDOM() {
    const box = document.createElement("div");
    box.className = "words";
    box.textContent = this.text;
    return box;
  }
}

/** @type {import("@codemirror/state").StateEffectType<Problem|null>} */
const setMistake = StateEffect.define();

const mistakes = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setMistake)) next = marked(transaction.state.doc, effect.value);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** @param {import("@codemirror/state").Text} doc @param {Problem|null} problem */
function marked(doc, problem) {
  if (!problem?.line) return Decoration.none;
  const line = doc.line(Math.min(Math.max(problem.line, 1), doc.lines));
  return Decoration.set([
    Decoration.line({ class: "mistake" }).range(line.from),
    Decoration.widget({ widget: new Words(problem.message), block: true, side: 1 }).range(line.to),
  ]);
}

/**
 * Text in the place of a selection, put there by CodeMirror: by itself Chromium gives the new text the looks
 * of the old as an inline style, which the page's policy forbids.
 * @param {InputEvent} event
 * @param {EditorView} view
 */
function replaced(event, view) {
  const { selection } = view.state;
  if (event.inputType !== "insertText" || !event.data || event.isComposing) return false;
  if (selection.ranges.length > 1 || selection.main.empty) return false;
  view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type" });
  event.preventDefault();
  return true;
}

/**
 * @param {object} place
 * @param {HTMLElement} place.parent
 * @param {ShadowRoot} place.root
 * @param {string} place.text
 * @param {string} place.label
 * @param {(text: string) => void} place.edit hears of every change by the visitor
 * @param {(text: string) => void} place.run
 */
export function codemirror({ parent, root, text, label, edit, run }) {
  let quiet = false;
  const runs = (/** @type {EditorView} */ { state }) => {
    run(state.doc.toString());
    return true;
  };
  const view = new EditorView({
    parent,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        pythonLanguage,
        indentUnit.of("    "),
        indentOnInput(),
        bracketMatching(),
        syntaxHighlighting(classHighlighter),
        mistakes,
        keymap.of([
          { key: "Mod-Enter", run: runs },
          { key: "Ctrl-Enter", run: runs },
          ...defaultKeymap,
          ...historyKeymap,
          indentWithTab,
        ]),
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.domEventHandlers({ beforeinput: replaced }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) edit(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    /** Puts another text in the place of this one. @param {string} next */
    write(next) {
      if (next === view.state.doc.toString()) return;
      const at = Math.min(view.state.selection.main.head, next.length);
      quiet = true;
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: next },
        selection: { anchor: at },
      });
      quiet = false;
    },
    /** Marks the line of a mistake, or no line. @param {Problem|null} problem */
    mark(problem) {
      const effects = [setMistake.of(problem)];
      if (problem?.line) {
        const line = view.state.doc.line(Math.min(Math.max(problem.line, 1), view.state.doc.lines));
        effects.push(/** @type {any} */ (EditorView.scrollIntoView(line.from)));
      }
      view.dispatch({ effects });
    },
    /** @param {number} at the position of the cursor */
    focus(at) {
      view.dispatch({ selection: { anchor: Math.min(at, view.state.doc.length) } });
      view.focus();
    },
  };
}
