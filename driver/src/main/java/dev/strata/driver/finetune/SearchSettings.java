package dev.strata.driver.finetune;

import dev.strata.executor.trial.TrialScore;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The configuration section {@code fine-tune.search}: every combination of the lists' values is a
 * candidate; an empty list uses the value of the section {@code fine-tune}.
 *
 * @param reuse numbers of bottom layers to reuse
 * @param dropTop numbers of top layers to drop from these
 * @param reinitialize numbers of topmost remaining layers to reinitialize
 * @param freeze numbers of bottom layers to freeze
 * @param epsilon lengths of the change of virtual-adversarial, above 0
 * @param epochs of a candidate's training; absent: training.epochs
 * @param metric metric by which candidates are compared
 * @param folds number of cross-validation folds, at least 2; 0: compare on the validation split
 * @param repeats how often the rows are cut into folds, each time in another way; at least 1
 */
@RecordBuilder
public record SearchSettings(
    List<Integer> reuse,
    List<Integer> dropTop,
    List<Integer> reinitialize,
    List<Integer> freeze,
    List<Double> epsilon,
    OptionalInt epochs,
    Metric metric,
    int folds,
    int repeats) {
  /** No search: no candidates, the metric {@code error}, no folds. */
  public static final SearchSettings NONE =
      new SearchSettings(
          List.of(), List.of(), List.of(), List.of(), OptionalInt.empty(), Metric.ERROR, 0, 1);

  /** Metric by which candidates are compared; the other one decides between equals. */
  public enum Metric {
    /**
     * Share of rows of another class than the most probable one; of values, the root mean square.
     */
    ERROR,
    /** Mean loss, without regularisation. */
    LOSS;

    /** As in the configuration, such as {@code error}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Better ones first; what is no number is worst. */
    public Comparator<TrialScore> order() {
      Comparator<TrialScore> error = Comparator.comparingDouble(s -> worstIfNone(s.error()));
      Comparator<TrialScore> loss = Comparator.comparingDouble(s -> worstIfNone(s.loss()));
      Comparator<TrialScore> order =
          this == ERROR ? error.thenComparing(loss) : loss.thenComparing(error);
      // Where the loss is no number the error means nothing.
      return Comparator.<TrialScore, Boolean>comparing(s -> !Double.isFinite(s.loss()))
          .thenComparing(order);
    }

    private static double worstIfNone(double value) {
      return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
    }
  }

  public SearchSettings {
    reuse = List.copyOf(reuse);
    dropTop = List.copyOf(dropTop);
    reinitialize = List.copyOf(reinitialize);
    freeze = List.copyOf(freeze);
    epsilon = List.copyOf(epsilon);
  }

  /** A search among layers alone. */
  public SearchSettings(
      List<Integer> reuse,
      List<Integer> dropTop,
      List<Integer> reinitialize,
      List<Integer> freeze,
      OptionalInt epochs,
      Metric metric,
      int folds,
      int repeats) {
    this(reuse, dropTop, reinitialize, freeze, List.of(), epochs, metric, folds, repeats);
  }

  /** Whether there is anything to choose from. */
  public boolean asked() {
    return !(reuse.isEmpty()
        && dropTop.isEmpty()
        && reinitialize.isEmpty()
        && freeze.isEmpty()
        && epsilon.isEmpty());
  }
}
