package dev.strata.driver.evaluate;

import java.util.List;
import java.util.Set;

/** Names of all metrics of labelled rows, and which of them are better where they are lower. */
public final class EvaluationMetrics {
  private static final String TOP_K_ACCURACY = "top-k-accuracy";

  /** Where labels are classes. {@code docs/metrics.md} defines each. */
  public static final List<String> OF_CLASSES =
      List.of(
          "loss",
          "accuracy",
          "balanced-accuracy",
          "precision",
          "recall",
          "f1",
          "precision-macro",
          "recall-macro",
          "f1-macro",
          "precision-micro",
          "recall-micro",
          "f1-micro",
          "precision-weighted",
          "recall-weighted",
          "f1-weighted",
          "roc-auc",
          "pr-auc",
          "log-loss",
          "brier-score",
          "expected-calibration-error",
          "matthews-correlation",
          "cohen-kappa",
          TOP_K_ACCURACY);

  /** Where labels are values. */
  public static final List<String> OF_VALUES = List.of("loss", "rmse", "mae", "r2");

  /** Of pretraining, auxiliary tasks, teachers and trials: better where they are lower. */
  private static final Set<String> ERRORS =
      Set.of(
          "squared-error",
          "relative-error",
          "cross-entropy",
          "error",
          "reconstruction-loss",
          "teacher-loss");

  private static final Set<String> LOWER_IS_BETTER =
      Set.of("loss", "log-loss", "brier-score", "expected-calibration-error", "rmse", "mae");

  /** Of a restricted Boltzmann machine: mean over held-out rows, up to an unknown constant. */
  public static final String FREE_ENERGY = "free-energy";

  /** The same of as many training rows. */
  public static final String TRAINING_FREE_ENERGY = "training-free-energy";

  /** Free energy of held-out rows minus that of training rows; good near 0. */
  public static final String FREE_ENERGY_GAP = "free-energy-gap";

  /** Of auxiliary tasks and teachers. */
  private static final Set<String> SHARES =
      Set.of(
          "ranking-accuracy",
          "retrieval-accuracy",
          "mask-accuracy",
          "agreement",
          "explained",
          "teacher-accuracy");

  private EvaluationMetrics() {}

  /** The metrics of this number of classes; without top-k accuracy if k leaves no class out. */
  public static List<String> ofClasses(int classes, int topK) {
    return OF_CLASSES.stream()
        .filter(name -> classes > topK || !name.equals(TOP_K_ACCURACY))
        .toList();
  }

  /** Whether a lower value of a metric named here is the better one. */
  public static boolean lowerIsBetter(String metric) {
    return LOWER_IS_BETTER.contains(metric) || ERRORS.contains(metric);
  }

  /** Whether a higher value is the better one; neither holds of counts and free energies. */
  static boolean higherIsBetter(String metric) {
    boolean known = OF_CLASSES.contains(metric) || OF_VALUES.contains(metric);
    return (known && !lowerIsBetter(metric)) || SHARES.contains(metric);
  }
}
