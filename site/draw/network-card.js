/** The card beside a link, bias or unit: its name and value, and a field in which the value is edited. */
import { said } from "./words.js";

/**
 * @typedef {object} Edit
 * @property {number|null} value the new one, or null if it stays
 * @property {boolean} left whether the visitor has gone elsewhere
 */

/**
 * @param {HTMLElement} host what the card is placed in
 */
export function card(host) {
  const el = document.createElement("div");
  el.className = "card";
  el.hidden = true;
  const text = document.createElement("span");
  const form = document.createElement("form");
  const label = document.createElement("label");
  const name = document.createElement("span");
  const input = document.createElement("input");
  input.type = "number";
  input.step = "any";
  label.append(name, input);
  form.append(label);
  form.noValidate = true;
  el.append(text, form);
  host.append(el);

  /** What is done with the number, while one is edited. @type {((edit: Edit) => void)|null} */
  let done = null;

  /** @param {number|null} value null: as it was @param {boolean} [left] */
  const finish = (value, left = false) => {
    const tell = done;
    done = null;
    form.hidden = true;
    el.hidden = true;
    tell?.({ value, left });
  };
  form.hidden = true;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    finish(read(input));
  });
  // Fingers have no Enter: leaving the field is enough.
  input.addEventListener("blur", () => done && finish(read(input), true));
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") finish(null);
  });

  /** @param {number} x @param {number} y the place that it belongs to */
  const place = (x, y) => {
    el.hidden = false;
    const { clientWidth: width, clientHeight: height } = host;
    const left = Math.max(0, Math.min(x + 10, width - el.offsetWidth));
    const above = y + 14 + el.offsetHeight > height;
    el.style.left = `${left}px`;
    el.style.top = `${Math.max(0, above ? y - 14 - el.offsetHeight : y + 14)}px`;
  };

  return {
    /** @returns {boolean} whether a number is being edited */
    editing: () => done !== null,

    /** @param {string} words @param {number} x @param {number} y */
    show(words, x, y) {
      if (done) return;
      if (text.textContent !== words) text.textContent = words;
      text.hidden = false;
      form.hidden = true;
      place(x, y);
    },

    hide() {
      if (!done) el.hidden = true;
    },

    /**
     * @param {string} what the name of the number
     * @param {number} value
     * @param {number} x
     * @param {number} y
     * @returns {Promise<Edit>}
     */
    edit(what, value, x, y) {
      finish(null);
      name.textContent = what;
      input.value = Number.isFinite(value) ? String(Number(value.toPrecision(6))) : "";
      text.hidden = true;
      form.hidden = false;
      place(x, y);
      return new Promise((resolve) => {
        done = resolve;
        input.focus();
        input.select();
      });
    },
  };
}

/** @param {HTMLInputElement} input @returns {number|null} */
function read(input) {
  return Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : null;
}

/**
 * @param {string} name
 * @param {number|undefined} value
 */
export function told(name, value) {
  return value === undefined ? name : `${name}: ${said(value)}`;
}
