// Runs jobs in the real ConvNetJS: a JSON list of them on stdin, a JSON list of results on stdout.
// A job is { defs or json, weights?, xs, ys, trainer?, examples?, gradient? }; see peer.py.
import { readFileSync } from "node:fs";
import convnetjs from "convnetjs";

const jobs = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(jobs.map(run)));

function run(job) {
  const net = new convnetjs.Net();
  if (job.json === undefined) net.makeLayers(job.defs);
  else net.fromJSON(JSON.parse(job.json));
  if (job.weights) setWeights(net, job.weights);
  const vols = job.xs.map(vol);
  const before = vols.map((x) => Array.from(net.forward(x).w));
  const result = { before, losses: [], text: JSON.stringify(net.toJSON()) };
  if (job.gradient) result.gradient = vols.map((x, i) => gradient(net, x, job.ys[i]));
  if (job.trainer) {
    const train = trainer(net, job.trainer);
    for (let k = 0; k < job.examples; k++) {
      const stats = train(vols[k % vols.length], job.ys[k % vols.length]);
      result.losses.push([stats.cost_loss, stats.l1_decay_loss, stats.l2_decay_loss]);
    }
  }
  result.weights = params(net).flatMap(({ params }) => Array.from(params));
  result.after = vols.map((x) => Array.from(net.forward(x).w));
  return result;
}

function vol({ shape: [sy, sx, depth], w }) {
  const x = new convnetjs.Vol(sx, sy, depth, 0);
  x.w.set(w);
  return x;
}

function params(net) {
  return net.getParamsAndGrads();
}

function setWeights(net, weights) {
  let start = 0;
  for (const { params: p } of params(net)) {
    p.set(weights.slice(start, start + p.length));
    start += p.length;
  }
  if (start !== weights.length) throw new Error(`${weights.length} weights for ${start}`);
}

/** The derivative of the loss by the input, in training. */
function gradient(net, x, y) {
  net.forward(x, true);
  net.backward(y);
  for (const { grads } of params(net)) grads.fill(0);
  return Array.from(x.dw);
}

/** What trains on one example. The package has no Nesterov yet, so that rule stands here. */
function trainer(net, options) {
  if (options.method !== "nesterov") {
    const real = new convnetjs.Trainer(net, options);
    return (x, y) => real.train(x, y);
  }
  const velocity = params(net).map(({ params }) => new Float64Array(params.length));
  let k = 0;
  return (x, y) => {
    net.forward(x, true);
    const stats = { cost_loss: net.backward(y), l1_decay_loss: 0, l2_decay_loss: 0 };
    k += 1;
    if (k % options.batch_size === 0) {
      params(net).forEach(({ params: w, grads: g, l2_decay_mul }, i) => {
        for (let j = 0; j < w.length; j++) {
          const l2 = options.l2_decay * l2_decay_mul;
          stats.l2_decay_loss += (l2 * w[j] * w[j]) / 2;
          const old = velocity[i][j];
          const slope = (g[j] + l2 * w[j]) / options.batch_size;
          velocity[i][j] = options.momentum * old + options.learning_rate * slope;
          w[j] += options.momentum * old - (1 + options.momentum) * velocity[i][j];
          g[j] = 0;
        }
      });
    }
    return stats;
  };
}
