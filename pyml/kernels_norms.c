// Batch normalisation of rows x (m, c), included by kernels.c: each of the c channels by itself.
//
// Channels are neighbours, so every loop over them is one over vectors. Sums over many rows are made block by block: in
// one long sum, small numbers would be lost against what is there already.

enum { BLOCK = 128 };  // rows

EXPORT long norm_scratch(int c) { return 3L * c; }

// Adds to sum [c] what `expression` is for each row's number k at x[k]; part [c] is scratch memory.
#define ADD_ROWS(sum, expression)                                           \
  for (long i = 0, next; i < m; i = next) {                                 \
    next = m - i < BLOCK ? m : i + BLOCK;                                   \
    fill(part, c, 0);                                                       \
    for (long row = i; row < next; row++) {                                 \
      long at = row * c;                                                    \
      for (int k = 0; k < c; k++) part[k] += expression;                    \
    }                                                                       \
    for (int k = 0; k < c; k++) sum[k] += part[k];                          \
  }

// y = gamma (x - mean) / sqrt(var + eps) + beta. Unless mean and var are `given`, they are those of the rows, and written.
EXPORT void norm_forward(long m, int c, const float *restrict x, const float *restrict gamma,
                         const float *restrict beta, float eps, int given, float *restrict mean, float *restrict var,
                         float *restrict y, float *restrict scratch) {
  float *restrict part = scratch, *restrict scale = scratch + c;
  if (!given) {
    fill(mean, c, 0), fill(var, c, 0);
    ADD_ROWS(mean, x[at + k])
    for (int k = 0; k < c; k++) mean[k] /= m;
    ADD_ROWS(var, (x[at + k] - mean[k]) * (x[at + k] - mean[k]))
    for (int k = 0; k < c; k++) var[k] /= m;
  }
  for (int k = 0; k < c; k++) scale[k] = gamma[k] / __builtin_sqrtf(var[k] + eps);
  for (long row = 0; row < m; row++, x += c, y += c)
    for (int k = 0; k < c; k++) y[k] = (x[k] - mean[k]) * scale[k] + beta[k];
}

// dgamma, dbeta and dx. Mean and variance that were not given depend on every x: hence the two terms taken away.
EXPORT void norm_backward(long m, int c, const float *restrict x, const float *restrict dy,
                          const float *restrict gamma, float eps, int given, const float *restrict mean,
                          const float *restrict var, float *restrict dgamma, float *restrict dbeta, float *restrict dx,
                          float *restrict scratch) {
  float *restrict part = scratch, *restrict scale = scratch + c, *restrict pull = scratch + 2 * c;
  fill(dgamma, c, 0), fill(dbeta, c, 0);
  ADD_ROWS(dbeta, dy[at + k])
  ADD_ROWS(dgamma, dy[at + k] * (x[at + k] - mean[k]))
  for (int k = 0; k < c; k++) {
    float inverse = 1 / __builtin_sqrtf(var[k] + eps);
    dgamma[k] *= inverse;
    scale[k] = gamma[k] * inverse, pull[k] = dgamma[k] / m * inverse, part[k] = dbeta[k] / m;
  }
  for (long row = 0; row < m; row++, x += c, dy += c, dx += c) {
    if (given)
      for (int k = 0; k < c; k++) dx[k] = scale[k] * dy[k];
    else
      for (int k = 0; k < c; k++) dx[k] = scale[k] * (dy[k] - part[k] - (x[k] - mean[k]) * pull[k]);
  }
}
