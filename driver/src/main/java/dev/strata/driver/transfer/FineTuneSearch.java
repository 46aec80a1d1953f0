package dev.strata.driver.transfer;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.trial.TrialFolder;
import dev.strata.driver.trial.TrialRunner;
import dev.strata.executor.network.NetworkCut;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains each candidate on the training rows, one task each, and measures it on the rows held back:
 * what fine-tuning with one worker would give. Results are kept, so that a search that is cut off
 * goes on with what it has not tried.
 */
public final class FineTuneSearch {
  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";

  private final JavaSparkContext spark;
  private final SearchRequest request;
  private final TrialFolder kept;

  public FineTuneSearch(JavaSparkContext spark, SearchRequest request) {
    this.spark = spark;
    this.request = request;
    this.kept = new TrialFolder(spark.hadoopConfiguration(), request.folder());
  }

  /**
   * How many candidates a search has.
   *
   * @throws dev.strata.executor.failure.StrataException (configuration) where a number does not fit
   *     the model
   */
  public static int count(ModelBundle bundle, FineTuneSettings settings, String key) {
    return Candidates.of(bundle.model().network(), settings, key).size();
  }

  /** A candidate ready to be trained. */
  private record Ready(Candidate candidate, FineTunePlan plan, Trial trial, String hash) {
    FineTunePhase phase() {
      return plan.first();
    }
  }

  /** All candidates, best first. The table is also written to the folder. */
  public List<Candidate.Tried> run() {
    Map<String, Integer> groups = new LinkedHashMap<>();
    List<Ready> candidates = new ArrayList<>();
    int train = rows(request.rows());
    int held = rows(request.heldBack());
    for (Candidate candidate :
        Candidates.of(request.bundle().model().network(), request.settings(), request.key())) {
      candidates.add(ready(candidate, groups, candidates.size(), train, held));
    }
    Map<String, TrialResult> results = new LinkedHashMap<>();
    List<Ready> missing = new ArrayList<>();
    for (Ready one : candidates) {
      kept.find(one.candidate().name(), one.hash())
          .ifPresentOrElse(result -> results.put(result.name(), result), () -> missing.add(one));
    }
    request
        .notice()
        .accept(
            "Search: %d candidates, %d of them tried before."
                .formatted(candidates.size(), results.size()));
    train(candidates, missing, groups, results);
    return ranked(candidates, results);
  }

  private Ready ready(
      Candidate candidate, Map<String, Integer> groups, int index, int train, int held) {
    FineTunePlan plan =
        FineTunePlan.of(
            request.bundle(),
            request.top(),
            candidate.settings(),
            request.task(),
            request.training().epochs(),
            request.seed(),
            request.key());
    int first = 2 * group(plan.first(), groups);
    Trial trial =
        new Trial(
            candidate.name(),
            plan.first().trained(),
            index,
            TrialRows.all(first, train),
            TrialRows.all(first + 1, held),
            request.settings().search().epochs().orElse(request.training().epochs()),
            request.training().workerBatch(),
            1,
            request.seed());
    List<String> origins =
        List.of(
            request.rows().manifestSha256(),
            request.heldBack().manifestSha256(),
            plan.parentSha256());
    String hash = TrialFolder.hash(trial, origins, plan.start());
    return new Ready(candidate, plan, trial, hash);
  }

  /** Candidates with the same frozen layers share their outputs; 0: the rows themselves. */
  private static int group(FineTunePhase phase, Map<String, Integer> groups) {
    return phase.cut().isEmpty()
        ? 0
        : groups.computeIfAbsent(phase.cut().get().lower().json(), json -> groups.size() + 1);
  }

  private void train(
      List<Ready> candidates,
      List<Ready> missing,
      Map<String, Integer> groups,
      Map<String, TrialResult> results) {
    if (missing.isEmpty()) {
      return;
    }
    List<FrozenOutputs> caches = new ArrayList<>();
    List<ShardSet> sets = sets(missing, groups, caches);
    List<StateVector> starts = new ArrayList<>();
    List<Trial> trials = new ArrayList<>();
    for (Ready one : missing) {
      trials.add(one.trial().withStart(starts.size()));
      starts.add(one.phase().trained(one.plan().start()));
    }
    spark.setJobDescription("fine-tune · search");
    try (TrialRunner runner = new TrialRunner(spark, sets, starts)) {
      runner.run(
          trials,
          (index, result) -> {
            request.lease().ensureHeld();
            kept.keep(missing.get(index).hash(), result);
            results.put(result.name(), result);
            request
                .notice()
                .accept(
                    "  %d of %d: %s, error %.4f, loss %.4f, %.1f s"
                        .formatted(
                            results.size(),
                            candidates.size(),
                            result.name(),
                            result.last().error(),
                            result.last().loss(),
                            result.seconds()));
          });
    } finally {
      spark.setJobDescription(null);
    }
    caches.forEach(FrozenOutputs::discard);
  }

  /** The rows, and the outputs of the frozen layers of what is still to be tried. */
  private List<ShardSet> sets(
      List<Ready> missing, Map<String, Integer> groups, List<FrozenOutputs> caches) {
    Map<String, ShardSet> raw = Map.of(TRAIN, request.rows(), VALIDATION, request.heldBack());
    List<ShardSet> sets = new ArrayList<>();
    for (int group = 0; group <= groups.size(); group++) {
      sets.add(request.rows());
      sets.add(request.heldBack());
    }
    for (Map.Entry<String, Integer> group : groups.entrySet()) {
      missing.stream()
          .filter(one -> one.trial().training().set() == 2 * group.getValue())
          .findFirst()
          .ifPresent(
              one -> {
                NetworkCut cut = one.phase().cut().orElseThrow();
                FrozenOutputs cache =
                    new FrozenOutputs(
                        spark,
                        cut,
                        one.phase().frozen(one.plan().start()),
                        new Path(request.activations(), "search-" + group.getValue()));
                Map<String, ShardSet> outputs = cache.of(raw);
                caches.add(cache);
                sets.set(2 * group.getValue(), outputs.get(TRAIN));
                sets.set(2 * group.getValue() + 1, outputs.get(VALIDATION));
              });
    }
    return sets;
  }

  private List<Candidate.Tried> ranked(List<Ready> candidates, Map<String, TrialResult> results) {
    SearchSettings.Metric metric = request.settings().search().metric();
    List<Candidate.Tried> tried = new ArrayList<>();
    for (Ready one : candidates) {
      tried.add(
          Candidate.Tried.of(
              one.candidate(),
              one.phase().trained().parameterCount(),
              results.get(one.candidate().name()),
              keepsBest(),
              metric));
    }
    tried.sort((a, b) -> Candidate.order(metric).compare(a.score(), b.score()));
    String table = Candidates.table(tried);
    table.lines().forEach(request.notice());
    OutputFiles.write(spark.hadoopConfiguration(), new Path(request.folder(), "table.txt"), table);
    return tried;
  }

  private boolean keepsBest() {
    return switch (request.training().keepModel()) {
      case BEST -> true;
      case LAST -> false;
      case AUTO -> request.training().earlyStopping().patience() > 0;
    };
  }

  private int rows(ShardSet set) {
    return Math.toIntExact(ManifestFile.read(spark.hadoopConfiguration(), set).rows());
  }
}
