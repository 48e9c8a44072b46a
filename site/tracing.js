/**
 * What a page shows, as SVG without style sheet, font or script.
 *
 * Whatever it is made of is walked through as the browser has laid it out: canvases become images, SVGs are
 * copied with their computed styles, text and lines are drawn where they stand. Widgets are left out.
 */

const SVG = "http://www.w3.org/2000/svg";

/** Not part of the picture. */
const WIDGETS = "button, input, select, textarea, details, [hidden], .visually-hidden, .brush";

/** What an SVG element can be styled with by CSS, as attributes. */
const STYLES = [
  ...["fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "opacity"],
  ...["stroke-dasharray", "stroke-linecap", "stroke-linejoin", "paint-order", "visibility"],
  ...["vector-effect"],
  ...["font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline"],
];
const COLORS = ["fill", "stroke"];

export const brush = /** @type {CanvasRenderingContext2D} */ (
  document.createElement("canvas").getContext("2d", { willReadFrequently: true })
);

/** @param {Element} element @param {Element} into */
export function walk(element, into) {
  if (element.matches(WIDGETS)) return;
  const style = getComputedStyle(element);
  if (style.visibility === "hidden" || style.display === "none" || style.opacity === "0") return;
  const box = element.getBoundingClientRect();
  if (element instanceof HTMLCanvasElement) {
    if (!element.width || !element.height || !box.width) return;
    const { x, y, width, height } = box;
    const image = { x, y, width, height, preserveAspectRatio: "none" };
    into.append(node("image", { ...image, href: element.toDataURL() }));
    return;
  }
  if (element instanceof SVGSVGElement) {
    into.append(copied(element, box));
    return;
  }
  edges(style, box, into);
  sampled(element, box, into);
  for (const child of element.childNodes) {
    if (child instanceof Element) walk(child, into);
    else if (child instanceof Text) lines(child, style, into);
  }
}

/** Background and borders. @param {CSSStyleDeclaration} style @param {DOMRect} box @param {Element} into */
function edges(style, box, into) {
  const { x, y, width, height } = box;
  const back = brushed(style.backgroundColor);
  if (back)
    into.append(node("rect", { x, y, width, height, rx: px(style.borderTopLeftRadius), ...back }));
  for (const [side, x1, y1, x2, y2] of /** @type {[string, number, number, number, number][]} */ ([
    ["Top", x, y, box.right, y],
    ["Bottom", x, box.bottom, box.right, box.bottom],
    ["Left", x, y, x, box.bottom],
    ["Right", box.right, y, box.right, box.bottom],
  ])) {
    const line = /** @type {any} */ (style);
    stroke(
      line[`border${side}Width`],
      line[`border${side}Style`],
      line[`border${side}Color`],
      { x1, y1, x2, y2 },
      into,
    );
  }
}

/** The sample of a line before its name. @param {Element} element @param {DOMRect} box @param {Element} into */
function sampled(element, box, into) {
  const sample = getComputedStyle(element, "::before");
  if (sample.content === "none" || !px(sample.borderTopWidth)) return;
  const y = box.top + box.height / 2;
  const ends = { x1: box.left, y1: y, x2: box.left + px(sample.width), y2: y };
  stroke(sample.borderTopWidth, sample.borderTopStyle, sample.borderTopColor, ends, into);
}

/**
 * @param {string} width
 * @param {string} kind
 * @param {string} color
 * @param {Record<string, number>} ends
 * @param {Element} into
 */
function stroke(width, kind, color, ends, into) {
  const paint = brushed(color);
  if (!px(width) || kind === "none" || !paint) return;
  const dash = kind === "dashed" ? { "stroke-dasharray": "6 4" } : {};
  const { fill, "fill-opacity": opacity = "1" } = paint;
  into.append(
    node("line", {
      ...ends,
      stroke: fill,
      "stroke-opacity": opacity,
      "stroke-width": px(width),
      ...dash,
    }),
  );
}

/** A text as the browser has broken it into lines. @param {Text} from @param {CSSStyleDeclaration} style @param {Element} into */
function lines(from, style, into) {
  const range = document.createRange();
  /** @type {{text: string, box: DOMRect}[]} */
  const found = [];
  for (const { index, 0: word } of from.data.matchAll(/\S+\s*/g)) {
    range.setStart(from, index);
    range.setEnd(from, index + word.trimEnd().length);
    const box = range.getClientRects()[0];
    if (!box?.width) continue;
    const last = found.at(-1);
    // Where blanks are kept, every word has its own place.
    const same = last && !style.whiteSpace.startsWith("pre");
    if (same && Math.abs(last.box.top - box.top) < 2) last.text += word;
    else found.push({ text: word, box });
  }
  const { fontSize, fontWeight, fontFamily } = style;
  brush.font = `${fontWeight} ${fontSize} ${fontFamily}`;
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = brush.measureText("x");
  for (const { text: words, box } of found) {
    const y = box.top + (box.height - up - down) / 2 + up;
    const font = { "font-size": fontSize, "font-weight": fontWeight, "font-family": fontFamily };
    into.append(text(words.trimEnd(), box.left, y, { ...solid(style.color), ...font }));
  }
}

/** An SVG with everything that style sheets say about it. @param {SVGSVGElement} from @param {DOMRect} box */
export function copied(from, box) {
  const copy = /** @type {SVGSVGElement} */ (from.cloneNode(true));
  const originals = [from, ...from.querySelectorAll("*")];
  const copies = [copy, ...copy.querySelectorAll("*")];
  originals.forEach((original, i) => {
    const target = copies[i];
    const style = getComputedStyle(original);
    if (style.display === "none" && !original.closest("defs")) {
      target.remove();
      return;
    }
    for (const { name } of [...target.attributes]) {
      if (/^(class|style|role|tabindex|part|aria-.*)$/.test(name)) target.removeAttribute(name);
    }
    for (const name of STYLES) target.setAttribute(name, style.getPropertyValue(name));
    for (const name of COLORS) {
      const paint = brushed(style.getPropertyValue(name));
      if (paint) target.setAttribute(name, paint.fill);
      if (paint?.["fill-opacity"]) target.setAttribute(`${name}-opacity`, paint["fill-opacity"]);
    }
    const moved = /** @type {SVGElement} */ (original).style?.transform;
    if (moved) target.setAttribute("transform", style.transform);
  });
  const { x, y, width, height } = box;
  set(copy, { x, y, width, height, overflow: "hidden" });
  for (const comment of comments(copy)) comment.remove();
  return copy;
}

/** Lit's marks are of no use to others. @param {Node} within */
function comments(within) {
  const walker = document.createTreeWalker(within, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (walker.nextNode()) found.push(/** @type {Comment} */ (walker.currentNode));
  return found;
}

/**
 * A colour as every program reads it, or null where it is transparent or none.
 * @param {string} color
 * @returns {{fill: string, "fill-opacity"?: string}|null}
 */
export function brushed(color) {
  if (!color || color === "none" || color.startsWith("url(")) return null;
  brush.clearRect(0, 0, 1, 1);
  brush.fillStyle = "#000000";
  brush.fillStyle = color;
  brush.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
  if (!a) return null;
  const fill = `#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  return a === 255 ? { fill } : { fill, "fill-opacity": (a / 255).toFixed(3) };
}

/** The same, black where there is none. @param {string} color */
export function solid(color) {
  return brushed(color) ?? { fill: "#000000" };
}

/** @param {string} words @param {number} x @param {number} y @param {Record<string, any>} style */
export function text(words, x, y, style) {
  const made = node("text", { x, y, ...style });
  made.textContent = words;
  return made;
}

/** @param {string} name @param {Record<string, any>} attributes */
export function node(name, attributes) {
  const made = document.createElementNS(SVG, name);
  set(made, attributes);
  return made;
}

/** @param {Element} element @param {Record<string, any>} attributes */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, typeof value === "number" ? String(+value.toFixed(2)) : value);
  }
}

/** @param {string} length */
function px(length) {
  return Number.parseFloat(length) || 0;
}
