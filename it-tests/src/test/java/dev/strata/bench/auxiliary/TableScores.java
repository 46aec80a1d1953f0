package dev.strata.bench.auxiliary;

import dev.strata.bench.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Scores of methods on test rows by number of labels and draw, as a table of paired differences.
 */
final class TableScores {
  /** What the names of networks with new weights begin with. */
  static final String SCRATCH = "new weights";

  /** New weights that choose their number of epochs without test rows. */
  static final String CHOSEN = SCRATCH + ", epochs by cross-validation";

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
   * Means; differences of each to {@link #CHOSEN}; without these, to the new weights of the best
   * mean ROC AUC, and best mean log loss, which is a harder comparison than any that a user could
   * choose without test rows. Without new weights there are no differences.
   */
  String table() {
    StringBuilder lines =
        new StringBuilder(
            "| labels | method | ROC AUC | against new weights | log loss | against new weights |\n");
    lines.append("| ---: | --- | ---: | ---: | ---: | ---: |\n");
    scores.forEach(
        (labels, methods) -> {
          List<Score> byAuc = best(methods, Comparator.comparingDouble(m -> -auc(m).mean()));
          List<Score> byLoss = best(methods, Comparator.comparingDouble(m -> loss(m).mean()));
          methods.forEach(
              (method, all) ->
                  lines.append(
                      String.format(
                          Locale.ROOT,
                          "| %d | %s | %.2f | %s | %.4f | %s |%n",
                          labels,
                          method,
                          100 * auc(all).mean(),
                          against(100, 2, auc(all), auc(byAuc)),
                          loss(all).mean(),
                          against(1, 4, loss(all), loss(byLoss)))));
        });
    return lines.toString();
  }

  private static List<Score> best(
      Map<String, List<Score>> methods, Comparator<List<Score>> better) {
    if (methods.containsKey(CHOSEN)) {
      return methods.get(CHOSEN);
    }
    return methods.entrySet().stream()
        .filter(method -> method.getKey().startsWith(SCRATCH))
        .map(Map.Entry::getValue)
        .min(better)
        .orElse(List.of());
  }

  private static String against(double unit, int digits, Sample scores, Sample best) {
    if (best.values().isEmpty()) {
      return "";
    }
    return scores.minus(best).times(unit).text("%+." + digits + "f");
  }

  private static Sample auc(List<Score> scores) {
    return values(scores, Score::rocAuc);
  }

  private static Sample loss(List<Score> scores) {
    return values(scores, Score::logLoss);
  }

  private static Sample values(List<Score> scores, Function<Score, Double> value) {
    return new Sample(scores.stream().map(value).toList());
  }
}
