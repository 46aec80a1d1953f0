package dev.strata.executor.accelerator;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.kernels.RandomNumbers;

/** The first numbers of a key from a position on. */
final class HostRandom {
  private HostRandom() {}

  static int[] bits(long key, int position, int count) {
    RandomNumbers random = from(key, position);
    int[] numbers = new int[count];
    random.bits(numbers, count);
    return numbers;
  }

  static float[] uniform(long key, int position, int count) {
    float[] numbers = new float[count];
    int[] bits = bits(key, position, count);
    for (int i = 0; i < count; i++) {
      numbers[i] = (bits[i] >>> 8) * 0x1p-24f;
    }
    return numbers;
  }

  /** As an operation on an array of this length draws them. */
  static float[] gaussian(long key, int position, int count) {
    RandomNumbers random = from(key, position);
    float[] numbers = new float[count];
    float[] piece = new float[FlatMemory.PIECE];
    for (int at = 0; at < count; at += piece.length) {
      int size = Math.min(piece.length, count - at);
      random.gaussian(piece, size);
      System.arraycopy(piece, 0, numbers, at, size);
    }
    return numbers;
  }

  private static RandomNumbers from(long key, int position) {
    RandomNumbers random = new RandomNumbers(key);
    random.bits(new int[position], position);
    return random;
  }
}
