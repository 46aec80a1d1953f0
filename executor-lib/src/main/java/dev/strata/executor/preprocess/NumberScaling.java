package dev.strata.executor.preprocess;

import dev.strata.executor.shard.LoadScaling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Shift and divisor of each number of a row, and what stands in for a missing one.
 *
 * @param shift one value a number
 * @param divisor likewise; never 0
 * @param standIn likewise; NaN where nothing does
 * @param whole same shift and divisor for all, kept as one entry in manifests
 */
record NumberScaling(double[] shift, double[] divisor, double[] standIn, boolean whole) {
  static NumberScaling of(Preprocessing preprocessing) {
    RowLayout layout = preprocessing.layout();
    int count = layout.numbers();
    double[] shift = new double[count];
    double[] divisor = new double[count];
    double[] standIn = new double[count];
    int number = 0;
    for (int column = 0; column < layout.features().size(); column++) {
      int width = layout.features().get(column).numbers();
      for (int i = 0; i < width; i++, number++) {
        ColumnStatistics statistics = preprocessing.statistics().get(column);
        double range = 1.0;
        switch (preprocessing.scaling()) {
          case STANDARD -> {
            shift[number] = statistics.mean().get(i);
            range = statistics.deviation().get(i);
          }
          case MIN_MAX -> {
            shift[number] = statistics.minimum().get(i);
            range = statistics.maximum().get(i) - statistics.minimum().get(i);
          }
          case DIVIDE_BY -> range = preprocessing.divideBy();
          case NONE -> {}
        }
        divisor[number] = range == 0.0 || (float) range == 0f ? 1.0 : range;
        standIn[number] =
            switch (layout.missing().numeric()) {
              case MEAN -> statistics.mean().get(i);
              case CONSTANT -> layout.missing().constant();
              case ERROR, DROP -> Double.NaN;
            };
      }
    }
    boolean whole =
        preprocessing.scaling() == Scaling.NONE || preprocessing.scaling() == Scaling.DIVIDE_BY;
    return new NumberScaling(shift, divisor, standIn, whole);
  }

  float scale(double value, int number) {
    double known = Double.isNaN(value) ? standIn[number] : value;
    return (float) ((known - shift[number]) / divisor[number]);
  }

  void scaleBytes(byte[] bytes, float[] into, int offset) {
    for (int i = 0; i < bytes.length; i++) {
      into[offset + i] = ((bytes[i] & 0xFF) - (float) shift[i]) / (float) divisor[i];
    }
  }

  /** What becomes of each byte, where all numbers are scaled alike. */
  float[] scaledBytes() {
    float[] scaled = new float[256];
    byte[] one = new byte[1];
    for (int i = 0; i < scaled.length; i++) {
      one[0] = (byte) i;
      scaleBytes(one, scaled, i);
    }
    return scaled;
  }

  Optional<LoadScaling> loadScaling() {
    int entries = whole ? Math.min(1, shift.length) : shift.length;
    List<Float> shifts = new ArrayList<>();
    List<Float> divisors = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      shifts.add((float) shift[i]);
      divisors.add((float) divisor[i]);
    }
    boolean identity =
        Collections.frequency(shifts, 0f) == entries
            && Collections.frequency(divisors, 1f) == entries;
    return identity ? Optional.empty() : Optional.of(new LoadScaling(shifts, divisors));
  }
}
