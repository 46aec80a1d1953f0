package dev.strata.driver.transfer;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.transfer.SearchTrials.Planned;
import dev.strata.driver.trial.TrialFolder;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialRows;
import dev.strata.executor.trial.TrialScore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Trains each candidate on the training rows, one task each, and measures it on the rows held back:
 * what fine-tuning with one worker would give. Results are kept, so that a search that is cut off
 * goes on with what it has not tried, for as many epochs as it was begun with.
 */
public final class FineTuneSearch {
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

  /**
   * All candidates, best first. The table is also written to the folder.
   *
   * @throws StrataException (diverged) where each of them has diverged
   */
  public List<Candidate.Tried> run() {
    SearchTrials trials = new SearchTrials(spark, request, kept);
    int train = rows(request.rows());
    int held = rows(request.heldBack());
    Map<Candidate, Planned> candidates = new LinkedHashMap<>();
    for (Candidate candidate :
        Candidates.of(request.bundle().model().network(), request.settings(), request.key())) {
      candidates.put(candidate, planned(candidate, trials, candidates.size(), train, held));
    }
    begunWith(candidates.values())
        .ifPresent(epochs -> candidates.replaceAll((c, one) -> withEpochs(one, epochs)));
    Map<String, TrialResult> results = new LinkedHashMap<>();
    for (Planned one : candidates.values()) {
      kept.find(one.trial().name(), one.hash()).ifPresent(r -> results.put(r.name(), r));
    }
    request
        .notice()
        .accept(
            "Search: %d candidates, %d of them tried before."
                .formatted(candidates.size(), results.size()));
    trials.run(List.copyOf(candidates.values()), results);
    return ranked(candidates, results);
  }

  private Planned planned(
      Candidate candidate, SearchTrials trials, int index, int train, int held) {
    FineTunePlan plan =
        FineTunePlan.of(
            request.bundle(),
            request.top(),
            candidate.settings(),
            request.task(),
            request.training().epochs(),
            request.seed(),
            request.key());
    int set = trials.set(plan.first());
    Trial trial =
        new Trial(
            candidate.name(),
            plan.first().trained(),
            index,
            TrialRows.all(set, train),
            TrialRows.all(set + 1, held),
            request.settings().search().epochs().orElse(request.training().epochs()),
            request.training().workerBatch(),
            1,
            request.seed());
    return new Planned(plan, trial, hash(plan, trial));
  }

  private String hash(FineTunePlan plan, Trial trial) {
    List<String> origins =
        List.of(
            request.rows().manifestSha256(),
            request.heldBack().manifestSha256(),
            plan.parentSha256());
    return TrialFolder.hash(trial, origins, plan.start());
  }

  private Planned withEpochs(Planned one, int epochs) {
    Trial trial = one.trial().withEpochs(epochs);
    return new Planned(one.plan(), trial, hash(one.plan(), trial));
  }

  /**
   * Epochs that a search which was cut off was begun with: training.epochs may change on resume,
   * when the best may be in training already.
   */
  private OptionalInt begunWith(Collection<Planned> candidates) {
    if (request.settings().search().epochs().isPresent()) {
      return OptionalInt.empty();
    }
    return candidates.stream()
        .map(one -> kept.epochs(one.trial().name(), epochs -> withEpochs(one, epochs).hash()))
        .filter(OptionalInt::isPresent)
        .findFirst()
        .orElse(OptionalInt.empty());
  }

  private List<Candidate.Tried> ranked(
      Map<Candidate, Planned> candidates, Map<String, TrialResult> results) {
    SearchSettings.Metric metric = request.settings().search().metric();
    List<Candidate.Tried> tried = new ArrayList<>();
    candidates.forEach(
        (candidate, one) ->
            tried.add(
                Candidate.Tried.of(
                    candidate,
                    one.phase().trained().parameterCount(),
                    results.get(candidate.name()),
                    keepsBest(),
                    metric)));
    tried.sort((a, b) -> Candidate.order(metric).compare(a.score(), b.score()));
    String table = Candidates.table(tried);
    table.lines().forEach(request.notice());
    OutputFiles.write(spark.hadoopConfiguration(), new Path(request.folder(), "table.txt"), table);
    requireConverged(tried.get(0).score());
    return tried;
  }

  private static void requireConverged(TrialScore best) {
    if (!Double.isFinite(best.loss())) {
      throw StrataException.diverged("every candidate of fine-tune.search diverged")
          .key("network.updater.learning-rate")
          .found("loss " + best.loss() + " after epoch " + best.epoch())
          .expected("a finite loss; try a smaller learning rate or network.clipping")
          .build();
    }
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
