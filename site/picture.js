/** The view of a demo with its title and legend, as one SVG that needs nothing else, or in pixels. */

import { brush, brushed, copied, node, set, solid, text, walk } from "./tracing.js";

const MARGIN = 24;
const TITLE = 26;
const LINE = 20;
/** Pixels of the PNG for each of the page's. */
const SCALE = 2;

/**
 * @param {import("./element.js").PymlDemo} demo
 * @returns {string} a standalone SVG document
 */
export function drawing(demo) {
  const view = /** @type {HTMLElement} */ (demo.renderRoot.querySelector(".view"));
  const parts = [...view.children].filter((part) => part.getClientRects().length > 0);
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const shifts = closed(demo, boxes);
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box, i) => box.right - shifts[i]));
  const bottom = Math.max(...boxes.map((box) => box.bottom));

  const root = node("svg", {});
  const style = getComputedStyle(demo);
  const ink = { ...solid(style.color), "font-family": style.fontFamily };
  const words = [
    ...wrap(demo.verdict, right - left, `15px ${style.fontFamily}`),
    `Step ${demo.steps.toLocaleString("en")} · seed ${demo.seed}`,
  ];
  const classes = legend(view, ink);
  const head = MARGIN + TITLE + (words.length + (classes ? 1 : 0)) * LINE + 12;
  const width = Math.ceil(right - left + 2 * MARGIN);
  const height = Math.ceil(bottom - top + head + MARGIN);
  set(root, { width, height, viewBox: `0 0 ${width} ${height}` });
  const paper = brushed(style.getPropertyValue("--paper").trim()) ?? { fill: "#ffffff" };
  root.append(node("rect", { width, height, ...paper }));
  root.append(
    text(demo.heading, MARGIN, MARGIN + 16, { ...ink, "font-size": "22px", "font-weight": "700" }),
    ...words.map((line, i) =>
      text(line, MARGIN, MARGIN + TITLE + 14 + i * LINE, { ...ink, "font-size": "15px" }),
    ),
  );
  if (classes) {
    classes.setAttribute("transform", `translate(${MARGIN},${head - 12 - 6})`);
    root.append(classes);
  }
  const body = node("g", { transform: `translate(${MARGIN - left},${head - top})` });
  parts.forEach((part, i) => {
    const place = node("g", { transform: `translate(${-shifts[i]},0)` });
    walk(part, place);
    body.append(place);
  });
  root.append(body);
  return new XMLSerializer().serializeToString(root);
}

/**
 * The same in pixels.
 * @param {string} svg
 * @returns {Promise<Blob>} a PNG
 */
export async function raster(svg) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, fail) =>
      canvas.toBlob(
        (blob) => (blob ? done(blob) : fail(new Error("It is too large."))),
        "image/png",
      ),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}

/**
 * How far each part moves to the left, where on the page the settings stand between the pictures.
 * @param {import("./element.js").PymlDemo} demo
 * @param {DOMRect[]} boxes
 */
function closed(demo, boxes) {
  const gap = demo.renderRoot.querySelector(".panel")?.getBoundingClientRect();
  const beside = gap && boxes.every((box) => box.right <= gap.left || box.left >= gap.right);
  const before = boxes.filter((box) => gap && box.right <= gap.left);
  if (!gap || !beside || !before.length) return boxes.map(() => 0);
  return boxes.map((box) => (box.left >= gap.right ? gap.width : 0));
}

/**
 * The marks of the classes and their names, from the choice of what a click adds.
 * @param {Element} view
 * @param {Record<string, any>} ink
 */
function legend(view, ink) {
  const row = node("g", {});
  let x = 0;
  for (const label of view.querySelectorAll(".brush label")) {
    const mark = label.querySelector("svg");
    const name = label.textContent?.replace(/^\s*adds\s+/, "").trim();
    if (!mark || !name) continue;
    row.append(copied(mark, new DOMRect(x, -13, 15, 15)));
    row.append(text(name, x + 21, 0, { ...ink, "font-size": "15px" }));
    brush.font = `15px ${ink["font-family"]}`;
    x += 21 + brush.measureText(name).width + 24;
  }
  return x ? row : null;
}

/** @param {string} words @param {number} width @param {string} font @returns {string[]} */
function wrap(words, width, font) {
  brush.font = font;
  /** @type {string[]} */
  const found = [];
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const longer = found.length ? `${found.at(-1)} ${word}` : word;
    if (found.length && brush.measureText(longer).width <= width) found[found.length - 1] = longer;
    else found.push(word);
  }
  return found;
}
