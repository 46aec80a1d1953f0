package dev.strata.driver.finetune;

import java.util.List;
import java.util.OptionalInt;

/**
 * The configuration section {@code fine-tune.search}: every combination of what the lists hold is a
 * candidate; an empty list stands for what the section {@code fine-tune} itself says.
 *
 * @param reuse how many of the model's lowest layers are reused
 * @param dropTop how many of the topmost of these are left out
 * @param reinitialize how many of the topmost of what is left begin with fresh weights
 * @param freeze how many of the lowest are frozen
 * @param epochs of a candidate's training; absent: training.epochs
 * @param metric what is best on the rows that candidates are compared on
 * @param folds candidates are compared by cross-validation in so many, at least 2; 0: on the
 *     validation part
 */
public record SearchSettings(
    List<Integer> reuse,
    List<Integer> dropTop,
    List<Integer> reinitialize,
    List<Integer> freeze,
    OptionalInt epochs,
    Metric metric,
    int folds) {
  /** No search. */
  public static final SearchSettings NONE =
      new SearchSettings(
          List.of(), List.of(), List.of(), List.of(), OptionalInt.empty(), Metric.ERROR);

  /** What candidates are compared by; the other one decides between equals. */
  public enum Metric {
    /**
     * Share of rows of another class than the most probable one; of values, the root mean square.
     */
    ERROR,
    /** Mean loss, without regularisation. */
    LOSS
  }

  /** On the validation part. */
  public SearchSettings(
      List<Integer> reuse,
      List<Integer> dropTop,
      List<Integer> reinitialize,
      List<Integer> freeze,
      OptionalInt epochs,
      Metric metric) {
    this(reuse, dropTop, reinitialize, freeze, epochs, metric, 0);
  }

  public SearchSettings {
    reuse = List.copyOf(reuse);
    dropTop = List.copyOf(dropTop);
    reinitialize = List.copyOf(reinitialize);
    freeze = List.copyOf(freeze);
  }

  /** Whether there is anything to choose from. */
  public boolean asked() {
    return !(reuse.isEmpty() && dropTop.isEmpty() && reinitialize.isEmpty() && freeze.isEmpty());
  }
}
