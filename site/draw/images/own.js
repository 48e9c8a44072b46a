/** “Your own”: a picture, a photograph or a drawing of the visitor's, and classes that they teach. */
import { html, nothing, render } from "lit";
import css from "../../images-own.css" with { type: "text" };
import { parts } from "../parts.js";
import { sheet } from "../sheet.js";
import { bars, likeliest, percent } from "./bars.js";
import { camera } from "./camera.js";
import { centred, channelsOf, decode, sizeOf, squared } from "./decode.js";
import { drawpad } from "./drawpad.js";
import { picture } from "./picture.js";
import { teach } from "./teach.js";

const wear = sheet(css);
/** Of a burst for a class: so many pictures, so far apart. */
const BURST = 10;
const BURST_MS = 150;

/**
 * @param {HTMLElement} el
 * @param {(name: string, args?: object) => void} send hears of image {pixels, width, height, title},
 *   choose {index: -1} and of what teach.js sends
 * @returns {(frame: any) => void} called with every frame while the tab is open
 */
export function own(el, send) {
  wear(el);
  const [mineEl, teachEl] = parts(el, "mine", "teach");
  const [intakeEl, padEl, seesEl] = parts(mineEl, "intake", "pad", "seen-so");
  const [chooseEl, cameraEl, toldEl] = parts(intakeEl, "choose", "camera", "told-wrong");
  toldEl.setAttribute("role", "alert");
  const [padTitle, padAt] = parts(padEl, "title", "drawing");
  const [seesTitle, imageEl, answerEl] = parts(seesEl, "title", "image", "takes-it-for");
  const drawImage = picture(imageEl);
  /** @type {import("./decode.js").Size|null} */
  let size = null;

  /** @param {() => Promise<void>} take */
  const trying = async (take) => {
    toldEl.textContent = "";
    try {
      await take();
    } catch (/** @type {any} */ error) {
      toldEl.textContent = error.message;
    }
  };
  /** @param {Uint8Array} pixels @param {string} title */
  const show = (pixels, title) => {
    if (size) send("image", { pixels, width: size.width, height: size.height, title });
  };
  /** @param {File[]} files */
  const takes = (files) =>
    trying(async () => {
      if (files.length > 1)
        throw new Error(
          "Give one picture at a time here; several are for your own classes, below.",
        );
      if (!size) return;
      const { pixels, title } = await decode(files[0], size);
      show(pixels, title);
    });
  // What is dropped or pasted here is meant for here; see receive.js.
  Object.assign(mineEl, { takes });

  const eye = camera(cameraEl, async (video, width, height) => {
    if (size) show(await squared(video, width, height, size), "your photograph");
  });
  const pad = drawpad(padAt, (canvas) => drawn(canvas));
  /** @param {HTMLCanvasElement} canvas */
  const drawn = async (canvas) => {
    if (!size) return;
    const { width, height } = canvas;
    if (size.channels === 3) {
      show(await squared(canvas, width, height, size), "your drawing");
      return;
    }
    const data = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(
      0,
      0,
      width,
      height,
    ).data;
    show(centred(channelsOf(data, 1), width, height, size), "your drawing");
  };
  const drawTeach = teach(teachEl, send, {
    size: () => size,
    burst: (each) =>
      eye.burst(BURST, BURST_MS, async (video, width, height) => {
        if (size) each(await squared(video, width, height, size));
      }),
  });

  render(
    html`<h2>A picture of yours</h2>
      <div class="row"><label class="button">Choose a picture<input class="visually-hidden" type="file" accept="image/*" @change=${(
        /** @type {any} */ e,
      ) => {
        takes([...e.target.files]);
        e.target.value = "";
      }} /></label></div>
      <p class="hint">Or drop one anywhere onto the demo, or paste it (Ctrl+V). Its middle is cut out, a square, and made
        as small as the network takes it. It stays on this machine.</p>`,
    chooseEl,
  );

  return (frame) => {
    size = sizeOf(frame);
    mineEl.hidden = !size;
    if (!size) {
      render(html`<p class="hint">This network takes no images.</p>`, teachEl);
      return;
    }
    const grey = size.channels === 1;
    pad(grey);
    render(html`<h2>${grey ? "Draw one" : "Or draw it"}</h2>`, padTitle);
    render(html`<h2>What the network sees</h2>`, seesTitle);
    imageEl.hidden = !frame.image?.length;
    if (!imageEl.hidden) {
      const { width, height, channels } = size;
      const title = String(frame.image_title ?? "");
      drawImage({
        pixels: frame.image,
        width,
        height,
        channels,
        label: `${title}, ${width} × ${height} pixels`,
      });
    }
    render(answer(frame, send), answerEl);
    drawTeach(frame);
  };
}

/** @param {any} frame @param {(name: string, args?: object) => void} send */
function answer(frame, send) {
  if (!frame.image?.length) return html`<p class="hint">No image is here yet.</p>`;
  const names = String(frame.class_names).split("|");
  const mine = Number(frame.image_index) === -1;
  const [first] = likeliest(frame.probs ?? [], 1);
  return html`<p class="hint">${String(frame.image_title ?? "")}</p>
    ${bars({ names, probs: frame.probs ?? [], truth: Number(frame.label ?? -1), top: 3, label: "The three likeliest classes" })}
    ${
      mine
        ? html`<p role=${frame.running ? nothing : "status"}>Taken for <b>${names[first]}</b>, ${percent(frame.probs?.[first])}.</p>
          <button @click=${() => send("choose", { index: -1 })}>Back to the test images</button>`
        : html`<p class="hint">That is one of the data’s; give one of yours. ${!frame.untrained ? nothing : "The network has learnt nothing yet: it can only guess."}</p>`
    }`;
}
