/** The camera of the visitor's device: only when they ask, and off as soon as nobody looks. */
import { html, render } from "lit";
import { parts } from "../parts.js";

/** While it is live, a picture is taken this often. */
const LIVE_MS = 400;

/** @type {Record<string, string>} */
const REFUSALS = {
  NotAllowedError:
    "The camera was refused. Allow it for this page in the browser's settings, or choose a file.",
  SecurityError: "This browser lets no page use the camera. Choose a file instead.",
  NotFoundError: "No camera was found. Choose a file instead.",
  OverconstrainedError: "No camera was found. Choose a file instead.",
  NotReadableError: "The camera is used by another program. Close that one and try again.",
};

/**
 * Why there are no pictures, in words.
 * @param {any} error
 * @returns {string}
 */
export function refusal(error) {
  return (
    REFUSALS[error?.name] ??
    `The camera did not start (${error?.message ?? error}). Choose a file instead.`
  );
}

/**
 * @param {HTMLElement} el
 * @param {(source: HTMLVideoElement, width: number, height: number) => Promise<void>} take a picture is wanted
 */
export function camera(el, take) {
  const [videoEl, buttons] = parts(el, "video", "row");
  videoEl.hidden = true;
  const video = document.createElement("video");
  video.muted = video.playsInline = true;
  video.setAttribute("aria-label", "What the camera sees");
  videoEl.append(video);
  /** @type {MediaStream|null} */
  let stream = null;
  let starting = false;
  let live = 0;
  let told = "";

  const stop = () => {
    clearInterval(live);
    live = 0;
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = video.srcObject = null;
    videoEl.hidden = true;
    gone.disconnect();
    document.removeEventListener("visibilitychange", unseen);
    draw();
  };
  const unseen = () => {
    if (document.visibilityState === "hidden" || !video.checkVisibility()) stop();
  };
  // In a tab that is not open, or taken out of the page, it has no size.
  const gone = new ResizeObserver(unseen);

  /** @returns {Promise<boolean>} whether it sees something */
  const start = async () => {
    if (stream || starting) return !starting;
    starting = true;
    told = "";
    draw();
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw { name: "SecurityError" };
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      for (const track of stream.getTracks())
        track.addEventListener("ended", () => {
          told = "The camera was taken away.";
          stop();
        });
      video.srcObject = stream;
      videoEl.hidden = false;
      await video.play();
      gone.observe(video);
      document.addEventListener("visibilitychange", unseen);
    } catch (error) {
      stop();
      told = refusal(error);
    }
    starting = false;
    draw();
    return stream !== null;
  };
  const shoot = () => take(video, video.videoWidth, video.videoHeight);
  const once = async () => {
    await shoot();
    stop();
  };
  const toggle = () => {
    clearInterval(live);
    live = live ? 0 : window.setInterval(shoot, LIVE_MS);
    draw();
  };
  const draw = () =>
    render(
      stream
        ? html`<button class="main" @click=${once}>Take it</button>
          <button aria-pressed=${live > 0} @click=${toggle}>Follow it live</button>
          <button @click=${stop}>Stop the camera</button>`
        : html`<button ?disabled=${starting} @click=${start}>Use the camera</button>
          <span class="hint">${starting ? "Allow it in the question that your browser asks." : "Its pictures stay on this machine."}</span>
          <span role="alert" class="wrong">${told}</span>`,
      buttons,
    );
  draw();

  return {
    start,
    /**
     * Several pictures one after the other; the camera stays on.
     * @param {number} count
     * @param {number} pause milliseconds
     * @param {(source: HTMLVideoElement, width: number, height: number) => Promise<void>} each
     */
    async burst(count, pause, each) {
      if (!(await start())) return;
      for (let i = 0; i < count && stream; i++) {
        await each(video, video.videoWidth, video.videoHeight);
        await new Promise((done) => setTimeout(done, pause));
      }
    },
  };
}
