// Convolution of images (n, h, w, c), with the rectifier and the 2 x 2 pool behind it, included by kernels.c.
//
// The layout decides: with channels last, what a window sees is `kh` runs of `kw * c` neighbouring numbers, so
// that forward streams through memory and both ways back are sums of scaled runs. Images are copied once into a
// frame of zeros (the padding), and no loop has to ask whether it is inside.

typedef struct {
  int n, h, w, c, f, kh, kw, sh, sw, ph, pw, oh, ow;
} Conv;

INLINE int frame_w(const Conv *s) { return s->w + 2 * s->pw; }
// Vectors may reach up to three numbers over the end of the last run.
INLINE long frame(const Conv *s) { return (long)(s->h + 2 * s->ph) * frame_w(s) * s->c + 4; }
INLINE int taps(const Conv *s) { return s->kw * s->c; }
INLINE long image(const Conv *s) { return (long)s->h * s->w * s->c; }

static void put_into_frame(const Conv *s, const float *x, float *to) {
  long row = (long)s->w * s->c, wide = (long)frame_w(s) * s->c;
  fill(to, frame(s), 0);
  for (int i = 0; i < s->h; i++)
    for (long k = 0; k < row; k++) to[(i + s->ph) * wide + (long)s->pw * s->c + k] = x[i * row + k];
}

// ---- Forward

INLINE long panels_size(const Conv *s) { return (long)s->kh * taps(s) * (s->f + 7); }
INLINE long forward_size(const Conv *s) { return frame(s) + 8 + 2L * s->ow * 8; }
EXPORT long conv_forward_scratch(const Conv *s) { return panels_size(s) + forward_size(s); }

// Two rows of one panel, if pooled their 2 x 2 windows: the largest, and which cell it is (4 for none above 0).
static void pool_rows(const Conv *s, const float *top, const float *low, int width, int real, float *y, u8 *which) {
  for (int i = 0; i + 2 <= s->ow; i += 2, y += s->f, which += s->f) {
    for (int v = 0; v < real; v += 4) {
      const float *at[4] = {top, low, top + width, low + width};  // leftmost first, then topmost
      f4 best = splat(0);
      i4 cell = {4, 4, 4, 4};
      UNROLL for (int k = 0; k < 4; k++) {
        f4 u = LOAD(at[k] + i * width + v);
        i4 more = ~(u <= best) & (best == best);  // true also for what is no number, which then stays
        best = select(more, u, best);
        cell = SELECT(more, ((i4){k, k, k, k}), cell);
      }
      if (v + 4 <= real) {
        STORE(y + v, best);
        *(b4 *)(which + v) = __builtin_convertvector(cell, b4);
      } else {
        for (int j = v; j < real; j++) y[j] = best[j - v], which[j] = (u8)cell[j - v];
      }
    }
  }
}

static void keep_row(const Conv *s, const float *row, int width, int real, int rectify, float *y) {
  for (int i = 0; i < s->ow; i++, y += s->f) {
    for (int v = 0; v < real; v += 4) {
      f4 u = LOAD(row + i * width + v);
      if (rectify) u = relu4(u);
      if (v + 4 <= real) STORE(y + v, u);
      else for (int j = v; j < real; j++) y[j] = u[j - v];
    }
  }
}

static void pack_filters(const Conv *s, const float *w, float *panels) {
  int all = s->kh * taps(s);
  pack(s->f, all, w, 1, all, panels);
}

// One image: y (oh, ow, f) of x and the packed filters; rectified if asked for. With `which` it is rectified and the
// largest of each 2 x 2 cells: y and which (oh / 2, ow / 2, f).
static void forward_one(const Conv *s, const float *x, const float *panel, const float *b, float *y, int rectify,
                        u8 *which, float *scratch) {
  int wide = frame_w(s) * s->c, rows = which ? 2 : 1;
  float *in = scratch, *bias = in + frame(s), *out = bias + 8;
  long y_row = (long)(s->ow / rows) * s->f;
  put_into_frame(s, x, in);
  for (int f = 0; f < s->f; f += 8) {
    int width = panel_width(s->f - f), real = s->f - f < width ? s->f - f : width;
    for (int v = 0; v < 8; v++) bias[v] = v < real ? b[f + v] : 0;
    for (int i = 0; i < s->oh / rows; i++) {
      for (int r = 0; r < rows; r++)
        tiles(s->ow, width, in + (long)(rows * i + r) * s->sh * wide, s->sw * s->c, s->kh, taps(s), wide, panel, bias,
              out + r * s->ow * width);
      long at = i * y_row + f;
      if (which) pool_rows(s, out, out + s->ow * width, width, real, y + at, which + at);
      else keep_row(s, out, width, real, rectify, y + at);
    }
    panel += (long)s->kh * taps(s) * width;
  }
}

// Numbers that one image gives, pooled or not.
INLINE long answer(const Conv *s, int pool) { return (long)(s->oh >> pool) * (s->ow >> pool) * s->f; }

