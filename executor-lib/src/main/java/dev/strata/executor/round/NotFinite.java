package dev.strata.executor.round;

import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * Finds elements of a flat vector that are NaN or infinite. One pass over the bits: a float32 is
 * not finite where its exponent is all ones, and a count of those compiles to vector instructions.
 */
public final class NotFinite {
  private static final int PIECE = 1 << 12;
  private static final int EXPONENT = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
  private static final int ONE = Float.floatToRawIntBits(Float.MIN_NORMAL);

  private NotFinite() {}

  /** Index of the first element that is NaN or infinite; empty where there is none. */
  public static OptionalLong first(StateVector vector) {
    return first(vector, 0);
  }

  /**
   * Index of the first parameter that is NaN or infinite; empty where there is none. The logarithm
   * of a deviation of 0, which batch normalisation keeps for inputs that never change, is negative
   * infinity and no fault.
   */
  public static OptionalLong first(StateVector parameters, ParameterLayout layout) {
    return first(parameters, layout.statistics());
  }

  /** As above, with the segments that hold running statistics. */
  public static OptionalLong first(StateVector parameters, List<PooledStatistics> statistics) {
    OptionalLong found = first(parameters, 0);
    while (found.isPresent() && isDeviationOfZero(parameters, statistics, found.getAsLong())) {
      found = first(parameters, found.getAsLong() + 1);
    }
    return found;
  }

  private static boolean isDeviationOfZero(
      StateVector parameters, List<PooledStatistics> statistics, long index) {
    return parameters.get(index) == Float.NEGATIVE_INFINITY
        && statistics.stream()
            .anyMatch(
                s ->
                    s.log10Deviation()
                        && index >= s.variance()
                        && index < s.variance() + s.length());
  }

  private static OptionalLong first(StateVector vector, long from) {
    if (vector.isMarkedFinite()) {
      return OptionalLong.empty();
    }
    int[] bits = new int[PIECE];
    long begin = 0;
    for (byte[] chunk : vector.chunks()) {
      int length = chunk.length / Float.BYTES;
      IntBuffer numbers = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
      for (int at = (int) Math.max(0, Math.min(length, from - begin)); at < length; ) {
        int count = Math.min(PIECE, length - at);
        numbers.get(at, bits, 0, count);
        if (count(bits, count) > 0) {
          return OptionalLong.of(begin + at + position(bits, count));
        }
        at += count;
      }
      begin += length;
    }
    return OptionalLong.empty();
  }

  /** Adding 1 to an exponent of ones reaches the sign's bit, to any other exponent does not. */
  private static int count(int[] bits, int length) {
    int count = 0;
    for (int i = 0; i < length; i++) {
      count += ((bits[i] & EXPONENT) + ONE) >>> 31;
    }
    return count;
  }

  private static int position(int[] bits, int length) {
    int at = 0;
    while (at < length && (bits[at] & EXPONENT) != EXPONENT) {
      at++;
    }
    return at;
  }
}
