/** Files that are dropped onto a demo of images, pasted or chosen: a picture to look at, or something to open. */
import { decode, sizeOf } from "./decode.js";

/**
 * Whether a file is meant as one picture; a folder of pictures is a set of images to learn from.
 * @param {{name: string, type: string}} file
 * @param {string} path as it lay in its folder
 */
export function isPicture({ name, type }, path) {
  return (
    !path.includes("/") &&
    (type.startsWith("image/") || /\.(png|jpe?g|webp|avif|gif|bmp|svg|heic)$/i.test(name))
  );
}

/**
 * Takes whatever comes, from anywhere in the demo. An element on the way with a method `takes` hears of
 * pictures that are meant for it.
 * @param {HTMLElement} el inside the element's shadow
 * @param {(name: string, args?: object) => void} send hears of image and open
 * @returns {(frame: any) => void}
 */
export function receive(el, send) {
  const demo = /** @type {import("../../element.js").PymlDemo} */ (
    /** @type {ShadowRoot} */ (el.getRootNode()).host
  );
  /** @type {import("./decode.js").Size|null} */
  let size = null;

  demo.take = async ({ files, names }, path = []) => {
    if (!files.length) return;
    const pictures = files.filter((file, i) => isPicture(file, names[i]));
    demo.problem = null;
    try {
      if (!pictures.length) {
        send("open", { files, names });
        return;
      }
      if (pictures.length < files.length)
        throw new Error(
          "Give pictures, or something else to open, but not both at once: a network (npz, or JSON of ConvNetJS), or an archive or a folder of images.",
        );
      const place = path.find((/** @type {any} */ node) => typeof node.takes === "function");
      if (place) await /** @type {any} */ (place).takes(pictures);
      else if (pictures.length > 1)
        throw new Error(
          "Give one picture at a time; several are for classes of your own, or in a folder.",
        );
      else if (size) {
        const { width, height } = size;
        send("image", { ...(await decode(pictures[0], size)), width, height });
      }
    } catch (/** @type {any} */ error) {
      demo.problem = { message: error.message, traceback: "", line: null, about: demo.asked };
      demo.asked = null;
    }
  };

  const pasted = (/** @type {ClipboardEvent} */ event) => {
    const path = event.composedPath();
    const [target] = path;
    const writes =
      target instanceof HTMLElement && target.matches("input, textarea, [contenteditable]");
    const files = [...(event.clipboardData?.files ?? [])];
    if (writes || !files.length || !(path.includes(demo) || target === document.body)) return;
    event.preventDefault();
    demo.take?.({ files, names: files.map((file) => file.name) }, path);
  };
  document.addEventListener("paste", pasted);
  demo.cleanup.push(() => document.removeEventListener("paste", pasted));

  return (frame) => {
    size = sizeOf(frame);
  };
}
