// Max pooling by itself, included by kernels.c: windows kh x kw of at most 255 cells, `which` cell is the largest. The
// `f` of a Conv has no meaning here.

// Four channels (or `some`, if they are fewer) of one window, of which the cells from..to lie inside the image.
INLINE void largest(const Conv *s, const float *x, const int *from, const int *to, long some, float *y, u8 *which) {
  int first = from[1] * s->kh + from[0];
  f4 best = splat(-__builtin_inff());
  i4 cell = {first, first, first, first};
  for (int k = from[1]; k < to[1]; k++) {  // leftmost first, then topmost
    for (int r = from[0]; r < to[0]; r++) {
      f4 u = load_some(x + ((long)r * s->w + k) * s->c, some);
      i4 more = ~(u <= best) & (best == best);  // true also for what is no number, which then stays
      int here = k * s->kh + r;
      best = select(more, u, best);
      cell = SELECT(more, ((i4){here, here, here, here}), cell);
    }
  }
  store_some(y, some, best);
  if (some >= 4) *(b4 *)which = __builtin_convertvector(cell, b4);
  else for (long i = 0; i < some; i++) which[i] = (u8)cell[i];
}

EXPORT void max_pool_forward(const Conv *s, const float *x, float *y, u8 *which) {
  for (int n = 0; n < s->n; n++, x += image(s)) {
    for (int i = 0; i < s->oh; i++) {
      for (int j = 0; j < s->ow; j++, y += s->c, which += s->c) {
        int top = i * s->sh - s->ph, left = j * s->sw - s->pw, bottom = s->h - top, right = s->w - left;
        int from[2] = {top < 0 ? -top : 0, left < 0 ? -left : 0};
        int to[2] = {s->kh < bottom ? s->kh : bottom, s->kw < right ? s->kw : right};
        long at = ((long)top * s->w + left) * s->c;
        int c = 0;
        for (; c + 4 <= s->c; c += 4) largest(s, x + at + c, from, to, 4, y + c, which + c);
        if (c < s->c) largest(s, x + at + c, from, to, s->c - c, y + c, which + c);
      }
    }
  }
}

EXPORT void max_pool_backward(const Conv *s, const float *dy, const u8 *which, float *dx) {
  long place[256];  // of each cell, from the first one of its window
  for (int k = 0; k < s->kh * s->kw; k++) place[k] = ((long)(k % s->kh) * s->w + k / s->kh) * s->c;
  fill(dx, s->n * image(s), 0);
  for (int n = 0; n < s->n; n++, dx += image(s))
    for (int i = 0; i < s->oh; i++)
      for (int j = 0; j < s->ow; j++, dy += s->c, which += s->c) {
        long at = ((long)(i * s->sh - s->ph) * s->w + j * s->sw - s->pw) * s->c;
        for (int c = 0; c < s->c; c++) dx[at + place[which[c]] + c] += dy[c];
      }
}
