// Max pooling by itself, included by kernels.c: windows kh x kw of at most 255 cells, `which` cell is the largest. The
// `f` of a Conv has no meaning here.

EXPORT void max_pool_forward(const Conv *s, const float *x, float *y, u8 *which) {
  for (int n = 0; n < s->n; n++, x += image(s)) {
    for (int i = 0; i < s->oh; i++) {
      for (int j = 0; j < s->ow; j++, y += s->c, which += s->c) {
        int first = 1;
        for (int k = 0; k < s->kw; k++) {  // leftmost first, then topmost
          for (int r = 0; r < s->kh; r++) {
            int row = i * s->sh - s->ph + r, column = j * s->sw - s->pw + k;
            if (row < 0 || row >= s->h || column < 0 || column >= s->w) continue;
            const float *from = x + ((long)row * s->w + column) * s->c;
            u8 cell = (u8)(k * s->kh + r);
            if (first) {
              for (int c = 0; c < s->c; c++) y[c] = from[c], which[c] = cell;
            } else {
              for (int c = 0; c < s->c; c++) {
                int more = !(from[c] <= y[c]) & (y[c] == y[c]);
                y[c] = more ? from[c] : y[c];
                which[c] = more ? cell : which[c];
              }
            }
            first = 0;
          }
        }
      }
    }
  }
}

EXPORT void max_pool_backward(const Conv *s, const float *dy, const u8 *which, float *dx) {
  fill(dx, s->n * image(s), 0);
  for (int n = 0; n < s->n; n++, dx += image(s))
    for (int i = 0; i < s->oh; i++)
      for (int j = 0; j < s->ow; j++)
        for (int c = 0; c < s->c; c++, dy++, which++) {
          int row = i * s->sh - s->ph + *which % s->kh, column = j * s->sw - s->pw + *which / s->kh;
          dx[((long)row * s->w + column) * s->c + c] += *dy;
        }
}
