/** The kernels come with the first good answer; whatever else happens costs one warning and no time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { requestKernels, vectors } from "../../site/kernels.js";

const BYTES = Uint8Array.of(1, 2, 3);
const good = async () => new Response(gzipSync(BYTES));
const missing = async () => new Response("", { status: 404 });
const damaged = async () => {
  throw new TypeError("integrity");
};
const cut = async () => new Response(gzipSync(BYTES).subarray(0, 12));
const silent = (_, { signal }) =>
  new Promise((_, no) => {
    if (signal.aborted) no(signal.reason);
    signal.addEventListener("abort", () => no(signal.reason));
  });

/** Asks with these answers in turn; returns the archive, what was asked for and what was warned of. */
async function ask(t, answers, ms = 10_000) {
  const warned = t.mock.method(console, "warn", () => {});
  const asked = [];
  const request = requestKernels(new URL("http://a.test/k.pack"), "00ff", (url, options) => {
    asked.push([url.href, options.cache, options.integrity]);
    return answers[asked.length - 1](url, options);
  });
  const archive = await request.within(ms);
  return { archive, asked, warnings: warned.mock.calls.map((call) => call.arguments) };
}

test("a good answer is unpacked, and its hash was asked for", async (t) => {
  const { archive, asked, warnings } = await ask(t, [good]);
  assert.deepEqual(archive, BYTES);
  assert.deepEqual(asked, [["http://a.test/k.pack", "force-cache", "sha256-AP8="]]);
  assert.deepEqual(warnings, []);
});

for (const [name, bad] of Object.entries({ missing, damaged, cut })) {
  test(`a file that is ${name} in the browser's cache is asked for past it`, async (t) => {
    const { archive, asked, warnings } = await ask(t, [bad, good]);
    assert.deepEqual(archive, BYTES);
    assert.deepEqual(
      asked.map(([, cache]) => cache),
      ["force-cache", "reload"],
    );
    assert.deepEqual(warnings, []);
  });

  test(`a file that stays ${name} costs one warning`, async (t) => {
    const { archive, asked, warnings } = await ask(t, [bad, bad]);
    assert.equal(archive, null);
    assert.equal(asked.length, 2);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0][0], /NumPy does their work/);
  });
}

test("a server that does not answer is waited for no longer than said", async (t) => {
  const { archive, warnings } = await ask(t, [silent, silent], 5);
  assert.equal(archive, null);
  assert.match(String(warnings[0][1]), /too long/);
});

test("an engine that refuses the smallest vector has none", (t) => {
  assert.equal(vectors(), true);
  t.mock.method(WebAssembly, "validate", () => false);
  assert.equal(vectors(), false);
});
