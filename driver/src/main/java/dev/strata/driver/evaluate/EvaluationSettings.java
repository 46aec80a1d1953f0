package dev.strata.driver.evaluate;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.PlainText;
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
 */
public record EvaluationSettings(
    String part,
    int batchSize,
    int rocSteps,
    Optional<String> positiveClass,
    int topK,
    int calibrationBins) {
  public static final int DEFAULT_BATCH_SIZE = 1024;
  public static final int DEFAULT_ROC_STEPS = 1000;
  public static final int DEFAULT_TOP_K = 5;
  public static final int DEFAULT_CALIBRATION_BINS = 15;

  private static final String POSITIVE_KEY = "evaluation.positive-class";
  private static final int MOST_NAMES = 20;

  /** Without a named positive class, and with the defaults of what is not given. */
  public EvaluationSettings(String part, int batchSize, int rocSteps) {
    this(part, batchSize, rocSteps, Optional.empty(), DEFAULT_TOP_K, DEFAULT_CALIBRATION_BINS);
  }

  /** The defaults of the reference configuration, for the given part. */
  public static EvaluationSettings of(String part) {
    return new EvaluationSettings(part, DEFAULT_BATCH_SIZE, DEFAULT_ROC_STEPS);
  }

  /** The same for another part. */
  public EvaluationSettings withPart(String other) {
    return new EvaluationSettings(other, batchSize, rocSteps, positiveClass, topK, calibrationBins);
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
