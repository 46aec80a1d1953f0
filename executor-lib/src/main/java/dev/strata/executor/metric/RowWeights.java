package dev.strata.executor.metric;

import dev.strata.executor.failure.StrataException;
import java.io.Serializable;
import java.util.List;

/**
 * Weights of rows in metrics: a row's own weight ({@code data.weight}), without the factor of its
 * class ({@code data.class-weights}). The latter shapes the loss that is trained, and would make
 * metrics those of rows with other shares of classes.
 *
 * @param own whether rows have weights of their own
 * @param classFactors by which the stored weights were multiplied; empty where all are 1
 */
public record RowWeights(boolean own, List<Double> classFactors) implements Serializable {
  /** Weights as they are stored. */
  public static final RowWeights STORED = new RowWeights(true, List.of());

  private static final double LOWEST = 0x1p-40;
  private static final double HIGHEST = 0x1p31;

  public RowWeights {
    classFactors = List.copyOf(classFactors);
  }

  /**
   * @param stored in the shard: the weight of the row × the factor of its class
   * @param actual class of the row; 0 of values
   * @throws StrataException (data) where sums of such weights would not be exact
   */
  public double of(double stored, int actual) {
    if (!own) {
      return 1;
    }
    double weight =
        actual < classFactors.size() ? (float) (stored / classFactors.get(actual)) : stored;
    if (weight != 0 && !(weight >= LOWEST && weight <= HIGHEST)) {
      throw StrataException.data("a row weight is outside the supported range")
          .key("data.weight")
          .found(String.valueOf(weight))
          .expected("weights from 1e-12 to 2e9; multiply all of them by one number")
          .build();
    }
    return weight;
  }
}
