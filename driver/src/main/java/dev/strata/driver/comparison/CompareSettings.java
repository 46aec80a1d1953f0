package dev.strata.driver.comparison;

import dev.strata.driver.finetune.SearchSettings;
import java.util.List;
import java.util.Optional;

/**
 * The configuration section {@code compare}.
 *
 * @param methods what is tried, in the order of {@link Method}
 * @param unlabelled rows that networks learn from without labels
 * @param folds of a cross-validation, at least 2
 * @param repeats how often the rows are cut into folds, at least 1
 * @param epochs of a network's training on labelled rows, at most
 * @param batchSize rows of a minibatch of it
 * @param metric by which methods are compared
 * @param learningCurve whether the best methods are also trained on fewer rows
 */
public record CompareSettings(
    List<Method> methods,
    Unlabelled unlabelled,
    int folds,
    int repeats,
    int epochs,
    int batchSize,
    SearchSettings.Metric metric,
    boolean learningCurve) {
  /**
   * Rows that networks learn from without labels.
   *
   * @param path where they are; empty: {@code data.path}
   * @param format as {@code data.format}; absent: that of {@code data}
   */
  public record Unlabelled(List<String> path, Optional<String> format) {
    public Unlabelled {
      path = List.copyOf(path);
    }
  }

  /**
   * The defaults of the keys: all methods, five folds once, 40 epochs, minibatches of 32, compared
   * by loss, a curve.
   */
  public static CompareSettings defaults() {
    return new CompareSettings(
        List.of(Method.values()),
        new Unlabelled(List.of(), Optional.empty()),
        5,
        1,
        40,
        32,
        SearchSettings.Metric.LOSS,
        true);
  }

  public CompareSettings {
    methods = methods.stream().sorted().distinct().toList();
  }
}
