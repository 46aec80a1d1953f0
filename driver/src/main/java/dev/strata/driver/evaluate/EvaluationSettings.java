package dev.strata.driver.evaluate;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.PlainText;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Evaluation settings: the keys {@code evaluation}.
 *
 * @param part {@code train}, {@code validation} or {@code test}: the split that the job {@code
 *     evaluate} measures
 * @param batchSize rows per batch; the result depends on it only by rounding
 * @param rocSteps distinct scores of a class up to which ROC and precision-recall curves are exact,
 *     at least; 0: always exact, memory grows with the rows
 * @param positiveClass name of the class that counts as positive; absent: the second of two
 * @param topK k of the top-k accuracy
 * @param calibrationBins number of equal-width bins of probabilities
 * @param crops views of each image whose outputs the job {@code evaluate} averages
 * @param samples passes with dropout on whose outputs the job {@code evaluate} averages; 0: one
 *     pass with dropout off
 * @param importance what the job {@code evaluate} measures of columns
 */
@RecordBuilder
public record EvaluationSettings(
    String part,
    int batchSize,
    int rocSteps,
    Optional<String> positiveClass,
    int topK,
    int calibrationBins,
    CropSettings crops,
    int samples,
    ImportanceSettings importance) {
  private static final String POSITIVE_KEY = "evaluation.positive-class";
  private static final int MOST_NAMES = 20;

  /** Without crops, samples and importance. */
  public EvaluationSettings(
      String part,
      int batchSize,
      int rocSteps,
      Optional<String> positiveClass,
      int topK,
      int calibrationBins) {
    this(
        part,
        batchSize,
        rocSteps,
        positiveClass,
        topK,
        calibrationBins,
        CropSettings.NONE,
        0,
        ImportanceSettings.NONE);
  }

  /** The same for another part. */
  public EvaluationSettings withPart(String other) {
    return EvaluationSettingsBuilder.builder(this).part(other).build();
  }

  /**
   * Index of the positive class; empty where none is named and there are not two.
   *
   * @param classes names in index order; empty for labels that are values
   * @throws StrataException (configuration) where the named class is none of them
   */
  public OptionalInt positiveIndex(List<String> classes) {
    if (positiveClass.isEmpty()) {
      return classes.size() == 2 ? OptionalInt.of(1) : OptionalInt.empty();
    }
    int index = classes.indexOf(positiveClass.get());
    if (index < 0) {
      index = classes.indexOf(PlainText.category(positiveClass.get()));
    }
    if (index >= 0) {
      return OptionalInt.of(index);
    }
    throw StrataException.configuration("the positive class is not a class of the label")
        .key(POSITIVE_KEY)
        .found(positiveClass.get())
        .expected(
            classes.isEmpty()
                ? "no positive class, because the label is not a class"
                : "one of " + names(classes))
        .build();
  }

  private static String names(List<String> classes) {
    String names = String.join(", ", classes.subList(0, Math.min(MOST_NAMES, classes.size())));
    return classes.size() > MOST_NAMES ? names + " … (" + classes.size() + " classes)" : names;
  }
}
