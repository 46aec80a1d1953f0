package dev.strata.driver.tuning;

import dev.strata.driver.finetune.SearchSettings;
import java.util.List;
import java.util.OptionalInt;

/**
 * The configuration section {@code tune}.
 *
 * @param space keys that are searched; empty: those of {@link #defaultSpace()}
 * @param method how the trials are chosen
 * @param trials number of trials of random, halving and coarse-to-fine, at least 1
 * @param folds of a cross-validation, at least 2; 0: validation rows; absent: validation rows where
 *     there are some, else five folds
 * @param metric by which trials are compared
 * @param reduction of halving and hyperband: one trial of this many continues to this many times
 *     the epochs; at least 2
 * @param fewestEpochs of halving and hyperband: of a trial, at least 1; absent: see {@link
 *     #minEpochs}
 */
public record TuneSettings(
    List<Dimension> space,
    Method method,
    int trials,
    OptionalInt folds,
    SearchSettings.Metric metric,
    int reduction,
    OptionalInt fewestEpochs) {
  /** Folds where neither they nor validation rows are given. */
  private static final int DEFAULT_FOLDS = 5;

  /** How trials are chosen. */
  public enum Method {
    /** Each trial's values are drawn independently (Bergstra and Bengio 2012). */
    RANDOM,
    /** Every combination of the values. */
    GRID,
    /**
     * Random trials of few epochs; the best of them continue (Jamieson and Talwalkar 2016,
     * "Non-stochastic best arm identification", successive halving).
     */
    HALVING,
    /** Successive halving with several numbers of epochs to begin with (Li et al. 2018). */
    HYPERBAND,
    /** Random trials in three rounds; each looks in a third of the ranges, around the best. */
    COARSE_TO_FINE
  }

  public TuneSettings {
    space = List.copyOf(space);
  }

  /** The defaults of the keys. */
  public static TuneSettings defaults() {
    return new TuneSettings(
        List.of(),
        Method.HALVING,
        32,
        OptionalInt.empty(),
        SearchSettings.Metric.LOSS,
        3,
        OptionalInt.empty());
  }

  /**
   * The fewest epochs of a trial: as set, else those of two reductions, so that three rungs remain.
   * After fewer epochs few labelled rows tell little.
   *
   * @param epochs of a trial that is trained to its end
   */
  int minEpochs(int epochs) {
    return fewestEpochs.orElse(Math.max(1, epochs / (reduction * reduction)));
  }

  /**
   * Folds of a cross-validation; 0: validation rows.
   *
   * @param held whether there are validation rows
   */
  public int folds(boolean held) {
    return folds.orElse(held ? 0 : DEFAULT_FOLDS);
  }

  /** The keys that are searched. */
  public List<Dimension> dimensions() {
    return space.isEmpty() ? defaultSpace() : space;
  }

  /** How many combinations a grid has; the largest long where it has more. */
  public long gridSize() {
    return Draws.gridSize(dimensions());
  }

  /**
   * Learning rate, number and width of the hidden layers, dropout and weight decay, in ranges that
   * hold the best values of most networks of dense layers under Adam.
   */
  static List<Dimension> defaultSpace() {
    return List.of(
        new Dimension.Interval("network.updater.learning-rate", 1e-4, 0.03, true, false, 4),
        new Dimension.Interval("hidden.units", 16, 512, true, true, 3),
        new Dimension.Choices("hidden.count", List.of("1", "2", "3")),
        new Dimension.Interval("hidden.dropout", 0, 0.5, false, false, 3),
        new Dimension.Interval("network.weight-decay", 1e-4, 1, true, false, 3));
  }
}
