package dev.strata.driver.trial;

import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/** Trials of one ShardSet's rows whose results are kept: what is done is not done again. */
public final class KeptTrials {
  private final JavaSparkContext spark;
  private final ShardSet rows;
  private final TrialFolder folder;
  private final Runnable beforeCommit;

  /**
   * @param rows number 0 of all trials
   * @param folder that keeps the results
   * @param beforeCommit called before a result is kept; throws where the run has lost its folder
   */
  public KeptTrials(
      JavaSparkContext spark, ShardSet rows, TrialFolder folder, Runnable beforeCommit) {
    this.spark = spark;
    this.rows = rows;
    this.folder = folder;
    this.beforeCommit = beforeCommit;
  }

  /**
   * A trial and what it starts from.
   *
   * @param origin checksum of what the start was made of
   */
  public record Planned(Trial trial, StateVector start, String origin) {}

  /**
   * Runs what is not kept.
   *
   * @param taker gets each result, an old one too, as it comes; one that failed is not kept
   * @return results in the order of the trials
   */
  public List<TrialResult> run(List<Planned> all, Consumer<TrialResult> taker) {
    Map<Integer, TrialResult> results = new TreeMap<>();
    List<Integer> missing = new ArrayList<>();
    List<StateVector> starts = new ArrayList<>();
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Planned one = all.get(i);
      Optional<TrialResult> known = folder.find(one.trial().name(), hash(one));
      if (known.isPresent()) {
        results.put(i, known.get());
        taker.accept(known.get());
      } else {
        missing.add(i);
        trials.add(one.trial().withStart(starts.size()));
        starts.add(one.start());
      }
    }
    try (TrialRunner runner = new TrialRunner(spark, List.of(rows), starts)) {
      runner.runEach(
          trials,
          (index, result) -> {
            beforeCommit.run();
            if (result.failure() == null) {
              folder.keep(hash(all.get(missing.get(index))), result);
            } else {
              folder.explain(result);
            }
            results.put(missing.get(index), result);
            taker.accept(result);
          });
    }
    return List.copyOf(results.values());
  }

  private String hash(Planned one) {
    return TrialFolder.hash(one.trial(), List.of(rows.manifestSha256(), one.origin()), one.start());
  }
}
