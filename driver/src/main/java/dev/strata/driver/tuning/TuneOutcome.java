package dev.strata.driver.tuning;

import dev.strata.driver.comparison.Figures;
import dev.strata.driver.comparison.FoldedScores;
import dev.strata.driver.comparison.Tries;
import dev.strata.driver.finetune.SearchSettings;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.trial.TrialScore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a tuning has found.
 *
 * @param epochs of a trial that is trained to its end
 * @param folds of the cross-validation; 0: trials were scored on rows held back
 * @param tried best first; the configuration as it is among them
 * @param seconds of all trainings on their threads, also those that a longer one of the same point
 *     came after
 */
public record TuneOutcome(
    TuneSettings settings, int epochs, int folds, List<Tried> tried, double seconds) {
  /** Part of a range that counts as its end. */
  private static final double EDGE = 0.05;

  /** Fewest trials of whose best it means something to lie at the end of a range. */
  private static final int ENOUGH = 5;

  public TuneOutcome {
    tried = List.copyOf(tried);
  }

  /** The point with the best score. */
  public Point best() {
    return tried.get(0).point();
  }

  /** Its score after the best number of epochs. */
  public TrialScore bestScore() {
    return tried.get(0).score();
  }

  /** Standard error of its error; NaN without folds. */
  public double standardError() {
    return tried.get(0).standardError().orElse(Double.NaN);
  }

  /** The best score of the configuration as it is. */
  public TrialScore asConfigured() {
    return given().score();
  }

  private Tried given() {
    return tried.stream().filter(one -> one.point().number() == 0).findFirst().orElseThrow();
  }

  /**
   * The error that the whole tuning would have on new rows, with values and epochs chosen for each
   * fold by the other folds; absent without folds. Which trials continued was decided by all folds,
   * so that methods other than random and grid keep a little optimism.
   */
  public Optional<FoldedScores.Estimate> withoutOptimism() {
    if (folds == 0) {
      return Optional.empty();
    }
    Tries tries = new Tries(tried.stream().map(Tried::curves).toList(), folds, settings.metric());
    return Optional.of(tries.unbiased().score(settings.metric()));
  }

  /** Where the best value lies at the end of its range, and where more epochs may be better. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    long trained = tried.stream().filter(one -> one.point().number() > 0).count();
    for (Dimension dimension : settings.dimensions()) {
      String value = best().values().get(dimension.key());
      if (dimension instanceof Dimension.Interval range && value != null && trained >= ENOUGH) {
        int end = end(range, Double.parseDouble(value));
        if (end != 0) {
          warnings.add(
              "The best value of %s, %s, lies at the %s end of its range: widen tune.space."
                  .formatted(range.key(), value, end < 0 ? "lower" : "upper"));
        }
      }
    }
    if (bestScore().epoch() == epochs && epochs > 1) {
      warnings.add(
          "The best trial was best after its last epoch: raise training.epochs (%d)."
              .formatted(epochs));
    }
    return warnings;
  }

  /** -1 at the lower end, 1 at the upper one, 0 between, or where nothing lies beyond. */
  private static int end(Dimension.Interval range, double value) {
    double place = range.place(value);
    boolean lower = range.integer() ? value <= range.min() : place < EDGE;
    boolean upper = range.integer() ? value >= range.max() : place > 1 - EDGE;
    boolean least = range.min() == 0 || (range.integer() && range.min() == 1);
    return lower && !least ? -1 : upper ? 1 : 0;
  }

  /** A sentence on what was gained. */
  public String sentence() {
    boolean error = settings.metric() == SearchSettings.Metric.ERROR;
    double before = error ? asConfigured().error() : asConfigured().loss();
    double after = error ? bestScore().error() : bestScore().loss();
    String measure = settings.metric().text();
    if (best().number() == 0) {
      return "No trial was better than the configuration as it is (%s %s)."
          .formatted(measure, Figures.of(before));
    }
    String unbiased =
        withoutOptimism()
            .map(TuneOutcome::onNewRows)
            .orElse(
                " The same rows chose it, so that it is optimistic: measure the model on test"
                    + " rows.");
    return "Best: %s, %s %s after %s; the configuration as it is: %s.%s"
        .formatted(
            best().name(),
            measure,
            Figures.of(after),
            Counted.of(bestScore().epoch(), "epoch"),
            Figures.of(before),
            unbiased);
  }

  private static String onNewRows(FoldedScores.Estimate estimate) {
    return Double.isFinite(estimate.mean())
        ? " On new rows, without the optimism of choosing: %s ± %s."
            .formatted(Figures.of(estimate.mean()), Figures.of(estimate.standardError()))
        : " What the other folds choose diverges on one of the folds.";
  }

  /** Figures of the run's result. */
  public Map<String, Map<String, Double>> metrics() {
    return Map.of("best", metrics(tried.get(0)), "as-configured", metrics(given()));
  }

  private static Map<String, Double> metrics(Tried one) {
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("error", one.score().error());
    metrics.put("loss", one.score().loss());
    metrics.put("epoch", (double) one.score().epoch());
    one.standardError().ifPresent(value -> metrics.put("error-standard-error", value));
    return metrics;
  }
}
