// Whole small networks of dense layers, included by kernels.c: one call predicts, one makes a gradient, one trains
// for many batches.
//
// Four examples at a time, one in each lane of a vector: so every weight meets four examples with one load, and
// nothing has to be summed across lanes until the batch is over.

enum { NONE, TANH, SIGMOID, RELU };
enum { SOFTMAX, SVM, REGRESSION };
enum { MOST_LAYERS = 8 };

typedef struct {
  int layers, head;
  int size[MOST_LAYERS + 1];   // the inputs, then the units of each layer
  int activation[MOST_LAYERS];
} Net;

INLINE int outputs(const Net *net) { return net->size[net->layers]; }
INLINE long units(const Net *net) {
  long n = 0;
  for (int l = 0; l <= net->layers; l++) n += net->size[l];
  return n;
}
INLINE long weights(const Net *net) {
  long n = 0;
  for (int l = 0; l < net->layers; l++) n += (net->size[l] + 1L) * net->size[l + 1];
  return n;
}

// Vectors: all units, their gradients, all weights; then numbers, as many as there are weights: for the gradient, and
// three times for what a step of training changes.
EXPORT long net_scratch(const Net *net) { return 4 * (2 * units(net) + weights(net)) + 4 * weights(net); }

// Units of all layers for four examples; weights in the network's own order, for each layer w (units, inputs), b.
static f4 *run(const Net *net, const float *w, f4 *in) {
  for (int l = 0; l < net->layers; l++) {
    int inputs = net->size[l], size = net->size[l + 1];
    const float *b = w + (long)inputs * size;
    f4 *out = in + inputs;
    for (int u = 0; u < size; u++) {
      f4 sum = splat(b[u]);
      for (int i = 0; i < inputs; i++) sum += splat(*w++) * in[i];
      out[u] = sum;
    }
    w += size;
    for (int u = 0; u < size; u++) {
      if (net->activation[l] == TANH) out[u] = tanh4(out[u]);
      if (net->activation[l] == SIGMOID) out[u] = sigmoid4(out[u]);
      if (net->activation[l] == RELU) out[u] = relu4(out[u]);
    }
    in = out;
  }
  return in;
}

static void softmax(int k, f4 *z) {
  f4 top = z[0], sum = splat(0);
  for (int i = 1; i < k; i++) top = select(z[i] > top, z[i], top);
  for (int i = 0; i < k; i++) z[i] = exp4(z[i] - top), sum += z[i];
  for (int i = 0; i < k; i++) z[i] /= sum;
}

// Examples z (some, k), at most four, into lanes and back. With four of them nothing has to be asked.
static void turn_in(int k, int some, const float *z, f4 *to) {
  if (some == 4) {
    for (int i = 0; i < k; i++) to[i] = (f4){z[i], z[k + i], z[2L * k + i], z[3L * k + i]};
  } else {
    for (int i = 0; i < k; i++)
      for (int lane = 0; lane < 4; lane++) to[i][lane] = z[(lane < some ? lane : 0) * (long)k + i];
  }
}
static void turn_out(int k, int some, const f4 *from, float *z) {
  for (int lane = 0; lane < some; lane++)
    for (int i = 0; i < k; i++) z[lane * (long)k + i] = ((const float *)from)[4 * i + lane];
}

// The heads' answers p (n, outputs) to x (n, inputs).
EXPORT void net_predict(const Net *net, int n, const float *x, const float *w, float *p, float *scratch) {
  int inputs = net->size[0], k = outputs(net);
  f4 *all = (f4 *)scratch;
  for (int e = 0; e < n; e += 4, x += 4 * inputs, p += 4 * k) {
    int some = n - e < 4 ? n - e : 4;
    turn_in(inputs, some, x, all);
    f4 *z = run(net, w, all);
    if (net->head == SOFTMAX) softmax(k, z);
    turn_out(k, some, z, p);
  }
}

// log of four numbers of at least 1 (a sum of exponentials of which the largest is 1) to about 1e-7: x = 2^k (1 + m), then
// a polynomial in m. (Cephes, logf.)
INLINE f4 log4(f4 x) {
  i4 bits = (i4)x;
  f4 k = __builtin_convertvector((bits >> 23) - 126, f4);
  f4 m = (f4)((bits & 0x007fffff) | 0x3f000000);  // 1/2 .. 1
  i4 low = m < 0.707106781f;
  k = k - select(low, splat(1), splat(0));
  m = m + select(low, m, splat(0)) - 1.0f;
  f4 z = m * m, p = splat(7.0376836292e-2f);
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  f4 y = p * m * z - k * 2.12194440e-4f - z * 0.5f;
  return m + y + k * 0.693359375f + (x - x);  // what is no number stays so
}

