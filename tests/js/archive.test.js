/** Archives are read as the build writes them, and anything else is refused rather than half read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { members } from "../../site/archive.js";

/** @param {[string, string][]} files @param {number} method */
function zip(files, method = 0) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const [name, text] of files) {
    const data = Buffer.from(text);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(data.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    parts.push(local, Buffer.from(name), data);
    offset += 30 + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...parts, ...directory, end]));
}

test("every member is found, empty ones too", () => {
  const files = [
    ["a/b.py", "x = 1"],
    ["empty", ""],
    ["c.txt", "text"],
  ];
  const found = [...members(zip(files))].map(({ name, data }) => [
    name,
    Buffer.from(data).toString(),
  ]);
  assert.deepEqual(found, files);
});

test("what is no archive, or one of another kind, is refused", () => {
  assert.throws(() => [...members(new Uint8Array(100))], /not a zip/);
  assert.throws(() => [...members(new Uint8Array(3))], /not a zip/);
  assert.throws(() => [...members(zip([["a", "b"]], 8))], /compressed/);
});
