/** What the pages of the JavaScript libraries have in common, for classic scripts. */

/** Images of the file of records: `{pixels, labels}`, numbers from -0.5 to 0.5 in the order y, x, channel. */
window.readImages = async () => {
  const record = 3073;
  const bytes = new Uint8Array(await (await fetch("./images.bin")).arrayBuffer());
  const count = bytes.length / record;
  const pixels = new Float32Array(count * (record - 1));
  const labels = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    labels[i] = bytes[i * record];
    for (let j = 1; j < record; j++) {
      pixels[i * (record - 1) + j - 1] = bytes[i * record + j] / 255 - 0.5;
    }
  }
  return { pixels, labels };
};

/** Points `[x, y]` of the classifier, and whether each is in a circle. */
window.circle = () => {
  const points = Array.from({ length: 200 }, () => [8 * Math.random() - 4, 8 * Math.random() - 4]);
  return { points, labels: points.map(([x, y]) => (x * x + y * y < 4 ? 1 : 0)) };
};

/**
 * Has a page answer: `window.start()` makes ready, `window.rate(kind, size, seconds)` measures.
 * @param {() => Promise<(kind: string, size: number) => () => number | Promise<number>>} ready
 */
window.answer = (ready) => {
  const steps = {};
  let prepare;
  window.start = async () => {
    prepare = await ready();
    return true;
  };
  window.rate = async (kind, size, seconds) => {
    steps[kind + size] ??= prepare(kind, size);
    const step = steps[kind + size];
    let done = 0;
    const start = performance.now();
    let now = start;
    while (now - start < 1000 * seconds) {
      const some = step();
      // Only who is not done yet is waited for: waiting costs those who are.
      done += typeof some === "number" ? some : await some;
      now = performance.now();
    }
    return (1000 * done) / (now - start);
  };
};
