package dev.strata.driver.finetune;

import dev.strata.driver.trial.KeptTrials;
import dev.strata.driver.trial.TrialRunner;
import dev.strata.executor.network.NetworkCut;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialResult;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs what a search has not tried yet, on the outputs of frozen layers computed once, and keeps
 * each result as it comes.
 */
final class SearchTrials {
  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";
  private static final String UNLABELLED = FrozenOutputs.UNLABELLED;

  private final JavaSparkContext spark;
  private final SearchRequest request;
  private final KeptTrials kept;

  /** Frozen layers → number of their outputs; 0 are the rows themselves. */
  private final Map<String, Integer> groups = new LinkedHashMap<>();

  /** The unlabelled rows as each group's trained layers see them. */
  private final Map<Integer, ShardSet> beside = new LinkedHashMap<>();

  SearchTrials(JavaSparkContext spark, SearchRequest request, KeptTrials kept) {
    this.spark = spark;
    this.request = request;
    this.kept = kept;
  }

  /**
   * A trial of a candidate.
   *
   * @param plan of the candidate
   * @param hash of all that its scores depend on
   */
  record Planned(FineTunePlan plan, Trial trial, String hash) {
    KeptTrials.Planned kept() {
      return new KeptTrials.Planned(trial, hash);
    }

    FineTunePhase phase() {
      return plan.first();
    }

    private int group() {
      return trial.training().set() / 2;
    }
  }

  /**
   * Number of the training rows as the trained layers see them; the next number is that of the
   * held-out rows.
   */
  int set(FineTunePhase phase) {
    return phase.cut().isEmpty()
        ? 0
        : 2 * groups.computeIfAbsent(phase.cut().get().lower().json(), key -> groups.size() + 1);
  }

  /**
   * @param results by the trials' names: those of an earlier attempt, and then all
   */
  void run(List<Planned> all, Map<String, TrialResult> results) {
    List<Planned> missing =
        all.stream().filter(one -> !results.containsKey(one.trial().name())).toList();
    if (!missing.isEmpty()) {
      List<FrozenOutputs> caches = new ArrayList<>();
      List<ShardSet> sets = sets(missing, caches);
      spark.setJobDescription("fine-tune · search");
      try {
        train(missing, sets, all.size(), results);
      } finally {
        spark.setJobDescription(null);
      }
      caches.forEach(FrozenOutputs::discard);
    }
    // What an attempt that was cut off computed for trials that are done is here, too.
    FrozenOutputs.removeAll(spark, request.activations());
  }

  private void train(
      List<Planned> missing, List<ShardSet> sets, int all, Map<String, TrialResult> results) {
    List<StateVector> starts = new ArrayList<>();
    IdentityHashMap<FineTunePlan, Integer> numbers = new IdentityHashMap<>();
    List<KeptTrials.Planned> trials = new ArrayList<>();
    for (Planned one : missing) {
      if (!numbers.containsKey(one.plan())) {
        numbers.put(one.plan(), starts.size());
        starts.add(one.phase().trained(one.plan().start()));
      }
      Trial trial = one.trial().withStart(numbers.get(one.plan()));
      if (beside.containsKey(one.group())) {
        trial = trial.withUnlabelled(beside.get(one.group()));
      }
      trials.add(new KeptTrials.Planned(trial, one.hash()));
    }
    try (TrialRunner runner = new TrialRunner(spark, sets, starts)) {
      kept.run(
          runner,
          trials,
          result -> {
            results.put(result.name(), result);
            request
                .notice()
                .accept("  %d of %d: %s".formatted(results.size(), all, KeptTrials.words(result)));
          });
    }
  }

  /** The rows, and the outputs of the frozen layers of what is still to be tried. */
  private List<ShardSet> sets(List<Planned> missing, List<FrozenOutputs> caches) {
    Map<String, ShardSet> raw = new TreeMap<>(Map.of(TRAIN, request.rows()));
    if (request.settings().search().folds() == 0) {
      raw.put(VALIDATION, request.heldBack().orElseThrow());
    }
    request.unlabelled().ifPresent(rows -> raw.put(UNLABELLED, rows.rows()));
    List<ShardSet> sets = new ArrayList<>();
    for (int group = 0; group <= groups.size(); group++) {
      sets.add(request.rows());
      sets.add(raw.getOrDefault(VALIDATION, request.rows()));
    }
    for (int group = 1; group <= groups.size(); group++) {
      int wanted = group;
      missing.stream()
          .filter(one -> one.group() == wanted)
          .findFirst()
          .ifPresent(
              one -> {
                NetworkCut cut = one.phase().cut().orElseThrow();
                FrozenOutputs cache =
                    new FrozenOutputs(
                        spark,
                        cut,
                        one.phase().frozen(one.plan().start()),
                        new Path(request.activations(), "search-" + wanted));
                Map<String, ShardSet> outputs = cache.of(raw);
                caches.add(cache);
                Optional.ofNullable(outputs.get(UNLABELLED))
                    .ifPresent(rows -> beside.put(wanted, rows));
                sets.set(2 * wanted, outputs.get(TRAIN));
                sets.set(2 * wanted + 1, outputs.getOrDefault(VALIDATION, outputs.get(TRAIN)));
              });
    }
    return sets;
  }
}
