// The hot operations of pyml, in clang's portable vectors: one source for WebAssembly and for the desktop.
//
// This file: the vectors, exponentials, elementwise functions and matrix products. The others:
// kernels_images.c convolution, kernels_pools.c pooling, kernels_norms.c batch normalisation,
// kernels_nets.c small dense networks, kernels_chains.c networks of convolutions, kernels_updates.c trainers.
//
// pyml/kernels.py is the only caller. It has checked every shape, type and length before, and gives
// each function the scratch memory that its *_scratch function asks for; nothing here allocates, keeps
// anything between calls or fails. All numbers are float32, all arrays contiguous unless strides are given.

#define EXPORT __attribute__((visibility("default")))
#define INLINE static inline __attribute__((always_inline))
// Loops over constants that hold vectors must vanish, so that the vectors live in registers. All other
// loops must not be unrolled (the build says -fno-unroll-loops): engines then run out of registers.
#define UNROLL _Pragma("clang loop unroll(full)")

// Four numbers, at any address of a float.
typedef float f4 __attribute__((vector_size(16), aligned(4)));
typedef int i4 __attribute__((vector_size(16), aligned(4)));
typedef unsigned int u4 __attribute__((vector_size(16), aligned(4)));
typedef long long l2 __attribute__((vector_size(16), aligned(4)));
typedef unsigned char u8;
typedef unsigned char b4 __attribute__((vector_size(4), aligned(1)));

enum { ABI = 3 };  // see pyml/native.py
EXPORT int abi(void) { return ABI; }

#define LOAD(p) (*(const f4 *)(p))
#define STORE(p, v) (*(f4 *)(p) = (v))
#define SELECT(mask, a, b) (((mask) & (a)) | (~(mask) & (b)))

INLINE f4 splat(float x) { return (f4){x, x, x, x}; }
INLINE f4 select(i4 mask, f4 a, f4 b) { return (f4)SELECT(mask, (i4)a, (i4)b); }
INLINE float sum4(f4 v) { return (v[0] + v[1]) + (v[2] + v[3]); }

// The last numbers of an array may be fewer than four.
INLINE f4 load_some(const float *p, long some) {
  if (some >= 4) return LOAD(p);
  f4 v = splat(0);
  for (long i = 0; i < some; i++) v[i] = p[i];
  return v;
}
INLINE void store_some(float *p, long some, f4 v) {
  if (some >= 4) STORE(p, v);
  else for (long i = 0; i < some; i++) p[i] = v[i];
}

static void fill(float *p, long n, float value) {
  for (long i = 0; i < n; i++) p[i] = value;
}

// ---- Elementwise functions

// e^x to about 1e-7 relative: x = k ln 2 + r with |r| <= ln 2 / 2, then e^r by a polynomial and 2^k by
// adding k to the exponent. (Cephes, expf; ln 2 is taken away in two parts, so that r stays exact.)
INLINE f4 exp4(f4 x) {
  f4 low = splat(-87.3f), high = splat(88.7f), magic = splat(12582912.0f);  // 1.5 * 2^23 rounds to a whole k
  f4 c = select(x < low, low, select(x > high, high, x));
  f4 shifted = c * 1.44269504f + magic, k = shifted - magic;
  f4 r = c - k * 0.693359375f - k * -2.12194440e-4f;
  f4 p = splat(1.9875691500e-4f);
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  f4 y = (f4)((u4)p + ((u4)shifted << 23));
  y = select(x < low, splat(0), y);
  return select(x <= high, y, x + __builtin_inff());  // infinite, or what is no number stays so
}

// tanh to about 3e-7 relative, as x P(x^2) / Q(x^2): one division and no exponential. From 7.9 on it is 1. (The
// coefficients are those of the library Eigen.)
INLINE f4 tanh4(f4 x) {
  f4 most = splat(7.9f);
  i4 above = x > most, below = x < -most;
  x = select(above, most, select(below, -most, x));
  f4 z = x * x;
  f4 p = splat(-2.76076847742355e-16f);
  p = p * z + 2.00018790482477e-13f;
  p = p * z - 8.60467152213735e-11f;
  p = p * z + 5.12229709037114e-08f;
  p = p * z + 1.48572235717979e-05f;
  p = p * z + 6.37261928875436e-04f;
  p = p * z + 4.89352455891786e-03f;
  f4 q = splat(1.19825839466702e-06f);
  q = q * z + 1.18534705686654e-04f;
  q = q * z + 2.26843463243900e-03f;
  q = q * z + 4.89352518554385e-03f;
  return select(above, splat(1), select(below, splat(-1), x * p / q));
}

INLINE f4 sigmoid4(f4 x) { return 1.0f / (1.0f + exp4(-x)); }

// Like NumPy's maximum(x, 0): what is no number stays so.
INLINE f4 relu4(f4 x) { return (f4)(~(x < 0.0f) & (i4)x); }

// The last one to three numbers of an array go through a vector of their own.
#define EACH(name, expression)                                              \
  EXPORT void name(long n, const float *x, const float *y, float *out) {    \
    long i = 0;                                                             \
    for (; i + 4 <= n; i += 4) {                                            \
      f4 a = LOAD(x + i), b = LOAD(y + i);                                  \
      (void)b;                                                              \
      STORE(out + i, expression);                                           \
    }                                                                       \
    if (i < n) {                                                            \
      f4 a = splat(0), b = splat(0), r;                                     \
      for (long j = i; j < n; j++) a[j - i] = x[j], b[j - i] = y[j];        \
      r = expression;                                                       \
      for (long j = i; j < n; j++) out[j] = r[j - i];                       \
    }                                                                       \
  }
