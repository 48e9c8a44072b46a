// How weights follow the gradient, included by kernels.c: the same formulas, in the same order, as pyml/methods.py.

enum { SGD, NESTEROV, ADAGRAD, WINDOWGRAD, RMSPROP, ADADELTA, ADAM, ADAMW };

typedef struct {
  float lr, momentum, fresh, eps, fresh1, fresh2, l1, l2, clip;  // fresh is 1 - ro, fresh1 1 - beta1, fresh2 1 - beta2
  float unbias1, unbias2;  // 1 - beta1^t, 1 - beta2^t
} Settings;

typedef double d4 __attribute__((vector_size(32)));
INLINE d4 wide(f4 v) { return __builtin_convertvector(v, d4); }
INLINE double total(d4 v) { return (v[0] + v[1]) + (v[2] + v[3]); }

// Adds the decays' derivatives to the gradient g (not l2's for adamw); losses[0..1] are what they add to the loss.
EXPORT void decay(int method, long n, const float *w, const float *l1_mask, const float *l2_mask, const Settings *s,
                  float *g, float *losses) {
  d4 l1 = {0}, l2 = {0};
  f4 one = splat(1), zero = splat(0);
  float pull = method == ADAMW ? 0 : s->l2;
  if (s->l1 != 0)
    for (long i = 0, some; (some = n - i) > 0; i += 4) {
      f4 v = load_some(w + i, some), signs = select(v > 0.0f, one, zero) - select(v < 0.0f, one, zero);
      f4 masked = signs * load_some(l1_mask + i, some);
      l1 += wide(v * masked);
      store_some(g + i, some, load_some(g + i, some) + s->l1 * masked);
    }
  if (s->l2 != 0)
    for (long i = 0, some; (some = n - i) > 0; i += 4) {
      f4 v = load_some(w + i, some), masked = v * load_some(l2_mask + i, some);
      l2 += wide(v * masked);
      store_some(g + i, some, load_some(g + i, some) + pull * masked);
    }
  losses[0] = (float)(s->l1 * total(l1)), losses[1] = (float)(s->l2 * total(l2) / 2);
}

// The squared length of g, in double precision: in float32 a square overflows long before its root does.
EXPORT double squared_length(long n, const float *g) {
  d4 sum = {0};
  for (long i = 0; i < n; i += 4) {
    d4 v = wide(load_some(g + i, n - i));
    sum += v * v;
  }
  return total(sum);
}

#define ALL for (long i = 0; i < n; i++)
// w changes by the step for g; a and b are the method's accumulators, in the order in which methods.py names them. Returns
// whether all of w is finite then; otherwise w is as it was before. kept [n] is scratch memory.
EXPORT int update(int method, long n, float *restrict w, const float *restrict g, float *restrict a, float *restrict b,
                  const float *restrict l2_mask, const Settings *restrict s, float *restrict kept) {
  float lr = s->lr, momentum = s->momentum, fresh = s->fresh, eps = s->eps, fresh1 = s->fresh1, fresh2 = s->fresh2;
  float rate = lr / s->unbias1, unbias2 = s->unbias2, pull = lr * s->l2;
  ALL kept[i] = w[i];
  switch (method) {
    case SGD: ALL { a[i] = momentum * a[i] - lr * g[i]; w[i] += a[i]; } break;
    case NESTEROV: ALL { a[i] = momentum * a[i] - lr * g[i]; w[i] += momentum * a[i] - lr * g[i]; } break;
    case ADAGRAD: ALL { a[i] += g[i] * g[i]; w[i] -= lr * g[i] / __builtin_sqrtf(a[i] + eps); } break;
    case WINDOWGRAD:
      ALL { a[i] += fresh * (g[i] * g[i] - a[i]); w[i] -= lr * g[i] / __builtin_sqrtf(a[i] + eps); }
      break;
    case RMSPROP:
      ALL { a[i] += fresh * (g[i] * g[i] - a[i]); w[i] -= lr * g[i] / (__builtin_sqrtf(a[i]) + eps); }
      break;
    case ADADELTA:
      ALL {
        a[i] += fresh * (g[i] * g[i] - a[i]);
        float d = -__builtin_sqrtf((b[i] + eps) / (a[i] + eps)) * g[i];
        b[i] += fresh * (d * d - b[i]);
        w[i] += lr * d;
      }
      break;
    default:  // ADAM, ADAMW
      ALL {
        a[i] += fresh1 * (g[i] - a[i]);
        b[i] += fresh2 * (g[i] * g[i] - b[i]);
        float away = method == ADAMW ? pull * l2_mask[i] * w[i] : 0;
        w[i] -= rate * a[i] / (__builtin_sqrtf(b[i] / unbias2) + eps) + away;
      }
  }
  int finite = 1;
  ALL finite &= w[i] - w[i] == 0;
  if (!finite) ALL w[i] = kept[i];
  return finite;
}

// A slice of training of a small network: `batches` batches of `size` examples, named one after the other by `order`
// (the last may be cut short by `count`, the length of order). Returns how many batches were done: fewer if a loss, a
// gradient or a weight was no finite number, and then all is as it was before that batch. losses [batches] are the
// data's, without decays.
EXPORT int net_train(const Net *net, int method, const int *order, int count, int size, const float *x, const void *y,
                     float *w, float *a, float *b, const float *l1_mask, const float *l2_mask, Settings *s,
                     const float *rates, const float *unbias, float *losses, float *scratch) {
  long n = weights(net);
  float *gradient = scratch + 4 * (2 * units(net) + n), *kept = gradient + n, unused[2];
  int done = 0;
  for (long from = 0; from < count; from += size, done++) {
    int some = count - from < size ? (int)(count - from) : size;
    float loss = batch_gradient(net, some, order + from, x, y, w, gradient, scratch);
    if (s->l1 != 0 || s->l2 != 0) decay(method, n, w, l1_mask, l2_mask, s, gradient, unused);
    double length = squared_length(n, gradient);
    if (!(loss - loss == 0) || !(length - length == 0)) return done;
    losses[done] = loss;
    s->lr = rates[done], s->unbias1 = unbias[2 * done], s->unbias2 = unbias[2 * done + 1];
    float scale = (float)(s->clip / __builtin_sqrt(length));
    if (s->clip > 0 && scale < 1)
      for (long i = 0; i < n; i++) gradient[i] *= scale;
    for (long i = 0; i < n; i++) kept[n + i] = a[i], kept[2 * n + i] = b ? b[i] : 0;
    if (update(method, n, w, gradient, a, b, l2_mask, s, kept)) continue;
    for (long i = 0; i < n; i++) {
      a[i] = kept[n + i];
      if (b) b[i] = kept[2 * n + i];
    }
    return done;
  }
  return done;
}
