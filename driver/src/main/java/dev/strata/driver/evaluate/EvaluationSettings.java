package dev.strata.driver.evaluate;

/**
 * How a model is evaluated; the keys under {@code evaluation}.
 *
 * @param part {@code train}, {@code validation} or {@code test}: what the job {@code evaluate}
 *     reads
 * @param batchSize rows computed at once; the result does not depend on it but for rounding
 * @param rocSteps thresholds of ROC and precision-recall curves; 0: exact, memory grows with the
 *     rows
 */
public record EvaluationSettings(String part, int batchSize, int rocSteps) {
  public static final int DEFAULT_BATCH_SIZE = 1024;
  public static final int DEFAULT_ROC_STEPS = 1000;

  /** The defaults of the reference configuration, for the given part. */
  public static EvaluationSettings of(String part) {
    return new EvaluationSettings(part, DEFAULT_BATCH_SIZE, DEFAULT_ROC_STEPS);
  }
}