// y and which of x (n, h, w, c), w (f, kh, kw, c), b (f,).
static void forward(const Conv *s, const float *x, const float *w, const float *b, float *y, int rectify, u8 *which,
                    float *scratch) {
  long size = answer(s, which != 0);
  pack_filters(s, w, scratch);
  for (int n = 0; n < s->n; n++)
    forward_one(s, x + n * image(s), scratch, b, y + n * size, rectify, which ? which + n * size : 0,
                scratch + panels_size(s));
}

EXPORT void conv_forward(const Conv *s, const float *x, const float *w, const float *b, float *y, int rectify,
                         float *scratch) {
  forward(s, x, w, b, y, rectify, 0, scratch);
}
EXPORT void conv_pool_forward(const Conv *s, const float *x, const float *w, const float *b, float *y, u8 *which,
                              float *scratch) {
  forward(s, x, w, b, y, 1, which, scratch);
}

// ---- Backward
//
// Most of dy is zero: rectifiers are shut, and a pool hands its gradient to one cell of four. So the gradients that
// are there are listed, filter by filter for dw and window by window for dx, and only these are worked on.

typedef struct {
  int at;  // where in the frame the window begins, or which filter it is
  float g;
} Part;

INLINE int slots(const Conv *s) { return s->kh * ((taps(s) + 3) / 4); }

// Where the way back works; dw has its rows filled up to whole vectors, as `weights` has.
typedef struct {
  float *in, *back, *dw, *weights;
  int *slot, *count;
  Part *parts, *own;  // of each filter, at most as many as there are windows; of four windows, at most as many as filters
} Room;

EXPORT long conv_backward_scratch(const Conv *s) {
  return 2 * frame(s) + 8L * s->f * slots(s) + slots(s) + 2L * s->oh * s->ow * s->f + 9 * s->f;
}

static Room room(const Conv *s, float *scratch) {
  long size = 4L * s->f * slots(s);
  Room k = {.in = scratch, .back = scratch + frame(s)};
  k.dw = k.back + frame(s), k.weights = k.dw + size;
  k.slot = (int *)(k.weights + size), k.count = k.slot + slots(s);
  k.own = (Part *)(k.count + s->f), k.parts = k.own + 4 * s->f;
  return k;
}

// Behind a pool that is not taken in, most gradients are zero: four at once are passed over.
INLINE int four_zeros(const float *dy) {
  l2 v = (l2)LOAD(dy);
  return !(v[0] | v[1]);
}

// The vectors of a window are its slots; some of them are summed at a time, over all parts, in registers. Each image has
// sums of its own, and these are added: in one long sum, small numbers would be lost against what is there already.
INLINE void add_to_dw(const int S, const float *in, const Part *part, int parts, const int *slot, float *dw) {
  f4 sum[8];
  UNROLL for (int i = 0; i < S; i++) sum[i] = splat(0);
  for (int j = 0; j < parts; j++) {
    const float *x = in + part[j].at;
    f4 g = splat(part[j].g);
    UNROLL for (int i = 0; i < S; i++) sum[i] += g * LOAD(x + slot[i]);
  }
  UNROLL for (int i = 0; i < S; i++) STORE(dw + 4 * i, LOAD(dw + 4 * i) + sum[i]);
}

INLINE void add_to_dx(const int S, float *dx, const Part *part, int parts, const int *slot, const float *w, long size) {
  f4 sum[8];
  UNROLL for (int i = 0; i < S; i++) sum[i] = LOAD(dx + slot[i]);
  for (int j = 0; j < parts; j++) {
    const float *from = w + part[j].at * size;
    f4 g = splat(part[j].g);
    UNROLL for (int i = 0; i < S; i++) sum[i] += g * LOAD(from + 4 * i);
  }
  UNROLL for (int i = 0; i < S; i++) STORE(dx + slot[i], sum[i]);
}

// What one window's gradients `part` add to its place in dx.
static void add_window(const Conv *s, float *dx, const Part *part, int parts, const Room *k) {
  int all = slots(s), i = 0;
  for (; i + 8 <= all; i += 8) add_to_dx(8, dx, part, parts, k->slot + i, k->weights + 4 * i, 4L * all);
  for (; i + 4 <= all; i += 4) add_to_dx(4, dx, part, parts, k->slot + i, k->weights + 4 * i, 4L * all);
  for (; i < all; i++) add_to_dx(1, dx, part, parts, k->slot + i, k->weights + 4 * i, 4L * all);
}

// What one filter's gradients add to its weights.
static void add_filter(const Conv *s, float *dw, const Part *part, int parts, const Room *k) {
  int all = slots(s), i = 0;
  for (; i + 8 <= all; i += 8) add_to_dw(8, k->in, part, parts, k->slot + i, dw + 4 * i);
  for (; i + 4 <= all; i += 4) add_to_dw(4, k->in, part, parts, k->slot + i, dw + 4 * i);
  for (; i < all; i++) add_to_dw(1, k->in, part, parts, k->slot + i, dw + 4 * i);
}

