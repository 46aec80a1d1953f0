package dev.strata.bench.auxiliary;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Scores of methods on test rows by number of labels and draw, as a table of paired differences.
 */
final class TableScores {
  /** What the names of networks with new weights begin with. */
  static final String SCRATCH = "new weights";

  private final Map<Integer, Map<String, List<Score>>> scores = new TreeMap<>();

  /**
   * @param rocAuc of more than two classes the mean over one against the rest
   * @param logLoss mean, in nats
   */
  record Score(double rocAuc, double logLoss) {}

  /** The next draw of a method. */
  void add(int labels, String method, Score score) {
    scores
        .computeIfAbsent(labels, l -> new TreeMap<>())
        .computeIfAbsent(method, m -> new ArrayList<>())
        .add(score);
  }

  /**
   * Means; differences of each to the new weights of the best mean ROC AUC, and best mean log loss,
   * which is a harder comparison than any that a user could choose without test rows.
   */
  String table() {
    StringBuilder lines =
        new StringBuilder(
            "| labels | method | ROC AUC | against best | log loss | against best |\n");
    lines.append("| ---: | --- | ---: | ---: | ---: | ---: |\n");
    scores.forEach(
        (labels, methods) -> {
          List<Score> byAuc = best(methods, Comparator.comparingDouble(m -> -mean(auc(m))));
          List<Score> byLoss = best(methods, Comparator.comparingDouble(m -> mean(loss(m))));
          methods.forEach(
              (method, all) ->
                  lines.append(
                      String.format(
                          Locale.ROOT,
                          "| %d | %s | %.2f | %s | %.4f | %s |%n",
                          labels,
                          method,
                          100 * mean(auc(all)),
                          against(100, 2, auc(all), auc(byAuc)),
                          mean(loss(all)),
                          against(1, 4, loss(all), loss(byLoss)))));
        });
    return lines.toString();
  }

  private static List<Score> best(
      Map<String, List<Score>> methods, Comparator<List<Score>> better) {
    return methods.entrySet().stream()
        .filter(method -> method.getKey().startsWith(SCRATCH))
        .map(Map.Entry::getValue)
        .min(better)
        .orElseThrow();
  }

  private static String against(double unit, int digits, double[] scores, double[] best) {
    double[] differences = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      differences[i] = unit * (scores[i] - best[i]);
    }
    String format = "%+." + digits + "f ± %." + digits + "f";
    return String.format(Locale.ROOT, format, mean(differences), error(differences));
  }

  private static double[] auc(List<Score> scores) {
    return values(scores, Score::rocAuc);
  }

  private static double[] loss(List<Score> scores) {
    return values(scores, Score::logLoss);
  }

  private static double[] values(List<Score> scores, ToDoubleFunction<Score> value) {
    return scores.stream().mapToDouble(value).toArray();
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double error(double[] values) {
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }
}
