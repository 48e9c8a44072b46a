/** Files of the site are fetched by their plain names; those of a visitor keep their paths. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { mount, siteFile } from "../../site/files.js";
import { dropped, lasts, withNames } from "../../site/opened.js";

const BASE = "https://example.test/pyml/";
const RECORDS = Uint8Array.from({ length: 5000 }, (_, i) => i % 7);
const sha = (data) => createHash("sha256").update(data).digest("hex");
const PACKED = gzipSync(RECORDS);
const TABLE = {
  "data/digits/train-00": ["data/digits/train-00.0123abcd.bin.pack", sha(PACKED)],
  "data/digits.json": ["data/digits.4567cdef.json", sha("{}")],
};

/** A server with these answers, one after the other, that checks hashes as a browser does. */
function server(...answers) {
  const asked = [];
  const request = async (url, init) => {
    asked.push([url, init.cache]);
    const answer = answers.shift();
    if (!(answer instanceof Uint8Array)) {
      if (answer) return new Response("", { status: answer });
      throw new TypeError("failed to fetch");
    }
    const hash = `sha256-${createHash("sha256").update(answer).digest("base64")}`;
    if (init.integrity && init.integrity !== hash) throw new TypeError("failed to fetch");
    return new Response(answer);
  };
  return { asked, request };
}

test("a chunk is fetched from where the build put it, and unpacked", async () => {
  const { asked, request } = server(PACKED);
  const data = await siteFile("data/digits/train-00", BASE, TABLE, request);
  assert.deepEqual(data, RECORDS);
  assert.deepEqual(asked, [[`${BASE}data/digits/train-00.0123abcd.bin.pack`, "force-cache"]]);
});

test("what is not packed comes as it is", async () => {
  const { request } = server(new TextEncoder().encode("{}"));
  const data = await siteFile("data/digits.json", BASE, TABLE, request);
  assert.equal(new TextDecoder().decode(data), "{}");
});

test("a cache that is wrong and a connection that fails once are got over", async () => {
  const { asked, request } = server(gzipSync("another"), null, PACKED);
  assert.deepEqual(await siteFile("data/digits/train-00", BASE, TABLE, request), RECORDS);
  assert.deepEqual(
    asked.map(([, cache]) => cache),
    ["force-cache", "reload", "reload"],
  );
});

for (const [what, answers, says] of [
  ["is missing", [404, 404, 404], /train-00\S* is missing: the server answered 404/],
  ["cannot be reached", [null, null, null, null], /could not be loaded: the connection failed/],
  [
    "is not what the build wrote",
    Array(4).fill(gzipSync("another")),
    /it is not the file that this page was built with/,
  ],
]) {
  test(`a file that ${what} is told in words`, async () => {
    const { request } = server(...answers);
    await assert.rejects(siteFile("data/digits/train-00", BASE, TABLE, request), says);
  });
}

test("a name that the build does not know is not even asked for", async () => {
  const { asked, request } = server();
  for (const name of ["data/cifar10/train-00", "../secret", "toString"]) {
    await assert.rejects(siteFile(name, BASE, TABLE, request), /There is no file .* in this site/);
  }
  assert.equal(asked.length, 0);
});

/** Emscripten's file system, as far as it is used. */
function fileSystem() {
  const mounted = [];
  const FS = { filesystems: { WORKERFS: "WORKERFS" }, mkdirTree: () => {} };
  FS.mount = (kind, { blobs }, folder) => mounted.push([kind, blobs.map((b) => b.name), folder]);
  return { FS, mounted };
}

test("files and a folder are shown to Python unread, each time in a place of their own", () => {
  const { FS, mounted } = fileSystem();
  const files = [new Blob(["a"]), new Blob(["b"])];
  const first = mount(FS, files, ["cifar/data_batch_1.bin", "cifar/test_batch.bin"]);
  const second = mount(FS, files, ["a.npz", "../../b//c.json"]);
  assert.equal(first.length, 1);
  assert.match(first[0], /^\/opened\/\d+\/cifar$/);
  assert.notEqual(mounted[0][2], mounted[1][2]);
  assert.deepEqual(mounted[0][1], ["cifar/data_batch_1.bin", "cifar/test_batch.bin"]);
  assert.deepEqual(mounted[1][1], ["a.npz", "b/c.json"]);
  assert.deepEqual(
    second.map((path) => path.split("/").slice(3).join("/")),
    ["a.npz", "b"],
  );
});

const open = (...names) => withNames({ type: "event", name: "open", files: names.map(file) });
const file = (path) => {
  const made = new File(["x"], path.split("/").at(-1));
  if (path.includes("/")) Object.defineProperty(made, "webkitRelativePath", { value: path });
  return made;
};

test("with files go their paths in the folder that was chosen", () => {
  assert.deepEqual(open("top/train/cat/1.png", "c.tar.gz").names, [
    "top/train/cat/1.png",
    "c.tar.gz",
  ]);
  const other = { type: "event", name: "next", by: 1 };
  assert.equal(withNames(other), other);
});

test("images are given again to the next worker; a network is in the state", () => {
  for (const [names, again] of [
    [["cifar-10-binary.tar.gz"], true],
    [["digits/0.json", "digits/1.json"], true],
    [["net.npz"], false],
    [["NET.JSON"], false],
  ]) {
    assert.equal(lasts(open(...names)), again, names.join());
  }
  assert.equal(lasts({ type: "event", name: "next", by: 1 }), false);
});

test("what is dropped is gone through, folders too", async () => {
  const leaf = (name) => ({ name, isFile: true, file: (yes) => yes(file(name)) });
  const folder = (name, ...batches) => ({
    name,
    isDirectory: true,
    createReader: () => ({ readEntries: (yes) => yes(batches.shift() ?? []) }),
  });
  const top = folder("c", [leaf("a.bin")], [folder("train", [leaf("b.png")])]);
  const items = [
    { webkitGetAsEntry: () => top },
    { webkitGetAsEntry: () => null, getAsFile: () => file("d.npz") },
    { webkitGetAsEntry: () => null, getAsFile: () => null }, // text
  ];
  const { files, names } = await dropped({ items });
  assert.deepEqual(names, ["c/a.bin", "c/train/b.png", "d.npz"]);
  assert.deepEqual(
    files.map((each) => each.name),
    ["a.bin", "b.png", "d.npz"],
  );
});
