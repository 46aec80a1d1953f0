package dev.strata.driver.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What predicted classes are held against: the most frequent class (accuracy) and the classes'
 * shares as probabilities (log loss, whose least value for a constant is their entropy), both of
 * the rows evaluated and by their weights; and classes that are never predicted.
 */
final class ClassBaselines {
  /** Log losses that differ by less are equal: probabilities are float32. */
  private static final double EQUAL = 1e-9;

  private static final int MOST_NAMES = 5;

  private final List<String> names;
  private final ConfusionMeasures confusion;
  private final Optional<Double> logLoss;

  /**
   * @param logLoss of the model; empty where scores are not probabilities
   */
  ClassBaselines(List<String> names, ConfusionMeasures confusion, Optional<Double> logLoss) {
    this.names = names;
    this.confusion = confusion;
    this.logLoss = logLoss;
  }

  /** Empty without weights above 0. */
  List<Baseline> all() {
    List<Baseline> all = new ArrayList<>();
    int most = 0;
    double entropy = 0;
    double weight = confusion.weight();
    if (!(weight > 0)) {
      return all;
    }
    for (int c = 0; c < names.size(); c++) {
      double share = confusion.weight(c) / weight;
      entropy -= share > 0 ? share * Math.log(share) : 0;
      most = confusion.weight(c) > confusion.weight(most) ? c : most;
    }
    double frequent = confusion.weight(most) / weight;
    double accuracy = confusion.accuracy();
    all.add(
        new Baseline(
            "always " + names.get(most), "accuracy", frequent, accuracy, accuracy <= frequent));
    double least = entropy;
    if (least > 0) {
      logLoss.ifPresent(
          loss ->
              all.add(
                  new Baseline(
                      "each class with its share of the rows",
                      "log-loss",
                      least,
                      loss,
                      loss >= least - EQUAL)));
    }
    return all;
  }

  /** A sentence on classes that have rows and are predicted for none. */
  Optional<String> neverPredicted() {
    List<Integer> missing =
        IntStream.range(0, names.size())
            .filter(c -> confusion.rows(c) > 0 && confusion.predictedRows(c) == 0)
            .boxed()
            .toList();
    if (missing.isEmpty()) {
      return Optional.empty();
    }
    long rows = missing.stream().mapToLong(confusion::rows).sum();
    long all = IntStream.range(0, names.size()).mapToLong(confusion::rows).sum();
    String shown = String.join(", ", missing.stream().limit(MOST_NAMES).map(names::get).toList());
    String which =
        missing.size() == 1
            ? "class " + shown + " is never predicted"
            : missing.size()
                + " classes are never predicted: "
                + shown
                + (missing.size() > MOST_NAMES ? ", …" : "");
    return Optional.of(String.format(Locale.ROOT, "%s (%,d of %,d rows)", which, rows, all));
  }
}