static void begin_backward(const Conv *s, const float *w, float *db, float *scratch) {
  int per_row = (taps(s) + 3) / 4, wide = frame_w(s) * s->c;
  long size = 4L * s->f * slots(s);
  Room k = room(s, scratch);
  for (int i = 0; i < slots(s); i++) k.slot[i] = i / per_row * wide + i % per_row * 4;
  fill(k.dw, size, 0);
  fill(db, s->f, 0);
  // Zeros fill up each row of weights, where a vector reaches into what is not its window's.
  fill(k.weights, size, 0);
  for (int r = 0; r < s->f * s->kh; r++)
    for (int j = 0; j < taps(s); j++) k.weights[(long)r * per_row * 4 + j] = w[(long)r * taps(s) + j];
}

// Lists one image's gradients for each filter, and adds them to dx, in its frame, unless that is 0. `which` says in which
// of four windows a pooled gradient is (4 for none), `y` (of a rectifier) which gradients pass.
INLINE void list_parts(const Conv *s, const float *dy, const u8 *which, const float *y, float *dx, const Room *k) {
  int filters = s->f, step = which ? 2 : 1, cells = s->oh * s->ow;
  int right = s->sw * s->c, down = s->sh * frame_w(s) * s->c, place[4] = {0, down, right, down + right};
  for (int f = 0; f < filters; f++) k->count[f] = 0;
  for (int i = 0; i < s->oh / step; i++) {
    for (int j = 0; j < s->ow / step; j++) {
      int at = step * (i * down + j * right), own[4] = {0};
      for (int f = 0; f < filters; f++) {
        if (!which && f + 4 <= filters && four_zeros(dy + f)) {
          f += 3;
          continue;
        }
        int cell = which ? which[f] & 3 : 0, live = dy[f] != 0;
        if (which) live &= which[f] < 4;
        if (y) live &= y[f] > 0;
        // Each is written and only then kept or not: no branch to guess.
        k->parts[(long)f * cells + k->count[f]] = (Part){at + place[cell], dy[f]};
        k->count[f] += live;
        if (!dx) continue;
        k->own[cell * filters + own[cell]] = (Part){f, dy[f]};
        own[cell] += live;
      }
      if (dx)
        for (int cell = 0; cell < step * step; cell++)
          if (own[cell]) add_window(s, dx + at + place[cell], k->own + cell * filters, own[cell], k);
      dy += filters, which += which ? filters : 0, y += y ? filters : 0;
    }
  }
}

// Adds what one image adds to dw and db, and makes its dx unless that is 0; the rest is as above.
static void backward_one(const Conv *s, const float *x, const float *dy, const u8 *which, const float *y, float *db,
                         float *dx, float *scratch) {
  Room k = room(s, scratch);
  float *back = dx ? k.back : 0;
  put_into_frame(s, x, k.in);
  if (dx) fill(k.back, frame(s), 0);
  if (which) list_parts(s, dy, which, 0, back, &k);
  else if (y) list_parts(s, dy, 0, y, back, &k);
  else list_parts(s, dy, 0, 0, back, &k);
  for (int f = 0; f < s->f; f++) {
    const Part *part = k.parts + (long)f * s->oh * s->ow;
    float sum = 0;
    for (int p = 0; p < k.count[f]; p++) sum += part[p].g;
    db[f] += sum;
    add_filter(s, k.dw + 4L * f * slots(s), part, k.count[f], &k);
  }
  if (!dx) return;
  long wide = (long)frame_w(s) * s->c;
  for (int i = 0; i < s->h; i++)
    for (int j = 0; j < s->w * s->c; j++) *dx++ = k.back[(i + s->ph) * wide + s->pw * s->c + j];
}

static void end_backward(const Conv *s, float *dw, float *scratch) {
  int per_row = (taps(s) + 3) / 4;
  Room k = room(s, scratch);
  for (int r = 0; r < s->f * s->kh; r++)
    for (int j = 0; j < taps(s); j++) dw[(long)r * taps(s) + j] = k.dw[(long)r * per_row * 4 + j];
}

// dw and db, and dx unless it is 0.
static void backward(const Conv *s, const float *x, const float *w, const float *dy, const u8 *which, const float *y,
                     float *dw, float *db, float *dx, float *scratch) {
  long size = answer(s, which != 0);
  begin_backward(s, w, db, scratch);
  for (int n = 0; n < s->n; n++)
    backward_one(s, x + n * image(s), dy + n * size, which ? which + n * size : 0, y ? y + n * size : 0, db,
                 dx ? dx + n * image(s) : 0, scratch);
  end_backward(s, dw, scratch);
}

// y, if it is not 0, is the rectified output: gradients pass where it is above 0.
EXPORT void conv_backward(const Conv *s, const float *x, const float *w, const float *dy, const float *y, float *dw,
                          float *db, float *dx, float *scratch) {
  backward(s, x, w, dy, 0, y, dw, db, dx, scratch);
}
EXPORT void conv_pool_backward(const Conv *s, const float *x, const float *w, const float *dy, const u8 *which,
                               float *dw, float *db, float *dx, float *scratch) {
  backward(s, x, w, dy, which, 0, dw, db, dx, scratch);
}
