/** What each unit answers at every place of the plane, as a small picture in its tile. */
import { onTheme, valueTable } from "./colors.js";

/**
 * @param {CanvasRenderingContext2D} context
 * @returns {(heat: ArrayLike<number>, layout: import("./network-layout.js").Layout) => void}
 *   paints a flat (units, m, m) heat map of 0 to 255, row 0 at the bottom, into the tiles
 */
export function heat(context) {
  // All maps one below the other, at their own size; the tiles are cut from it.
  const sheet = document.createElement("canvas");
  const ink = sheet.getContext("2d");
  /** @type {ImageData|null} */
  let image = null;
  /** @type {Uint32Array|null} */
  let table = null;
  onTheme(() => {
    table = null;
  });

  return (values, { units, tile, width }) => {
    const ratio = context.canvas.width / width;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const m = Math.floor(Math.sqrt(values.length / units.length));
    const place = units.map(({ x, y }) => /** @type {const} */ ([x - tile / 2, y - tile / 2]));
    for (const [x, y] of place) context.clearRect(x, y, tile, tile);
    if (!m || !ink) return;
    if (image?.width !== m || image.height !== m * units.length) {
      [sheet.width, sheet.height] = [m, m * units.length];
      image = ink.createImageData(m, m * units.length);
    }
    table ??= valueTable(context.canvas);
    const pixels = new Uint32Array(image.data.buffer);
    for (let u = 0; u < units.length; u++) {
      for (let row = 0; row < m; row++) {
        const [from, to] = [(u * m + m - 1 - row) * m, (u * m + row) * m];
        for (let i = 0; i < m; i++) pixels[to + i] = table[values[from + i]];
      }
    }
    ink.putImageData(image, 0, 0);
    place.forEach(([x, y], u) => {
      context.drawImage(sheet, 0, u * m, m, m, x, y, tile, tile);
    });
  };
}