// Turns scores into the gradient by them, for four examples of which `mask` counts; returns their losses.
static f4 judge(const Net *net, f4 *z, const void *y, const int *which, f4 mask) {
  int k = outputs(net);
  f4 loss = splat(0);
  if (net->head == REGRESSION) {
    for (int i = 0; i < k; i++) {
      for (int lane = 0; lane < 4; lane++) z[i][lane] -= ((const float *)y)[(long)which[lane] * k + i];
      loss += z[i] * z[i] * 0.5f;
      z[i] *= mask;
    }
    return loss * mask;
  }
  i4 label;
  for (int lane = 0; lane < 4; lane++) label[lane] = ((const int *)y)[which[lane]];
#define OWN(i) ((i4){i, i, i, i} == label)
  f4 right = splat(0);
  for (int i = 0; i < k; i++) right += select(OWN(i), z[i], splat(0));
  if (net->head == SOFTMAX) {
    f4 top = z[0], sum = splat(0);
    for (int i = 1; i < k; i++) top = select(z[i] > top, z[i], top);
    for (int i = 0; i < k; i++) z[i] = exp4(z[i] - top), sum += z[i];
    for (int i = 0; i < k; i++) z[i] = (z[i] / sum - select(OWN(i), splat(1), splat(0))) * mask;
    return (log4(sum) - (right - top)) * mask;
  }
  f4 broken = splat(0);
  for (int i = 0; i < k; i++) {
    f4 margin = select(OWN(i), splat(0), z[i] - right + 1.0f);
    f4 one = select(margin > 0, splat(1), splat(0));
    loss += margin * one + z[i] * 0;  // no number, if the score is none
    broken += one;
    z[i] = one;
  }
  for (int i = 0; i < k; i++) z[i] = (z[i] - select(OWN(i), broken, splat(0))) * mask;
  return loss * mask;
}

// The mean loss of n examples, and its gradient. `which` names them in x and y, or is 0 for the first n. y are labels
// (int32) or, for regression, numbers (.., outputs).
static float batch_gradient(const Net *net, int n, const int *which, const float *x, const void *y, const float *w,
                            float *gradient, float *scratch) {
  int inputs = net->size[0], k = outputs(net);
  long count = weights(net), all = units(net);
  f4 *unit = (f4 *)scratch, *back = unit + all, *sum = back + all, total = splat(0);
  for (long i = 0; i < count; i++) sum[i] = splat(0);
  for (int e = 0; e < n; e += 4) {
    int own[4];
    f4 mask;
    for (int lane = 0; lane < 4; lane++) {
      int at = e + lane < n ? e + lane : e;
      own[lane] = which ? which[at] : at;
      mask[lane] = e + lane < n ? 1.0f / n : 0;
      for (int i = 0; i < inputs; i++) unit[i][lane] = x[(long)own[lane] * inputs + i];
    }
    f4 *out = run(net, w, unit), *d = back + all - k;
    for (int i = 0; i < k; i++) d[i] = out[i];
    // The last layer's activation is undone below, and needs its outputs, which stay in `out`.
    total += judge(net, d, y, own, mask);
    const float *from = w + count;
    f4 *to = sum + count;
    for (int l = net->layers - 1; l >= 0; l--) {
      int ins = net->size[l], size = net->size[l + 1];
      f4 *in = out - ins, *d_in = d - ins;
      from -= (ins + 1L) * size, to -= (ins + 1L) * size;
      for (int u = 0; u < size; u++) {
        if (net->activation[l] == TANH) d[u] *= 1.0f - out[u] * out[u];
        if (net->activation[l] == SIGMOID) d[u] *= out[u] * (1.0f - out[u]);
        if (net->activation[l] == RELU) d[u] = (f4)((out[u] > 0.0f) & (i4)d[u]);
      }
      for (int i = 0; i < ins; i++) d_in[i] = splat(0);
      for (int u = 0; u < size; u++) {
        for (int i = 0; i < ins; i++) {
          to[u * ins + i] += d[u] * in[i];
          d_in[i] += splat(from[u * ins + i]) * d[u];
        }
        to[size * ins + u] += d[u];
      }
      out = in, d = d_in;
    }
  }
  for (long i = 0; i < count; i++) gradient[i] = sum4(sum[i]);
  return sum4(total);
}

EXPORT float net_gradient(const Net *net, int n, const float *x, const void *y, const float *w, float *gradient,
                          float *scratch) {
  return batch_gradient(net, n, 0, x, y, w, gradient, scratch);
}

// ---- Heads by themselves: scores z (n, k) are turned four examples at a time, so that each has its lane.

EXPORT long head_scratch(int k) { return 4L * k; }

// p (n, k), the probabilities for the scores z.
EXPORT void softmax_output(int n, int k, const float *z, float *p, float *scratch) {
  f4 *lanes = (f4 *)scratch;
  for (int e = 0; e < n; e += 4) {
    int some = n - e < 4 ? n - e : 4;
    turn_in(k, some, z + (long)e * k, lanes);
    softmax(k, lanes);
    turn_out(k, some, lanes, p + (long)e * k);
  }
}

// The mean loss of the head for scores z (n, k) and targets y, and its gradient d (n, k).
EXPORT float head_loss(int head, int n, int k, const float *z, const void *y, float *d, float *scratch) {
  Net net = {.layers = 0, .head = head, .size = {k}};
  f4 *lanes = (f4 *)scratch, total = splat(0);
  for (int e = 0; e < n; e += 4) {
    int some = n - e < 4 ? n - e : 4, which[4];
    f4 mask;
    for (int lane = 0; lane < 4; lane++) which[lane] = lane < some ? e + lane : e, mask[lane] = lane < some ? 1.0f / n : 0;
    turn_in(k, some, z + (long)e * k, lanes);
    total += judge(&net, lanes, y, which, mask);
    turn_out(k, some, lanes, d + (long)e * k);
  }
  return sum4(total);
}
