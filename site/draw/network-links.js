/**
 * The links that rest, on the canvas: hundreds of curves, drawn sixty times a second, cost a canvas half of
 * what they cost an SVG. Only the strips between two layers in which something changed are drawn anew.
 */
import { color, onTheme } from "./colors.js";
import { curve } from "./network-layout.js";

/** Widths differ by this much, in pixels, before it is worth drawing. */
const GRAIN = 0.2;
/** So many strips are drawn in one frame; the others have their turn in the next. */
const STRIPS = 3;
const NEGATIVE = [6, 3];
const DEAD = [1, 6];

/**
 * @typedef {object} Look
 * @property {"positive"|"negative"|"dead"|"elsewhere"} kind elsewhere: the SVG draws it
 * @property {number} width in pixels
 * @property {boolean} dim
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @returns {{draw: (looks: Look[], layout: import("./network-layout.js").Layout) => boolean, forget: () => void}}
 *   draw what changed, and say whether there is more to draw; forget what is on the canvas
 */
export function restingLinks(context) {
  /** What each link looked like when its strip was drawn. @type {string[]} */
  let drawn = [];
  /** The layer whose strip was drawn last. */
  let last = 0;
  /** @type {import("./network-layout.js").Layout|null} */
  let known = null;
  /** @type {Path2D[]} */
  let paths = [];
  /** @type {Record<string, string>|null} */
  let colors = null;

  const forget = () => {
    drawn = [];
  };
  onTheme(() => {
    colors = null;
    forget();
  });

  return {
    forget,
    draw(looks, layout) {
      if (layout !== known) {
        known = layout;
        paths = layout.links.map((link) => new Path2D(curve(link)));
        forget();
      }
      const { canvas } = context;
      colors ??= {
        positive: color(canvas, "class1"),
        negative: color(canvas, "class0"),
        dead: color(canvas, "muted"),
      };
      const now = looks.map(
        ({ kind, width, dim }) => `${kind}${Math.round(width / GRAIN)}${dim ? "-" : ""}`,
      );
      const waiting = new Set(
        layout.links.filter((_, i) => now[i] !== drawn[i]).map(({ layer }) => layer),
      );
      const turns = [...waiting].sort((a, b) => Number(a <= last) - Number(b <= last) || a - b);
      const stale = drawn.length ? new Set(turns.slice(0, STRIPS)) : waiting;
      if (!stale.size) return false;
      last = turns[stale.size - 1];
      const ratio = canvas.width / layout.width;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      for (const layer of stale) {
        const from = layout.start + (layer - 1) * layout.apart + layout.tile / 2;
        context.clearRect(from, 0, layout.apart - layout.tile, layout.height);
      }
      layout.links.forEach(({ layer }, i) => {
        const { kind, width, dim } = looks[i];
        if (!stale.has(layer)) return;
        drawn[i] = now[i];
        if (kind === "elsewhere") return;
        context.strokeStyle = colors?.[kind] ?? "";
        context.lineWidth = width;
        context.globalAlpha = dim ? 0.25 : kind === "dead" ? 0.4 : 0.8;
        context.setLineDash({ positive: [], negative: NEGATIVE, dead: DEAD }[kind]);
        context.stroke(paths[i]);
      });
      context.globalAlpha = 1;
      return waiting.size > stale.size;
    },
  };
}