// Forward of one array: the second one is the first again.
EACH(exp_forward, exp4(a))
EACH(tanh_forward, tanh4(a))
EACH(sigmoid_forward, sigmoid4(a))
EACH(relu_forward, relu4(a))
// Backward: a is dy, b is y.
EACH(tanh_backward, a * (1.0f - b * b))
EACH(sigmoid_backward, a * (b * (1.0f - b)))
EACH(relu_backward, (f4)((b > 0.0f) & (i4)a))

EXPORT void leaky_forward(long n, const float *x, const float *y, float *out, float slope) {
  (void)y;
  for (long i = 0; i < n; i++) out[i] = x[i] > 0 ? x[i] : slope * x[i];
}
EXPORT void leaky_backward(long n, const float *dy, const float *y, float *out, float slope) {
  for (long i = 0; i < n; i++) out[i] = y[i] > 0 ? dy[i] : slope * dy[i];
}

// ---- Products

// out[p][4 V] = bias + sum over rows and taps of a[p step + row stride + tap] * panel[row, tap][4 V], for P pixels
// (rows of a product) at once. 8 vectors of sums: with more of them engines run out of registers, and with fewer
// the additions wait for each other.
INLINE void tile(const int P, const int V, const float *a, long step, int rows, int taps, int stride,
                 const float *panel, const float *bias, float *out, int out_step) {
  f4 sum[8];
  UNROLL for (int p = 0; p < P; p++) UNROLL for (int v = 0; v < V; v++) sum[p * V + v] = LOAD(bias + 4 * v);
  for (int row = 0; row < rows; row++, a += stride) {
    for (int tap = 0; tap < taps; tap++, panel += 4 * V) {
      f4 b[2];
      UNROLL for (int v = 0; v < V; v++) b[v] = LOAD(panel + 4 * v);
      UNROLL for (int p = 0; p < P; p++) {
        f4 x = splat(a[tap + p * step]);
        UNROLL for (int v = 0; v < V; v++) sum[p * V + v] += x * b[v];
      }
    }
  }
  UNROLL for (int p = 0; p < P; p++)
    UNROLL for (int v = 0; v < V; v++) STORE(out + p * out_step + 4 * v, sum[p * V + v]);
}

// Many pixels in a row, `step` apart: out [count][width], width 8 or 4.
static void tiles(int count, int width, const float *a, long step, int rows, int taps, int stride,
                  const float *panel, const float *bias, float *out) {
  int i = 0;
  if (width == 8) {
    for (; i + 4 <= count; i += 4)
      tile(4, 2, a + i * step, step, rows, taps, stride, panel, bias, out + i * 8L, 8);
    for (; i < count; i++) tile(1, 2, a + i * step, step, rows, taps, stride, panel, bias, out + i * 8L, 8);
  } else {
    for (; i + 8 <= count; i += 8)
      tile(8, 1, a + i * step, step, rows, taps, stride, panel, bias, out + i * 4L, 4);
    for (; i < count; i++) tile(1, 1, a + i * step, step, rows, taps, stride, panel, bias, out + i * 4L, 4);
  }
}

// Columns go in panels of 8; a rest of up to 4 makes a panel of 4, so that 20 filters cost 20 and not 24.
INLINE int panel_width(int left) { return left > 4 ? 8 : 4; }

// Panels of b (k, n): for each panel [k][width], zeros where there is no column.
static void pack(int n, int k, const float *b, long by_k, long by_n, float *to) {
  for (int j = 0; j < n; j += 8) {
    int width = panel_width(n - j);
    for (int v = 0; v < width; v++) {
      const float *from = b + (j + v) * by_n;
      for (long i = 0; i < k; i++) to[i * width + v] = j + v < n ? from[i * by_k] : 0;
    }
    to += (long)k * width;
  }
}

enum { ROWS = 64 };  // rows of a product that are made at a time

EXPORT long product_scratch(int n, int k) { return (long)k * (n + 7) + 8 + ROWS * 8 + (long)ROWS * k; }

// c (m, n) = a (m, k) b (k, n), a and b with any strides, counted in numbers.
EXPORT void product(int m, int n, int k, const float *a, long a_m, long a_k, const float *b, long b_k, long b_n,
                    float *c, float *scratch) {
  float *panels = scratch, *zeros = panels + (long)k * (n + 7), *out = zeros + 8, *turned = out + ROWS * 8;
  pack(n, k, b, b_k, b_n, panels);
  fill(zeros, 8, 0);
  for (int i = 0; i < m; i += ROWS) {
    int some = m - i < ROWS ? m - i : ROWS;
    const float *from = a + i * a_m;
    long step = a_m;
    if (a_k != 1) {  // tile wants the taps of a row side by side
      for (int r = 0; r < some; r++)
        for (int t = 0; t < k; t++) turned[(long)r * k + t] = from[r * a_m + t * a_k];
      from = turned, step = k;
    }
    const float *panel = panels;
    for (int j = 0; j < n; j += 8) {
      int width = panel_width(n - j), real = n - j < width ? n - j : width;
      tiles(some, width, from, step, 1, k, 0, panel, zeros, out);
      for (int r = 0; r < some; r++)
        for (int v = 0; v < real; v++) c[(long)(i + r) * n + j + v] = out[r * width + v];
      panel += (long)k * width;
    }
  }
}

#include "kernels_images.c"
#include "kernels_pools.c"
#include "kernels_norms.c"
#include "kernels_nets.c"
#include "kernels_updates.c"
#include "kernels_chains.c"
