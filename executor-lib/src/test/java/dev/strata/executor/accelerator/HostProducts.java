package dev.strata.executor.accelerator;

/** Products of {@link HostAccelerator}, in loops along the memory. */
final class HostProducts {
  private HostProducts() {}

  static void forward(HostArray rows, HostArray weights, HostArray into, int b, int in, int out) {
    for (int r = 0; r < b; r++) {
      for (int o = 0; o < out; o++) {
        into.set(r * out + o, dot(rows, r * in, weights, o * in, in));
      }
    }
  }

  private static float dot(HostArray a, int ofA, HostArray b, int ofB, int length) {
    float[] first = a.memory();
    float[] second = b.memory();
    int from = a.from() + ofA;
    int other = b.from() + ofB;
    float even = 0;
    float odd = 0;
    int i = 0;
    for (; i + 1 < length; i += 2) {
      even += first[from + i] * second[other + i];
      odd += first[from + i + 1] * second[other + i + 1];
    }
    return i < length ? even + odd + first[from + i] * second[other + i] : even + odd;
  }

  static void back(HostArray rows, HostArray weights, HostArray into, int b, int in, int out) {
    for (int r = 0; r < b; r++) {
      scale(into, r * in, in, 0);
      for (int o = 0; o < out; o++) {
        add(into, r * in, weights, o * in, in, rows.get(r * out + o));
      }
    }
  }

  static void outer(
      HostArray left, HostArray right, HostArray into, int[] shape, float alpha, float beta) {
    int b = shape[0];
    int in = shape[1];
    int out = shape[2];
    for (int o = 0; o < out; o++) {
      scale(into, o * in, in, beta);
      for (int r = 0; r < b; r++) {
        add(into, o * in, left, r * in, in, alpha * right.get(r * out + o));
      }
    }
  }

  private static void scale(HostArray array, int at, int length, float factor) {
    for (int i = 0; i < length; i++) {
      array.set(at + i, factor == 0 ? 0 : factor * array.get(at + i));
    }
  }

  private static void add(
      HostArray into, int at, HostArray from, int ofFrom, int length, float factor) {
    float[] sums = into.memory();
    float[] addends = from.memory();
    int first = into.from() + at;
    int other = from.from() + ofFrom;
    for (int i = 0; i < length; i++) {
      sums[first + i] += factor * addends[other + i];
    }
  }
}
