/** What kind of picture a file is and how large, by its first bytes: names lie, and decoding costs memory. */

/** @typedef {{kind: string, width: number, height: number, moves?: boolean}} Measured */

/**
 * @param {Uint8Array} head
 * @returns {Measured|null} null if it is none that is known; 0 where the size was not found
 */
export function measure(head) {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const text = (/** @type {number} */ at, /** @type {number} */ length) =>
    String.fromCharCode(...head.subarray(at, at + length));
  try {
    if (text(0, 4) === "\x89PNG")
      return {
        kind: "PNG",
        width: view.getUint32(16),
        height: view.getUint32(20),
        moves: has(head, "acTL"),
      };
    if (text(0, 4) === "GIF8")
      return {
        kind: "GIF",
        width: view.getUint16(6, true),
        height: view.getUint16(8, true),
        moves: has(head, "NETSCAPE"),
      };
    if (text(0, 2) === "BM" && view.getUint32(14, true) >= 12)
      return {
        kind: "BMP",
        width: Math.abs(view.getInt32(18, true)),
        height: Math.abs(view.getInt32(22, true)),
      };
    if (text(0, 4) === "RIFF" && text(8, 4) === "WEBP") return webp(view, text(12, 4));
    if (view.getUint16(0) === 0xffd8) return jpeg(view);
    if (text(4, 4) === "ftyp") return boxed(head, view, text(8, 4));
  } catch (error) {
    // Cut off before its size: the decoder has the word.
    if (error instanceof RangeError && head.length > 2)
      return { kind: "picture", width: 0, height: 0 };
    return null;
  }
  const begin = text(0, 400);
  return /^[\s\xef\xbb\xbf]*<[\s\S]*svg/.test(begin) ? { kind: "SVG", width: 0, height: 0 } : null;
}

/** @param {Uint8Array} head @param {string} mark */
function has(head, mark) {
  return find(head, mark) >= 0;
}

/** @param {Uint8Array} head @param {string} mark @returns {number} */
function find(head, mark) {
  const codes = Array.from(mark, (letter) => letter.charCodeAt(0));
  for (let i = head.indexOf(codes[0]); i >= 0; i = head.indexOf(codes[0], i + 1))
    if (codes.every((code, j) => head[i + j] === code)) return i;
  return -1;
}

/** @param {DataView} view @param {string} chunk @returns {Measured} */
function webp(view, chunk) {
  const kind = "WebP";
  const three = (/** @type {number} */ at) =>
    view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  if (chunk === "VP8X")
    return {
      kind,
      width: three(24) + 1,
      height: three(27) + 1,
      moves: (view.getUint8(20) & 2) > 0,
    };
  if (chunk === "VP8L") {
    const bits = view.getUint32(21, true);
    return { kind, width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  const side = (/** @type {number} */ at) => view.getUint16(at, true) & 0x3fff;
  return { kind, width: side(26), height: side(28) };
}

/** Goes from segment to segment to the frame's header. @param {DataView} view @returns {Measured} */
function jpeg(view) {
  for (let at = 2; ; ) {
    const mark = view.getUint8(at + 1);
    const frame = mark >= 0xc0 && mark <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(mark);
    if (frame)
      return { kind: "JPEG", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    if (view.getUint8(at) !== 0xff || mark === 0xda) return { kind: "JPEG", width: 0, height: 0 };
    at += mark === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
}

/** @param {Uint8Array} head @param {DataView} view @param {string} brand @returns {Measured|null} */
function boxed(head, view, brand) {
  if (/^(heic|heix|hevc|mif1|msf1)/.test(brand) && !has(head.subarray(0, 64), "avif"))
    return { kind: "HEIC", width: 0, height: 0 };
  if (!/^(avi[fs]|mif1|msf1)/.test(brand)) return null;
  const at = find(head, "ispe");
  return {
    kind: "AVIF",
    width: at < 0 ? 0 : view.getUint32(at + 8),
    height: at < 0 ? 0 : view.getUint32(at + 12),
  };
}
