package dev.strata.executor.metric;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Counts and sums over rows of classes that all metrics are computed from. All are exact, so that
 * any order of adding and merging gives the same.
 */
public final class ClassSums implements Serializable {
  private static final long serialVersionUID = 1L;

  /** As scikit-learn clips float32 probabilities in {@code log_loss}. */
  private static final double LOWEST = Math.ulp(1f);

  /** As scikit-learn checks that float32 probabilities sum to 1. */
  private static final double SUM_TOLERANCE = Math.sqrt(Math.ulp(1f));

  private static final int LOG_LOSS = 0;
  private static final int BRIER = 1;
  private static final int TOP_K = 2;
  private static final int WEIGHT = 3;

  private final ClassMeasuring measuring;
  private final ConfusionCounts confusion;
  private final List<ScoreDistribution> scores = new ArrayList<>();
  private final CalibrationSums confidence;
  private final CalibrationSums positive;
  private final ExactSums sums = new ExactSums(4);
  private boolean probabilities = true;

  /** Of no rows. */
  public ClassSums(ClassMeasuring measuring) {
    this.measuring = measuring;
    this.confusion = new ConfusionCounts(measuring.classes());
    for (int c = 0; c < measuring.classes(); c++) {
      scores.add(new ScoreDistribution(measuring.capacity()));
    }
    this.confidence = new CalibrationSums(measuring.bins());
    this.positive = measuring.positive() < 0 ? null : new CalibrationSums(measuring.bins());
  }

  /**
   * Adds a row.
   *
   * @param actual its class
   * @param from holds the row's scores of all classes from {@code offset} on, all finite
   * @param weight 0 counts in the confusion matrix only
   */
  public void add(int actual, float[] from, int offset, double weight) {
    addRow(actual, from, offset, weight);
    for (int c = 0; c < scores.size() && weight != 0; c++) {
      scores.get(c).add(from[offset + c], c == actual, weight);
    }
  }

  /**
   * Adds the rows of a minibatch, whose scores stand one row after the other. Each class's scores
   * are counted at once, while its counts are in the processor's cache.
   */
  public void add(int[] actual, float[] from, double[] weights) {
    int classes = measuring.classes();
    for (int row = 0; row < actual.length; row++) {
      addRow(actual[row], from, row * classes, weights[row]);
    }
    for (int c = 0; c < classes; c++) {
      ScoreDistribution ofClass = scores.get(c);
      for (int row = 0; row < actual.length; row++) {
        if (weights[row] != 0) {
          ofClass.add(from[row * classes + c], c == actual[row], weights[row]);
        }
      }
    }
  }

  private void addRow(int actual, float[] from, int offset, double weight) {
    int classes = measuring.classes();
    int predicted = 0;
    double total = 0;
    boolean inRange = true;
    for (int c = 0; c < classes; c++) {
      float score = from[offset + c];
      predicted = score > from[offset + predicted] ? c : predicted;
      total += score;
      inRange &= score >= 0 && score <= 1;
    }
    confusion.add(actual, predicted, weight);
    probabilities &= inRange && Math.abs(total - 1) <= SUM_TOLERANCE;
    if (weight == 0) {
      return;
    }
    sums.add(WEIGHT, weight);
    if (rank(actual, from, offset) < measuring.topK()) {
      sums.add(TOP_K, weight);
    }
    if (probabilities) {
      addProbabilities(actual, predicted, from, offset, weight);
    }
  }

  private void addProbabilities(
      int actual, int predicted, float[] from, int offset, double weight) {
    double own = from[offset + actual];
    sums.add(LOG_LOSS, -weight * Math.log(Math.min(Math.max(own, LOWEST), 1 - LOWEST)));
    double brier = 0;
    for (int c = 0; c < measuring.classes(); c++) {
      double apart = from[offset + c] - (c == actual ? 1.0 : 0.0);
      brier += apart * apart;
    }
    if (measuring.classes() == 2 && positive != null) {
      double apart =
          from[offset + measuring.positive()] - (actual == measuring.positive() ? 1.0 : 0.0);
      brier = apart * apart;
    }
    sums.add(BRIER, weight * brier);
    confidence.add(from[offset + predicted], predicted == actual, weight);
    if (positive != null) {
      positive.add(from[offset + measuring.positive()], actual == measuring.positive(), weight);
    }
  }

  /**
   * Classes that rank before the row's own. Of equal scores the later class ranks first, as in
   * scikit-learn's {@code top_k_accuracy_score}.
   */
  private int rank(int actual, float[] from, int offset) {
    float own = from[offset + actual];
    int before = 0;
    for (int c = 0; c < measuring.classes(); c++) {
      float score = from[offset + c];
      before += score > own || (score == own && c > actual) ? 1 : 0;
    }
    return before;
  }

  /** Adds the other's rows to these. */
  public void merge(ClassSums other) {
    confusion.merge(other.confusion);
    for (int c = 0; c < scores.size(); c++) {
      scores.get(c).merge(other.scores.get(c));
    }
    confidence.merge(other.confidence);
    if (positive != null) {
      positive.merge(other.positive);
    }
    sums.merge(other.sums);
    probabilities &= other.probabilities;
  }

  public ConfusionCounts confusion() {
    return confusion;
  }

  /** Scores for a class: rows of the class are the positives. */
  public ScoreDistribution scores(int ofClass) {
    return scores.get(ofClass);
  }

  /**
   * Share of rows whose class is among the k of the highest scores; empty where k leaves none out.
   */
  public Optional<Double> topKAccuracy() {
    return measuring.topK() >= measuring.classes() ? Optional.empty() : mean(TOP_K);
  }

  /** Mean of -log p of the row's class; empty where scores are not probabilities. */
  public Optional<Double> logLoss() {
    return probabilities ? mean(LOG_LOSS) : Optional.empty();
  }

  /**
   * Of two classes the mean squared difference of the positive class's probability; of more the sum
   * over the classes. Empty where scores are not probabilities.
   */
  public Optional<Double> brierScore() {
    return probabilities ? mean(BRIER) : Optional.empty();
  }

  /** The predicted class's probability; empty where scores are not probabilities. */
  public Optional<CalibrationSums> confidence() {
    return probabilities ? Optional.of(confidence) : Optional.empty();
  }

  /** The positive class's probability; empty where there is none, or no probabilities. */
  public Optional<CalibrationSums> positive() {
    return probabilities ? Optional.ofNullable(positive) : Optional.empty();
  }

  private Optional<Double> mean(int sum) {
    double weight = sums.get(WEIGHT);
    return weight > 0 ? Optional.of(sums.get(sum) / weight) : Optional.empty();
  }
}
