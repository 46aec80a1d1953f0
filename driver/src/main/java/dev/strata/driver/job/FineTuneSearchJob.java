package dev.strata.driver.job;

import dev.strata.driver.configuration.Settings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.finetune.Candidate;
import dev.strata.driver.finetune.FineTuneSearch;
import dev.strata.driver.finetune.FineTuneSettings;
import dev.strata.driver.finetune.SearchRequest;
import dev.strata.driver.finetune.SearchRequestBuilder;
import dev.strata.driver.finetune.UnlabelledPlan;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.shard.ShardSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/** The search before fine-tuning, and what it leaves in the run's configuration. */
final class FineTuneSearchJob {
  static final String MODEL_KEY = "model";

  private final ManagedRun run;
  private final ModelBundle bundle;
  private final OutputTask task;
  private final PreparedData data;
  private final Optional<UnlabelledPlan> unlabelled;

  FineTuneSearchJob(
      ManagedRun run,
      ModelBundle bundle,
      OutputTask task,
      PreparedData data,
      Optional<UnlabelledPlan> unlabelled) {
    this.unlabelled = unlabelled;
    this.run = run;
    this.bundle = bundle;
    this.task = task;
    this.data = data;
  }

  /**
   * The best candidate.
   *
   * @param training how it is trained
   */
  record Best(FineTuneSettings settings, TrainingSettings training) {}

  /**
   * @throws StrataException (configuration) without rows that candidates are compared on
   */
  Best best() {
    Settings settings = run.settings();
    Optional<ShardSet> heldBack =
        Optional.ofNullable(data.shards().get(SupervisedPhase.VALIDATION));
    if (heldBack.isEmpty() && settings.fineTune().search().folds() == 0) {
      throw noValidation();
    }
    SearchRequest request =
        SearchRequestBuilder.builder()
            .bundle(bundle)
            .top(settings.network())
            .settings(settings.fineTune())
            .task(task)
            .rows(data.shards().get(SupervisedPhase.TRAIN))
            .training(settings.training())
            .seed(settings.seed())
            .key(MODEL_KEY)
            .trainedFolds(0)
            .folder(run.folder().search())
            .activations(new Path(run.folder().activations(), "search"))
            .lock(run.lock())
            .notice(run.context()::notice)
            .heldBack(heldBack)
            .unlabelled(unlabelled)
            .build();
    FineTuneSearch search = new FineTuneSearch(run.context().javaSpark(), request);
    List<Candidate.Tried> tried = search.run();
    search.legend().forEach(run.context()::notice);
    Candidate best = tried.get(0).candidate();
    TrainingSettings training =
        FineTuneSearch.training(
            settings.training(), settings.fineTune(), heldBack.isPresent(), tried.get(0));
    int epochs = training.epochs();
    String length =
        training.equals(settings.training()) ? "" : ", for " + Counted.of(epochs, "epoch");
    run.context().notice("Training the best candidate: " + best.name() + length + ".");
    return new Best(best.settings(), training);
  }

  /** Whether candidates can be compared, as far as the configuration tells. */
  static void requireRows(Settings settings) {
    if (settings.fineTune().search().folds() > 0) {
      requireFolds(settings);
      return;
    }
    boolean prepared = settings.data().shards().isPresent();
    boolean given =
        settings.data().validation().given()
            || settings.data().split().validation() > 0
            || settings.data().split().column().isPresent();
    if (settings.fineTune().search().asked() && !prepared && !given) {
      throw noValidation();
    }
  }

  private static void requireFolds(Settings settings) {
    SplitSettings.By by = settings.data().split().by();
    if (by == SplitSettings.By.GROUP || by == SplitSettings.By.TIME) {
      throw StrataException.configuration(
              "cross-validation folds would separate rows that data.split keeps together")
          .key("fine-tune.search.folds")
          .found(Integer.toString(settings.fineTune().search().folds()))
          .expected(
              "0 and validation rows, because data.split.by is "
                  + by.name().toLowerCase(Locale.ROOT))
          .build();
    }
  }

  private static StrataException noValidation() {
    return StrataException.configuration(
            "fine-tune.search needs validation rows to compare its candidates")
        .key("data.validation")
        .found("none")
        .expected(
            "a validation source, or data.split.validation above 0; or fine-tune.search.folds")
        .build();
  }

  /** The keys of the configuration that the search has decided. */
  static Map<String, String> keys(Settings settings, Best best) {
    Map<String, String> keys = new TreeMap<>();
    FineTuneSettings chosen = best.settings();
    if (settings.fineTune().search().asked()) {
      chosen
          .surgery()
          .choice()
          .count()
          .ifPresent(count -> keys.put("fine-tune.reuse.count", count.toString()));
      keys.put("fine-tune.drop-top", Integer.toString(chosen.surgery().dropTop()));
      keys.put("fine-tune.reinitialize", chosen.surgery().reinitialize().toString());
      keys.put("fine-tune.freeze", chosen.freeze());
      if (!settings.fineTune().search().epsilon().isEmpty()) {
        double epsilon = chosen.unlabelled().adversarial().epsilon();
        keys.put("fine-tune.unlabelled.epsilon", Double.toString(epsilon));
      }
    }
    if (!best.training().equals(settings.training())) {
      keys.put("training.epochs", Integer.toString(best.training().epochs()));
      keys.put("training.early-stopping.patience", "0");
      keys.put("training.keep-model", "last");
    }
    return keys;
  }
}
