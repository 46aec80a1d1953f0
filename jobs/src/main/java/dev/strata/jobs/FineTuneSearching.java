package dev.strata.jobs;

import dev.strata.driver.data.PreparedData;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.transfer.Candidate;
import dev.strata.driver.transfer.FineTuneSearch;
import dev.strata.driver.transfer.FineTuneSettings;
import dev.strata.driver.transfer.SearchRequest;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.OutputTask;
import dev.strata.executor.shard.ShardSet;
import dev.strata.jobs.config.Settings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/** The search before fine-tuning, and what it leaves in the run's configuration. */
final class FineTuneSearching {
  static final String MODEL_KEY = "model";

  private final OutputRun run;
  private final ModelBundle bundle;
  private final OutputTask task;
  private final PreparedData data;

  FineTuneSearching(OutputRun run, ModelBundle bundle, OutputTask task, PreparedData data) {
    this.run = run;
    this.bundle = bundle;
    this.task = task;
    this.data = data;
  }

  /**
   * Settings of the best candidate.
   *
   * @throws StrataException (configuration) without validation rows
   */
  FineTuneSettings best() {
    Settings settings = run.settings();
    ShardSet heldBack = data.shards().get(SupervisedPhase.VALIDATION);
    if (heldBack == null) {
      throw noValidation();
    }
    SearchRequest request =
        new SearchRequest(
            bundle,
            settings.network(),
            settings.fineTune(),
            task,
            data.shards().get(SupervisedPhase.TRAIN),
            heldBack,
            settings.training(),
            settings.seed(),
            MODEL_KEY,
            run.folder().search(),
            new Path(run.folder().activations(), "search"),
            run.lease(),
            run.context()::notice);
    List<Candidate.Tried> tried = new FineTuneSearch(run.context().javaSpark(), request).run();
    Candidate best = tried.get(0).candidate();
    run.context().notice("The best is trained: " + best.name() + ".");
    return best.settings();
  }

  /** Whether candidates can be compared, as far as the configuration tells. */
  static void requireValidation(Settings settings) {
    boolean prepared = settings.data().shards().isPresent();
    boolean given =
        settings.data().validation().given()
            || settings.data().split().validation() > 0
            || settings.data().split().column().isPresent();
    if (settings.fineTune().search().asked() && !prepared && !given) {
      throw noValidation();
    }
  }

  private static StrataException noValidation() {
    return StrataException.configuration(
            "fine-tune.search compares its candidates on validation rows")
        .key("data.validation")
        .found("none")
        .expected("a validation source, or data.split.validation above 0")
        .build();
  }

  /** The keys of the configuration that the search has decided. */
  static Map<String, String> keys(FineTuneSettings asked, FineTuneSettings chosen) {
    Map<String, String> keys = new TreeMap<>();
    if (asked.search().asked()) {
      chosen
          .surgery()
          .choice()
          .count()
          .ifPresent(count -> keys.put("fine-tune.reuse.count", count.toString()));
      keys.put("fine-tune.drop-top", Integer.toString(chosen.surgery().dropTop()));
      keys.put("fine-tune.reinitialize", chosen.surgery().reinitialize().toString());
      keys.put("fine-tune.freeze", chosen.freeze());
    }
    return keys;
  }
}
