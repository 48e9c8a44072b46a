// Whole networks of convolutions with their rectifiers and pools, and dense layers behind them, included by kernels.c:
// one call predicts, one makes a gradient.
//
// A dense layer is a convolution, too: of one pixel, the channels of which are all numbers in front of it. Examples go
// through the network one by one, so that all of it stays in the cache, and that many need no more memory than one.

enum { MOST_STAGES = 8 };

typedef struct {
  Conv conv;  // n has no meaning
  int rectify, pool;
} Stage;

typedef struct {
  int stages, head;
  Stage stage[MOST_STAGES];
} Chain;

typedef struct {
  float *panels, *y, *dy, *back;  // the packed filters, the answer, its gradient, and the way back's own memory
  u8 *which;
} Place;

INLINE long filters(const Conv *s) { return (long)s->f * s->kh * taps(s); }

INLINE long place_size(const Stage *s) {
  long size = answer(&s->conv, s->pool);
  return panels_size(&s->conv) + 2 * size + (size + 3) / 4 + conv_backward_scratch(&s->conv);
}

// Divides the scratch memory; returns its end, which is what all stages share on the way there.
static float *places(const Chain *net, Place *to, float *scratch) {
  for (int i = 0; i < net->stages; scratch += place_size(&net->stage[i++])) {
    const Conv *s = &net->stage[i].conv;
    long size = answer(s, net->stage[i].pool);
    to[i].panels = scratch, to[i].y = to[i].panels + panels_size(s), to[i].dy = to[i].y + size;
    to[i].which = (u8 *)(to[i].dy + size), to[i].back = to[i].dy + size + (size + 3) / 4;
  }
  return scratch;
}

EXPORT long chain_scratch(const Chain *net) {
  long all = 0, most = head_scratch(net->stage[net->stages - 1].conv.f);
  for (int i = 0; i < net->stages; i++) {
    long size = forward_size(&net->stage[i].conv);
    if (size > most) most = size;
    all += place_size(&net->stage[i]);
  }
  return all + most;
}

// Scores of one example; weights in the network's own order, for each stage w (f, kh, kw, c), b (f,).
static float *go(const Chain *net, const Place *place, const float *x, const float *w, float *scratch) {
  for (int i = 0; i < net->stages; i++) {
    const Stage *s = &net->stage[i];
    const float *b = w + filters(&s->conv);
    forward_one(&s->conv, x, place[i].panels, b, place[i].y, s->rectify, s->pool ? place[i].which : 0, scratch);
    x = place[i].y, w = b + s->conv.f;
  }
  return place[net->stages - 1].y;
}

// The heads' answers p (n, outputs) to x (n, h, w, c).
EXPORT void chain_predict(const Chain *net, int n, const float *x, const float *w, float *p, float *scratch) {
  Place place[MOST_STAGES];
  float *shared = places(net, place, scratch);
  const float *from = w;
  for (int i = 0; i < net->stages; i++) {
    const Conv *s = &net->stage[i].conv;
    pack_filters(s, from, place[i].panels);
    from += filters(s) + s->f;
  }
  int k = net->stage[net->stages - 1].conv.f;
  for (int e = 0; e < n; e++, x += image(&net->stage[0].conv), p += k) {
    const float *z = go(net, place, x, w, shared);
    if (net->head == SOFTMAX) softmax_output(1, k, z, p, shared);
    else for (int i = 0; i < k; i++) p[i] = z[i];
  }
}

// The mean loss of n examples and its gradient; y are labels (int32) or, for regression, numbers (n, outputs).
EXPORT float chain_gradient(const Chain *net, int n, const float *x, const void *y, const float *w, float *gradient,
                            float *scratch) {
  Place place[MOST_STAGES];
  float *shared = places(net, place, scratch), *at[MOST_STAGES];
  double loss = 0;
  for (int i = 0; i < net->stages; i++) {
    const Conv *s = &net->stage[i].conv;
    at[i] = gradient;
    pack_filters(s, w + (gradient - at[0]), place[i].panels);
    begin_backward(s, w + (gradient - at[0]), gradient + filters(s), place[i].back);
    gradient += filters(s) + s->f;
  }
  int last = net->stages - 1, k = net->stage[last].conv.f;
  for (int e = 0; e < n; e++) {
    const float *in = x + e * image(&net->stage[0].conv), *z = go(net, place, in, w, shared);
    const void *target = (const float *)y + (long)e * (net->head == REGRESSION ? k : 1);
    loss += head_loss(net->head, 1, k, z, target, place[last].dy, shared);
    for (int i = 0; i < k; i++) place[last].dy[i] /= n;
    for (int i = last; i >= 0; i--) {
      const Stage *s = &net->stage[i];
      backward_one(&s->conv, i ? place[i - 1].y : in, place[i].dy, s->pool ? place[i].which : 0,
                   s->rectify && !s->pool ? place[i].y : 0, at[i] + filters(&s->conv), i ? place[i - 1].dy : 0,
                   place[i].back);
    }
  }
  for (int i = 0; i <= last; i++) end_backward(&net->stage[i].conv, at[i], place[i].back);
  return (float)(loss / n);
}
