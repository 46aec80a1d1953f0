package dev.strata.driver.tuning;

import dev.strata.driver.trial.FoldScores;
import dev.strata.driver.trial.KeptTrials;
import dev.strata.driver.trial.KeptTrials.Planned;
import dev.strata.driver.trial.TrialCut;
import dev.strata.driver.trial.TrialFolder;
import dev.strata.driver.trial.TrialRunner;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialBuilder;
import dev.strata.executor.trial.TrialResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains each point of a tuning on one thread, as many side by side as Spark has, and measures it
 * on rows held back or on each fold. Results are kept: a repeated tuning does no finished trial
 * again.
 */
public final class TuneSearch implements Stages.Trainer {
  private static final String FOLDS_KEY = "tune.folds";

  private final JavaSparkContext spark;
  private final TuneRequest request;
  private final KeptTrials kept;
  private final Map<Integer, TrialCut> cuts = new HashMap<>();
  private final Map<Point, Tried> tried = new LinkedHashMap<>();
  private double seconds;

  public TuneSearch(JavaSparkContext spark, TuneRequest request) {
    this.spark = spark;
    this.request = request;
    this.kept =
        new KeptTrials(
            new TrialFolder(spark.hadoopConfiguration(), request.folder()),
            request.lock()::ensureHeld);
  }

  /**
   * Runs all trials.
   *
   * @throws StrataException (configuration) where a point cannot be trained, before any is; where
   *     there are more folds than rows; (diverged) where every trial diverged
   */
  public TuneOutcome run() {
    Stages stages = new Stages(request.settings(), request.epochs(), request.seed(), this);
    // Report what cannot be trained before training anything.
    stages.beginning().forEach(this::candidate);
    stages.run();
    List<Tried> best = best();
    requireConverged(best.get(0));
    return new TuneOutcome(request.settings(), request.epochs(), request.folds(), best, seconds);
  }

  @Override
  public List<Point> ranked() {
    return best().stream().map(Tried::point).toList();
  }

  /** Best first; of equals the one that was trained longer, then the earlier one. */
  private List<Tried> best() {
    return tried.values().stream()
        .sorted(
            Comparator.comparing(Tried::score, request.settings().metric().order())
                .thenComparing(one -> -one.epochs())
                .thenComparing(one -> one.point().number()))
        .toList();
  }

  @Override
  public void train(Collection<Stages.Attempt> attempts) {
    Map<Stages.Attempt, List<Planned>> planned = new LinkedHashMap<>();
    attempts.forEach(attempt -> planned.put(attempt, planned(attempt)));
    List<Planned> all = planned.values().stream().flatMap(List::stream).toList();
    Map<String, TrialResult> results = kept.find(all);
    List<Planned> missing =
        all.stream().filter(one -> !results.containsKey(one.trial().name())).toList();
    request
        .notice()
        .accept(
            "Tuning: %d points%s, %d of %d trials already done."
                .formatted(
                    attempts.size(),
                    request.folds() == 0 ? "" : " in %d folds".formatted(request.folds()),
                    results.size(),
                    all.size()));
    if (!missing.isEmpty()) {
      spark.setJobDescription("tune · trials");
      try {
        run(missing, all.size(), results);
      } finally {
        spark.setJobDescription(null);
      }
    }
    planned.forEach((attempt, own) -> keep(attempt, own, results));
  }

  private List<Planned> planned(Stages.Attempt attempt) {
    Candidate candidate = candidate(attempt.point());
    TuneRows rows = request.rows().get(candidate.rows());
    List<Planned> planned = new ArrayList<>();
    for (TrialCut.Part part : cut(candidate.rows()).of(2 * candidate.rows())) {
      Trial trial =
          TrialBuilder.builder()
              .name(attempt.point().name() + "-epochs-" + attempt.epochs() + part.suffix())
              .network(candidate.network())
              .start(Trial.FRESH)
              .training(part.training())
              .scoring(part.scoring())
              .epochs(attempt.epochs())
              .batch(candidate.batch())
              .scoreEvery(1)
              .seed(candidate.seed())
              .unitVariance(candidate.unitVariance())
              .step(candidate.step())
              .unlabelled(null)
              .build();
      planned.add(
          new Planned(trial, TrialFolder.hash(trial, rows.origins(), StateVector.zeros(0))));
    }
    return planned;
  }

  private Candidate candidate(Point point) {
    return request.candidates().apply(point);
  }

  private TrialCut cut(int number) {
    TuneRows rows = request.rows().get(number);
    return cuts.computeIfAbsent(
        number,
        n ->
            request.folds() == 0
                ? TrialCut.heldBack(spark, rows.training(), rows.heldBack().orElseThrow())
                : TrialCut.folds(spark, rows.training(), request.folds(), 1, FOLDS_KEY));
  }

  private void run(List<Planned> missing, int all, Map<String, TrialResult> results) {
    List<ShardSet> sets = new ArrayList<>();
    for (TuneRows rows : request.rows()) {
      sets.add(rows.training());
      sets.add(rows.heldBack().orElse(rows.training()));
    }
    try (TrialRunner runner = new TrialRunner(spark, sets, List.of())) {
      kept.run(
          runner,
          missing,
          result -> {
            results.put(result.name(), result);
            request
                .notice()
                .accept("  %d of %d: %s".formatted(results.size(), all, KeptTrials.words(result)));
          });
    }
  }

  private void keep(
      Stages.Attempt attempt, List<Planned> planned, Map<String, TrialResult> results) {
    List<TrialResult> own = planned.stream().map(one -> results.get(one.trial().name())).toList();
    Optional<FoldScores> folds = Optional.empty();
    TrialResult result = own.get(0);
    seconds += own.stream().mapToDouble(TrialResult::seconds).sum();
    if (request.folds() > 0) {
      Candidate candidate = candidate(attempt.point());
      folds = Optional.of(cut(candidate.rows()).scores(own));
      result = folds.get().mean(attempt.point().name());
    }
    tried.put(
        attempt.point(),
        Tried.of(attempt.point(), attempt.epochs(), result, folds, request.settings().metric()));
  }

  private static void requireConverged(Tried first) {
    if (first.result().failure() != null) {
      throw StrataException.diverged("every trial of tune failed or diverged")
          .key("tune.space")
          .found(first.result().failure())
          .expected("values that can be trained; the files *.failure.txt in search tell more")
          .build();
    }
    if (!Double.isFinite(first.score().loss())) {
      throw StrataException.diverged("every trial of tune diverged")
          .key("tune.space")
          .found("loss " + first.score().loss() + " in all trials")
          .expected("values that can be trained, such as lower learning rates")
          .build();
    }
  }
}
