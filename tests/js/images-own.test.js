/** Pictures of the visitor's: what a file is, what becomes of its pixels, and when something kept comes back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal } from "../../site/draw/images/camera.js";
import { shade, told, withSums } from "../../site/draw/images/confusion.js";
import { centred, channelsOf, inked, objection } from "../../site/draw/images/decode.js";
import { measure } from "../../site/draw/images/measure.js";
import { isPicture } from "../../site/draw/images/receive.js";
import { belongs, day, reason } from "../../site/keep.js";

const bytes = (...parts) =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "string" ? Array.from(part, (letter) => letter.charCodeAt(0)) : part,
    ),
  );
const u32 = (n) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
const le16 = (n) => [n & 255, n >> 8];
const le32 = (n) => u32(n).reverse();
const zeros = (n) => Array(n).fill(0);
const png = (width, height) => bytes("\x89PNG\r\n\x1a\n", u32(13), "IHDR", u32(width), u32(height));

for (const [what, head, kind, width, height, moves] of [
  ["a PNG", png(7, 9), "PNG", 7, 9, false],
  ["a GIF", bytes("GIF89a", le16(30), le16(20), zeros(9)), "GIF", 30, 20, false],
  [
    "a GIF that moves",
    bytes("GIF89a", le16(3), le16(2), zeros(9), "NETSCAPE2.0"),
    "GIF",
    3,
    2,
    true,
  ],
  ["a BMP from the top", bytes("BM", zeros(12), le32(40), le32(5), le32(-6)), "BMP", 5, 6],
  [
    "a JPEG behind other segments",
    bytes([0xff, 0xd8, 0xff, 0xe1, 0, 6], zeros(4), [0xff, 0xff, 0xc2, 0, 17, 8, 0, 50, 0, 60]),
    "JPEG",
    60,
    50,
  ],
  [
    "a WebP of one piece",
    bytes("RIFF", zeros(4), "WEBPVP8 ", zeros(10), le16(40), le16(30)),
    "WebP",
    40,
    30,
  ],
  [
    "a WebP without loss",
    bytes("RIFF", zeros(4), "WEBPVP8L", zeros(4), [0x2f], le32(9 | (19 << 14))),
    "WebP",
    10,
    20,
  ],
  [
    "a WebP of parts",
    bytes("RIFF", zeros(4), "WEBPVP8X", zeros(4), [2, 0, 0, 0], [99, 0, 0], [1, 1, 0]),
    "WebP",
    100,
    258,
    true,
  ],
  [
    "an AVIF",
    bytes(zeros(4), "ftypavif", zeros(30), "ispe", zeros(4), u32(640), u32(480)),
    "AVIF",
    640,
    480,
  ],
]) {
  test(`${what} is measured by its first bytes`, () => {
    const found = measure(head);
    assert.deepEqual([found.kind, found.width, found.height], [kind, width, height]);
    if (moves !== undefined) assert.equal(found.moves, moves);
  });
}

for (const [what, name, size, head, says] of [
  ["nothing at all", "a.png", 0, bytes(), /“a.png” is empty.*PNG, JPEG/],
  ["words", "a.png", 9, bytes("once upon"), /is a text, whatever its name/],
  ["noise", "a.png", 4, bytes([1, 0, 255, 7]), /is no picture/],
  ["an SVG", "a.svg", 9, bytes("<?xml?>\n<svg>"), /is a drawing \(SVG\)/],
  ["a HEIC", "a.heic", 9, bytes(zeros(4), "ftypheic"), /HEIC, which browsers cannot read/],
  ["40 megapixels", "a.png", 9, png(8000, 5000), /40 megapixels \(8000 × 5000\)/],
  ["very many bytes", "a.png", 6e7, png(8, 5), /60 MB/],
  ["a picture", "a.txt", 9, png(8, 5), /^$/],
]) {
  test(`before it is decoded, ${what} is told by its name`, () =>
    assert.match(objection(name, size, head), says));
}

test("colours stay, or become grey as the eye has it", () => {
  const rgba = [255, 0, 0, 255, 0, 0, 255, 255];
  assert.deepEqual([...channelsOf(rgba, 3)], [255, 0, 0, 0, 0, 255]);
  assert.deepEqual([...channelsOf(rgba, 1)], [76, 29]);
});

test("dark ink on grey paper becomes white on black; white on black stays", () => {
  const paper = new Uint8Array(25).fill(200);
  paper[12] = 20;
  const ink = inked(paper, 5, 5);
  assert.equal(ink[12], 255);
  assert.equal(ink[0], 0);
  assert.deepEqual(inked(ink, 5, 5), ink);
  const empty = new Uint8Array(25).fill(130);
  assert.ok(inked(empty, 5, 5).every((value) => value === 125));
});

test("a drawing in a corner is put in the middle, as large as digits are", () => {
  const side = 280;
  const grey = new Uint8Array(side * side);
  for (let y = 10; y < 110; y++) for (let x = 20; x < 40; x++) grey[y * side + x] = 255;
  const size = { width: 28, height: 28, channels: 1 };
  const out = centred(grey, side, side, size);
  const rows = new Set();
  const columns = new Set();
  out.forEach((value, i) => {
    if (!value) return;
    rows.add(Math.floor(i / 28));
    columns.add(i % 28);
  });
  assert.deepEqual([Math.min(...rows), Math.max(...rows)], [4, 23]);
  assert.deepEqual([Math.min(...columns), Math.max(...columns)], [12, 15]);
  assert.ok(centred(new Uint8Array(side * side), side, side, size).every((value) => value === 0));
});

test("a loose picture is to be looked at; one in a folder, or anything else, is to be opened", () => {
  for (const [name, type, path, is] of [
    ["a.png", "", "a.png", true],
    ["photo", "image/jpeg", "photo", true],
    ["a.png", "image/png", "cats/a.png", false],
    ["net.npz", "", "net.npz", false],
    ["c.tar.gz", "application/gzip", "c.tar.gz", false],
  ]) {
    assert.equal(isPicture({ name, type }, path), is, path);
  }
});

test("the matrix has sums, and its cells have words and shades", () => {
  assert.deepEqual(withSums([3, 1, 0, 4]), [
    [3, 1, 4],
    [0, 4, 4],
    [3, 5, 8],
  ]);
  const names = ["cat", "dog"];
  assert.equal(told(names, 0, 1), "cat, taken for dog");
  assert.equal(told(names, -1, 1), "All that were taken for dog");
  assert.match(told(names, -2, -2), /Mistakes/);
  assert.deepEqual([shade(0, 9), shade(1, 1000), shade(9, 9), shade(0, 0)], [0, 1, 8, 0]);
});

test("why a camera does not start is told in words", () => {
  assert.match(refusal({ name: "NotAllowedError" }), /refused/);
  assert.match(refusal({ name: "NotFoundError" }), /No camera/);
  assert.match(refusal(new Error("odd")), /did not start \(odd\)/);
});

test("what was kept comes back to the bare page and to the link it had, not to another", () => {
  for (const [link, then, is] of [
    ["", "#a=1", true],
    ["#", "", true],
    ["#a=1", "#a=1", true],
    ["#a=2", "#a=1", false],
    ["#a=1", "", false],
  ]) {
    assert.equal(belongs(link, then), is, `${link} ${then}`);
  }
});

test("days and reasons are words", () => {
  const at = new Date(2026, 10, 24, 12).getTime();
  assert.equal(day(at, new Date(2026, 11, 1)), "24 November");
  assert.equal(day(at, new Date(2027, 0, 1)), "24 November 2026");
  assert.match(reason({ name: "QuotaExceededError" }), /no more room/);
  assert.match(reason({ name: "SecurityError" }), /keep nothing/);
});
