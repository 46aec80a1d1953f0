package dev.strata.executor.preprocess;

import dev.strata.executor.shard.LoadScaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * What becomes of each number of a row, and what stands in for a missing one: {@code (curve(x) -
 * shift) / divisor}, or several elements of bins.
 *
 * @param shift one value a number
 * @param divisor likewise; never 0
 * @param curve likewise; null where a number is only shifted and divided
 * @param bins likewise; null where a number has one element
 * @param standIn likewise, as the curve leaves it; NaN where nothing does
 * @param whole same shift and divisor for all, kept as one entry in manifests
 */
record NumberScaling(
    double[] shift,
    double[] divisor,
    DoubleUnaryOperator[] curve,
    Bins[] bins,
    double[] standIn,
    boolean whole) {
  static NumberScaling of(Preprocessing preprocessing) {
    RowLayout layout = preprocessing.layout();
    int count = layout.numbers();
    boolean whole =
        !preprocessing.scaling().isFitted()
            && layout.features().stream().allMatch(f -> f.scaling() == null && f.time() == null);
    NumberScaling scaling =
        new NumberScaling(
            new double[count],
            new double[count],
            new DoubleUnaryOperator[count],
            new Bins[count],
            new double[count],
            whole);
    int number = 0;
    for (int column = 0; column < layout.features().size(); column++) {
      int width = layout.features().get(column).numbers();
      for (int i = 0; i < width; i++, number++) {
        scaling.set(number, preprocessing, column, i);
      }
    }
    return scaling;
  }

  /**
   * @param number in the row
   * @param i in the column
   */
  private void set(int number, Preprocessing preprocessing, int column, int i) {
    FeatureColumn feature = preprocessing.layout().features().get(column);
    ColumnStatistics statistics = preprocessing.statistics().get(column);
    Scaling scaling = feature.scaling(i, preprocessing.scaling());
    LinearScaling linear = LinearScaling.of(preprocessing, column, i);
    shift[number] = linear.shift();
    divisor[number] = linear.divisor();
    bins[number] =
        scaling == Scaling.PIECEWISE_LINEAR ? new Bins(statistics.quantiles().get(i)) : null;
    curve[number] =
        switch (scaling) {
          case LOG -> SignedLog::of;
          case QUANTILE_NORMAL ->
              new QuantileCurve(
                      statistics.quantiles().get(i).stream().mapToDouble(q -> q).toArray())
                  ::normal;
          default -> null;
        };
    MissingPolicy missing = preprocessing.layout().missing();
    standIn[number] =
        switch (missing.numeric()) {
          case ERROR, DROP -> Double.NaN;
          // A constant number says nothing of a time: a missing one has the mean of each part.
          case CONSTANT ->
              feature.time() == null
                  ? curved(missing.constant(), number)
                  : mean(statistics.mean().get(i), scaling, number);
          case MEAN -> mean(statistics.mean().get(i), scaling, number);
        };
  }

  private double mean(double mean, Scaling scaling, int number) {
    return scaling == Scaling.LOG ? mean : curved(mean, number);
  }

  private double curved(double value, int number) {
    return curve[number] == null ? value : curve[number].applyAsDouble(value);
  }

  /**
   * Element {@code t} of a number.
   *
   * @return not finite where the number is missing and nothing stands in for it, or too large
   */
  float element(double value, int number, int t) {
    double known = Double.isNaN(value) ? standIn[number] : curved(value, number);
    return bins[number] == null ? shifted(known, number) : (float) bins[number].element(known, t);
  }

  private float shifted(double value, int number) {
    return (float) ((value - shift[number]) / divisor[number]);
  }

  /** Whether all numbers are only shifted and divided. */
  boolean isLinear() {
    return Arrays.stream(curve).allMatch(Objects::isNull)
        && Arrays.stream(bins).allMatch(Objects::isNull);
  }

  /** Whether all numbers stay as they are. */
  boolean isIdentity() {
    return isLinear()
        && Arrays.stream(shift).allMatch(by -> by == 0)
        && Arrays.stream(divisor).allMatch(by -> by == 1);
  }

  /**
   * Scales a row of numbers that are only shifted and divided.
   *
   * @return whether all were and are finite
   */
  boolean linear(float[] row, float[] into) {
    boolean finite = true;
    for (int i = 0; i < row.length; i++) {
      float scaled = shifted(row[i], i);
      finite &= Float.isFinite(scaled);
      into[i] = scaled;
    }
    return finite;
  }

  /** Likewise. */
  boolean linear(double[] row, float[] into) {
    boolean finite = true;
    for (int i = 0; i < row.length; i++) {
      float scaled = shifted(row[i], i);
      finite &= Float.isFinite(scaled);
      into[i] = scaled;
    }
    return finite;
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
