/** Classes that the visitor makes: pictures of each, and the network's last layer learns to tell them apart. */
import { html, nothing, render } from "lit";
import { bars, percent } from "./bars.js";
import { decode } from "./decode.js";
import { rgba } from "./picture.js";

/** How many classes there are to begin with; Python has room for more. */
const FEW = 2;
/** As many of a class's pictures are shown, the newest. */
const SHOWN = 8;
/** From each class one in so many pictures is left out to test with. */
const EVERY = 5;

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send hears of example {index, pixels, width, height},
 *   name {index, text}, teach {on: true} and forget {index}
 * @param {object} from where pictures come from
 * @param {() => import("./decode.js").Size|null} from.size
 * @param {(each: (pixels: Uint8Array) => void) => Promise<void>} from.burst several from the camera
 * @returns {(frame: any) => void}
 */
export function teach(el, send, from) {
  let shown = FEW;
  /** The class that the camera is taking pictures of. */
  let filming = -1;
  /** @type {Record<number, string>} what was wrong with pictures for a class */
  const told = {};
  /** The pictures of each class, as far as this page has seen them. @type {Uint8Array[][]} */
  const seen = [];
  /** What the strips show, so that they are painted only when it changes. @type {string[]} */
  const painted = [];
  /** @type {any} */
  let frame = null;

  /** @param {number} index @param {Uint8Array} pixels */
  const add = (index, pixels) => {
    const size = from.size();
    if (!size) return;
    seen[index] = [...(seen[index] ?? []), pixels].slice(-SHOWN);
    painted[index] = "";
    send("example", { index, pixels, width: size.width, height: size.height });
  };
  /** @param {number} index @param {File[]} files */
  const takes = async (index, files) => {
    told[index] = "";
    const size = from.size();
    const wrong = [];
    for (const file of size ? files : []) {
      try {
        add(index, (await decode(file, /** @type {any} */ (size))).pixels);
      } catch (/** @type {any} */ error) {
        wrong.push(error.message);
      }
    }
    told[index] = wrong.slice(0, 3).join(" ");
    draw();
  };
  /** @param {number} index */
  const film = async (index) => {
    filming = index;
    draw();
    await from.burst((pixels) => add(index, pixels));
    filming = -1;
    draw();
  };
  /** @param {number} index */
  const forget = (index) => {
    seen[index] = [];
    painted[index] = "";
    told[index] = "";
    send("forget", { index });
  };

  /** @param {number} index @param {string} name @param {number} count */
  const card = (index, name, count) => html`
    <li class="card-of-class" aria-label=${name} tabindex="-1"
      .takes=${(/** @type {File[]} */ files) => takes(index, files)}>
      <label>Class ${index + 1} <input type="text" maxlength="40" .value=${name}
        @change=${(/** @type {any} */ e) => send("name", { index, text: e.target.value })} /></label>
      <canvas class="strip" role="img" aria-label=${`The last pictures of ${name}`} ?hidden=${!count}></canvas>
      <p class="hint">${count ? `${count} ${count === 1 ? "picture" : "pictures"}` : "No pictures yet: drop or paste some here."}</p>
      <div class="row">
        <label class="button">Add pictures<input class="visually-hidden" type="file" accept="image/*" multiple
          @change=${(/** @type {any} */ e) => {
            takes(index, [...e.target.files]);
            e.target.value = "";
          }} /></label>
        <button ?disabled=${!frame.image?.length} title="The picture, photograph or drawing that the network sees just now"
          @click=${() => add(index, new Uint8Array(frame.image))}>Add what is shown</button>
        <button ?disabled=${filming >= 0} @click=${() => film(index)}>${filming === index ? "Taking them …" : "Add 10 from the camera"}</button>
        <button class="quiet" ?disabled=${!count} @click=${() => forget(index)}>Forget all</button>
      </div>
      <p class="wrong" role="alert">${told[index] ?? ""}</p>
    </li>`;

  const draw = () => {
    if (!frame) return;
    const counts = Array.from(frame.teach_counts ?? [], Number);
    const names = String(frame.teach_names ?? "").split("|");
    const used = counts.filter((count) => count > 0).length;
    // Classes that have pictures are shown, also those of before the page was loaded.
    shown = Math.max(shown, counts.findLastIndex((count) => count > 0) + 1);
    const learning = String(frame.chore ?? "").startsWith("learning");
    render(
      html`<h2>Classes of your own</h2>
        <p class="hint">Give a few pictures of each of two to five kinds of things, ten or more if you can. All layers but the
          last stay as they are: what they have learnt to see is enough for the last one to learn your classes in seconds.</p>
        <ol class="classes">${counts.slice(0, shown).map((count, i) => card(i, names[i], count))}</ol>
        <div class="row">
          <button class="main" ?disabled=${used < 2 || learning} @click=${() => send("teach", { on: true })}>Train</button>
          <button ?disabled=${shown >= counts.length} @click=${() => {
            shown += 1;
            draw();
          }}>One more class</button>
          ${
            learning
              ? html`<progress max="1" .value=${Number(frame.chore_done) || 0} aria-label="Learning your classes"></progress>`
              : nothing
          }
          <span role="status">${status(frame, used, learning)}</span>
        </div>
        ${frame.teach_ready && frame.teach_probs ? answer(frame, names, counts) : nothing}`,
      el,
    );
    paint(counts);
  };

  /** @param {number[]} counts */
  const paint = (counts) => {
    const size = from.size();
    el.querySelectorAll("canvas").forEach((canvas, index) => {
      // Forgotten, or begun anew: then the page forgets as well.
      if (!counts[index] && painted[index]) seen[index] = [];
      const pictures = (seen[index] ?? []).slice(-counts[index] || SHOWN);
      const now = `${counts[index]} ${pictures.length}`;
      if (!size || !counts[index] || painted[index] === now) return;
      painted[index] = now;
      strip(canvas, pictures, size);
    });
  };

  return (next) => {
    frame = next;
    draw();
  };
}

/**
 * Pictures side by side.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array[]} pictures
 * @param {import("./decode.js").Size} size
 */
function strip(canvas, pictures, { width, height, channels }) {
  canvas.width = SHOWN * (width + 1);
  canvas.height = height;
  const context = canvas.getContext("2d");
  pictures.forEach((pixels, i) => {
    const image = new ImageData(width, height);
    rgba(image.data, pixels, channels);
    context?.putImageData(image, i * (width + 1), 0);
  });
}

/** @param {any} frame @param {number} used @param {boolean} learning */
function status(frame, used, learning) {
  if (learning) return "Learning your classes …";
  if (used < 2)
    return `It takes pictures of at least two classes; ${used === 1 ? "one has some" : "none has any"}.`;
  if (!frame.teach_ready) return "Ready to train.";
  const accuracy = Number(frame.teach_accuracy);
  return accuracy >= 0
    ? `Trained. Of the pictures that were left out, ${percent(accuracy)} are told right.`
    : `Trained. With ${EVERY} pictures or more of each class, some are left out to test it with.`;
}

/** @param {any} frame @param {string[]} names @param {number[]} counts */
function answer(frame, names, counts) {
  const used = counts.flatMap((count, i) => (count ? [i] : []));
  return html`<div class="prediction"><h2>What is shown is, of your classes:</h2>
    ${bars({ names: used.map((i) => names[i]), probs: used.map((i) => frame.teach_probs[i]), label: "Of your classes" })}
    <p class="hint">Give another picture above, draw one, or let the camera follow live.</p></div>`;
}
