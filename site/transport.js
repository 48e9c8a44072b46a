/** The row of buttons that every demo has. */
import { html, nothing } from "lit";

/**
 * @param {object} now
 * @param {boolean} now.idle Python is not there (yet): nothing can be pressed
 * @param {boolean} now.on
 * @param {number} now.steps
 * @param {number|string} now.seed
 * @param {string} now.speed
 * @param {[string, string][]|null} now.speeds null: no speed to choose
 * @param {boolean} now.seeds whether other weights can be asked for
 * @param {{play: () => void, step: () => void, reset: () => void, reseed: () => void, speed: (value: string) => void}} act
 */
export function transport({ idle, on, steps, seed, speed, speeds, seeds }, act) {
  return html`
    <div class="transport" role="toolbar" aria-label="Training">
      <button class="play" ?disabled=${idle} @click=${act.play}>
        <i class=${on ? "pause" : "play"}></i>${on ? "Pause" : "Play"}</button>
      <button ?disabled=${idle} @click=${act.step}>Step</button>
      <button ?disabled=${idle} @click=${act.reset} title="Back to the very same start weights">Reset</button>
      ${
        seeds
          ? html`<button ?disabled=${idle} @click=${act.reseed} title="Start from other random weights (the next seed)">
              New weights</button>`
          : nothing
      }
      ${
        speeds
          ? html`<label class="speed">Speed
              <select @change=${(/** @type {any} */ e) => act.speed(e.target.value)}>
                ${speeds.map(([key, text]) => html`<option value=${key} .selected=${key === speed}>${text}</option>`)}
              </select></label>`
          : nothing
      }
      <span class="count">step <b>${steps.toLocaleString("en")}</b> · seed ${seed}</span>
    </div>`;
}
