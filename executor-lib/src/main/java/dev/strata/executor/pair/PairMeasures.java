package dev.strata.executor.pair;

import dev.strata.executor.random.RandomStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Metrics of the Euclidean distance between embeddings as a classifier of pairs within a group and
 * across groups. All pairs are evaluated if there are at most {@link #MOST_PAIRS}; else as many as
 * that, half of them of each kind, drawn with a seed, each pair of a kind with the same probability
 * (where fewer are of a kind, all those).
 *
 * <p>Metrics: {@code roc-auc}, the probability that a pair of one group is nearer than a pair of
 * two, equal distances counting half (Mann and Whitney 1947); {@code loss}, the binary
 * cross-entropy of {@code p(same) = 1 / (1 + e^-(w d + b))}, and {@code accuracy} at p = 1/2: both
 * means of the two kinds' means, as of balanced pairs.
 */
public final class PairMeasures {
  /** Most pairs that are measured. */
  public static final int MOST_PAIRS = 1_000_000;

  private final float[] embeddings;
  private final int width;
  private final int rows;

  private final GroupOrder order;
  private final int mostPairs;

  /**
   * @param groups of the rows
   * @param embeddings of the rows, one after the other
   * @param width elements of one
   */
  public PairMeasures(int[] groups, float[] embeddings, int width) {
    this(groups, embeddings, width, MOST_PAIRS);
  }

  PairMeasures(int[] groups, float[] embeddings, int width, int mostPairs) {
    this.embeddings = embeddings;
    this.width = width;
    this.rows = groups.length;
    this.mostPairs = mostPairs;
    this.order = GroupOrder.of(groups);
  }

  /** Pairs of one group. */
  public long samePairs() {
    long pairs = 0;
    for (int g = 0; g < order.count(); g++) {
      pairs += pairs(order.size(g));
    }
    return pairs;
  }

  /** Pairs of two groups. */
  public long differentPairs() {
    return pairs(rows) - samePairs();
  }

  /**
   * The metrics, of at least one pair of each kind.
   *
   * @param weight w, below 0 where nearer rows are rather of one group
   * @param bias b
   * @param seed of the pairs, where not all are measured
   */
  public Map<String, Double> measure(double weight, double bias, long seed) {
    double[] same = same(seed);
    double[] different = different(seed);
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("roc-auc", rocAuc(same, different));
    double sameLoss = 0;
    double differentLoss = 0;
    int sameRight = 0;
    int differentRight = 0;
    for (double distance : same) {
      double z = weight * distance + bias;
      sameLoss += softplus(-z);
      sameRight += z > 0 ? 1 : 0;
    }
    for (double distance : different) {
      double z = weight * distance + bias;
      differentLoss += softplus(z);
      differentRight += z > 0 ? 0 : 1;
    }
    metrics.put("loss", (sameLoss / same.length + differentLoss / different.length) / 2);
    metrics.put(
        "accuracy",
        ((double) sameRight / same.length + (double) differentRight / different.length) / 2);
    return metrics;
  }

  /**
   * The logistic curve that tells the pairs apart best, of at least one pair of each kind.
   *
   * @param seed of the pairs, where not all are measured
   */
  public DistanceFit fit(long seed) {
    return DistanceFit.of(same(seed), different(seed));
  }

  private double[] same(long seed) {
    return pairs(rows) <= mostPairs || samePairs() <= mostPairs / 2
        ? allSame()
        : drawnSame(RandomStream.of(seed, 1, 0));
  }

  private double[] different(long seed) {
    return pairs(rows) <= mostPairs || differentPairs() <= mostPairs / 2
        ? allDifferent()
        : drawnDifferent(RandomStream.of(seed, 2, 0));
  }

  /** Probability that a distance of the first kind is below one of the second; ties count half. */
  public static double rocAuc(double[] same, double[] different) {
    double[] near = same.clone();
    double[] far = different.clone();
    Arrays.sort(near);
    Arrays.sort(far);
    double above = 0;
    int below = 0;
    int notAbove = 0;
    for (double distance : near) {
      while (below < far.length && far[below] < distance) {
        below++;
      }
      notAbove = Math.max(notAbove, below);
      while (notAbove < far.length && far[notAbove] == distance) {
        notAbove++;
      }
      above += far.length - notAbove + (notAbove - below) / 2.0;
    }
    return above / ((double) near.length * far.length);
  }

  private double[] allSame() {
    double[] distances = new double[Math.toIntExact(samePairs())];
    int next = 0;
    for (int g = 0; g < order.count(); g++) {
      for (int i = order.starts()[g]; i < order.starts()[g + 1]; i++) {
        for (int j = i + 1; j < order.starts()[g + 1]; j++) {
          distances[next++] = distance(i, j);
        }
      }
    }
    return distances;
  }

  private double[] allDifferent() {
    double[] distances = new double[Math.toIntExact(differentPairs())];
    int next = 0;
    for (int g = 0; g < order.count(); g++) {
      for (int i = order.starts()[g]; i < order.starts()[g + 1]; i++) {
        for (int j = order.starts()[g + 1]; j < rows; j++) {
          distances[next++] = distance(i, j);
        }
      }
    }
    return distances;
  }

  private double[] drawnSame(RandomStream random) {
    long[] before = new long[order.starts().length];
    for (int g = 0; g < order.count(); g++) {
      before[g + 1] = before[g] + pairs(order.size(g));
    }
    double[] distances = new double[mostPairs / 2];
    for (int k = 0; k < distances.length; k++) {
      long drawn = (long) (random.uniform() * before[before.length - 1]);
      int found = Arrays.binarySearch(before, drawn);
      int group = found < 0 ? -found - 2 : found;
      // Groups of one row have no pairs: the last of equal sums is the group that has.
      while (before[group + 1] == before[group]) {
        group++;
      }
      int size = order.size(group);
      int first = random.below(size);
      int second = random.below(size - 1);
      distances[k] =
          distance(
              order.starts()[group] + first,
              order.starts()[group] + (second < first ? second : second + 1));
    }
    return distances;
  }

  private double[] drawnDifferent(RandomStream random) {
    double[] distances = new double[mostPairs / 2];
    for (int k = 0; k < distances.length; ) {
      int first = random.below(rows);
      int second = random.below(rows);
      if (order.index(first) != order.index(second)) {
        distances[k++] = distance(first, second);
      }
    }
    return distances;
  }

  /** Of the rows at two places. */
  private double distance(int i, int j) {
    int a = order.rows()[i] * width;
    int b = order.rows()[j] * width;
    double sum = 0;
    for (int k = 0; k < width; k++) {
      double difference = (double) embeddings[a + k] - embeddings[b + k];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  private static long pairs(long rows) {
    return rows * (rows - 1) / 2;
  }

  /** log(1 + e^x) without overflow. */
  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
