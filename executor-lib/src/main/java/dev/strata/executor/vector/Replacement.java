package dev.strata.executor.vector;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Elements replaced at random, each independently; the same ones in every data type. */
public final class Replacement {
  private static final int ONE = Float.floatToRawIntBits(1f);

  private Replacement() {}

  /** {@code into} is the source with a share of the elements replaced by 0. */
  public static void byZeros(INDArray source, double share, INDArray into, RandomNumbers random) {
    replace(source, share, into, random, 0);
  }

  /** {@code into} is the source with a share of the elements replaced by 0 or 1, equally likely. */
  public static void byZerosAndOnes(
      INDArray source, double share, INDArray into, RandomNumbers random) {
    replace(source, share, into, random, ONE);
  }

  /** Bits of a random number: the first 31 decide whether, the last one by what. */
  private static void replace(
      INDArray source, double share, INDArray into, RandomNumbers random, int ones) {
    int threshold = (int) Math.round(share * (1L << 31));
    if (!FlatMemory.arePlain(source, into)) {
      replaceSlowly(source, threshold, into, random, ones);
      return;
    }
    var sources = FlatMemory.bytes(source).asIntBuffer();
    var targets = FlatMemory.bytes(into).asIntBuffer();
    int[] numbers = new int[FlatMemory.PIECE];
    int[] values = new int[FlatMemory.PIECE];
    int length = (int) source.length();
    for (int at = 0; at < length; at += FlatMemory.PIECE) {
      int count = Math.min(FlatMemory.PIECE, length - at);
      random.bits(numbers, count);
      sources.get(at, values, 0, count);
      for (int i = 0; i < count; i++) {
        int replaced = ((numbers[i] >>> 1) - threshold) >> 31;
        values[i] = (values[i] & ~replaced) | (ones & replaced & -(numbers[i] & 1));
      }
      targets.put(at, values, 0, count);
    }
  }

  private static void replaceSlowly(
      INDArray source, int threshold, INDArray into, RandomNumbers random, int ones) {
    int[] numbers = new int[FlatMemory.PIECE];
    long length = source.length();
    for (long at = 0; at < length; at += FlatMemory.PIECE) {
      int count = (int) Math.min(FlatMemory.PIECE, length - at);
      random.bits(numbers, count);
      for (int i = 0; i < count; i++) {
        // As in the loop above: the threshold of share 1 is 2³¹, as an int negative.
        boolean replaced = (numbers[i] >>> 1) - threshold < 0;
        double other = ones != 0 && (numbers[i] & 1) == 1 ? 1 : 0;
        into.putScalar(at + i, replaced ? other : source.getDouble(at + i));
      }
    }
  }
}
