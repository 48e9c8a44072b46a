/** What this browser keeps of a demo: the switch in the Save panel, and the word that it is back. */
import { html, nothing } from "lit";
import { day } from "../keep.js";

/** @param {import("../element.js").PymlDemo} demo */
export function keepBox({ keep, keeper }) {
  const { on, entry, told } = keep;
  return html`<div class="keep">
    <label class="file"><input type="checkbox" role="switch" .checked=${on}
      @change=${(/** @type {any} */ e) => keeper.turn(e.target.checked)} /> Keep this network in the browser</label>
    <p class="hint">Then it is here when you open this page again on this machine, with all that it has learnt and your own
      classes. Pictures to learn from that you opened are not kept; open them again.</p>
    ${
      entry
        ? html`<div class="row"><span role="status">Kept: ${about(entry)}, ${size(entry.bytes)}.</span>
            ${on ? nothing : html`<button @click=${keeper.bringBack}>Bring it back</button>`}
            <button @click=${keeper.remove}>Delete it from this browser</button></div>`
        : html`<p role="status" class="hint">${on ? "It will be kept as soon as it has learnt something." : "Nothing is kept now."}</p>`
    }
    ${on || !entry ? nothing : html`<p class="hint">Switched on, the network of now takes its place.</p>`}
    ${told ? html`<p role="alert" class="wrong">${told}</p>` : nothing}
  </div>`;
}

/** A line among the notes, if there is something to say. @param {import("../element.js").PymlDemo} demo */
export function keepNote({ keep, keeper }) {
  const { offer, entry } = keep;
  if (!offer || !entry) return null;
  return offer === "back"
    ? html`<p>Your network from ${about(entry)}, is back.
        <button @click=${keeper.anew}>Begin anew</button></p>`
    : html`<p>A network of yours from ${about(entry)}, is kept in this browser, but the link says something else.
        <button @click=${keeper.bringBack}>Bring it back</button></p>`;
}

/** @param {{at: number, steps: number}} entry */
function about({ at, steps }) {
  return `${day(at)}, ${steps.toLocaleString("en")} ${steps === 1 ? "step" : "steps"}`;
}

/** @param {number} bytes */
function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
