package dev.strata.executor.pair;

/**
 * The logistic curve over distances that tells pairs of one group from pairs of two best: {@code
 * p(same) = 1 / (1 + e^-(w d + b))} of the least binary cross-entropy, the two kinds weighing
 * alike.
 *
 * <p>Newton's method in {@code a, c} of {@code z = a (d - m) / s + c}, m and s mean and deviation
 * of the distances, with a ridge of {@code a² / 2·10⁶} that keeps w finite where the kinds lie
 * apart.
 *
 * @param weight w, below 0
 * @param bias b
 */
public record DistanceFit(double weight, double bias) {
  private static final double RIDGE = 1e-6;
  private static final int STEPS = 50;
  private static final double SMALL = 1e-10;

  /** Of a curve that nothing is known of: p = 1/2 at the mean distance, 0.98 at none. */
  private static final double STEEP = 4;

  static DistanceFit of(double[] same, double[] different) {
    double mean = (mean(same) + mean(different)) / 2;
    double deviation = Math.sqrt((squares(same, mean) + squares(different, mean)) / 2);
    if (!(deviation > 0) || !(mean > 0)) {
      return new DistanceFit(-1, Math.max(mean, 0));
    }
    double slope = 0;
    double offset = 0;
    for (int step = 0; step < STEPS; step++) {
      Sums sums = new Sums(mean, deviation, slope, offset);
      sums.add(same, 1);
      sums.add(different, 0);
      double bySlope = sums.bySlope + RIDGE * slope;
      double slopes = sums.slopes + RIDGE;
      double determinant = slopes * sums.offsets - sums.both * sums.both;
      if (!(determinant > SMALL * SMALL)) {
        break;
      }
      double slopeStep = (sums.offsets * bySlope - sums.both * sums.byOffset) / determinant;
      double offsetStep = (slopes * sums.byOffset - sums.both * bySlope) / determinant;
      slope -= slopeStep;
      offset -= offsetStep;
      if (Math.abs(slopeStep) + Math.abs(offsetStep) < SMALL) {
        break;
      }
    }
    boolean nearerIsAlike = slope < 0 && Double.isFinite(slope) && Double.isFinite(offset);
    return nearerIsAlike
        ? new DistanceFit(slope / deviation, offset - slope * mean / deviation)
        : new DistanceFit(-STEEP / mean, STEEP);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double squares(double[] values, double mean) {
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum / values.length;
  }

  /** Derivatives of the loss, first and second. */
  private static final class Sums {
    private final double mean;
    private final double deviation;
    private final double slope;
    private final double offset;
    private double bySlope;
    private double byOffset;
    private double slopes;
    private double offsets;
    private double both;

    Sums(double mean, double deviation, double slope, double offset) {
      this.mean = mean;
      this.deviation = deviation;
      this.slope = slope;
      this.offset = offset;
    }

    void add(double[] distances, int label) {
      double weight = 0.5 / distances.length;
      for (double distance : distances) {
        double x = (distance - mean) / deviation;
        double p = 1 / (1 + Math.exp(-(slope * x + offset)));
        double first = weight * (p - label);
        double second = weight * p * (1 - p);
        bySlope += first * x;
        byOffset += first;
        slopes += second * x * x;
        offsets += second;
        both += second * x;
      }
    }
  }
}
