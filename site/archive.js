/**
 * Archives as the build packs them: zip files whose members are stored as they are, compressed as a
 * whole. The browser inflates the one stream beside everything else; nothing is left to do but to
 * look up where the members are.
 */

const DIRECTORY_END = 0x06054b50;
const END_SIZE = 22;

/**
 * @param {Response} response of a `.pack` file
 * @returns {Response} of what is packed in it
 */
export function unpacked(response) {
  return new Response(response.body?.pipeThrough(new DecompressionStream("gzip")));
}

/**
 * The members of a zip file, from its central directory (PKWARE's APPNOTE, sections 4.3.7, 4.3.12, 4.3.16).
 * @param {Uint8Array} zip
 * @returns {Generator<{name: string, data: Uint8Array}>}
 * @throws {Error} if it is no zip file, or one with compressed members
 */
export function* members(zip) {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  let end = zip.length - END_SIZE;
  while (end >= 0 && view.getUint32(end, true) !== DIRECTORY_END) end--;
  if (end < 0) throw new Error("not a zip file");
  const text = new TextDecoder();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (view.getUint16(at + 10, true) !== 0) throw new Error("a member is compressed by itself");
    const nameLength = view.getUint16(at + 28, true);
    const header = view.getUint32(at + 42, true);
    const start =
      header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    yield {
      name: text.decode(zip.subarray(at + 46, at + 46 + nameLength)),
      data: zip.subarray(start, start + view.getUint32(at + 24, true)),
    };
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
}
