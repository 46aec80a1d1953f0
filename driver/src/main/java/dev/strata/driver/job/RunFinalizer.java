package dev.strata.driver.job;

import dev.strata.driver.configuration.Settings;
import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.visualization.NetworkSnapshot;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The end of a run that trained a network on labelled rows: measures, bundle, report, result. */
final class RunFinalizer {
  private final ManagedRun run;
  private final long begun;
  private final Map<String, String> decided;
  private final Map<String, Double> noted;
  private final Optional<String> warning;

  /**
   * @param begun the run's start by {@link System#nanoTime()}
   * @param decided keys of the configuration that the run itself has given a value
   * @param noted measures of what training began with, told beside those of the training rows
   * @param warning of the training itself
   */
  RunFinalizer(
      ManagedRun run,
      long begun,
      Map<String, String> decided,
      Map<String, Double> noted,
      Optional<String> warning) {
    this.noted = noted;
    this.warning = warning;
    this.run = run;
    this.begun = begun;
    this.decided = decided;
  }

  /**
   * @param data the rows that the whole network takes
   * @param parentSha256 of the model that training started from; empty where it began afresh
   */
  RunResult save(
      PreparedData data,
      TrainedModel trained,
      Optional<String> parentSha256,
      TrainingOutcome outcome) {
    List<HistoryEntry> history = History.read(run.folder());
    List<EvaluationResult> measured = new ArrayList<>();
    Map<String, Map<String, Double>> metrics = new TreeMap<>();
    Map<String, Double> training = new TreeMap<>(noted);
    if (!history.isEmpty()) {
      training.put("loss", history.get(history.size() - 1).loss());
    }
    if (!training.isEmpty()) {
      metrics.put(SupervisedPhase.TRAIN, training);
    }
    Evaluations evaluations = new Evaluations(run, trained.network(), data.preprocessing());
    ModelCalibration calibration = ModelCalibration.of(run, evaluations, data, trained);
    TrainedModel model = calibration.model();
    for (String part : List.of(SupervisedPhase.VALIDATION, "test")) {
      ShardSet rows = data.shards().get(part);
      if (rows != null) {
        EvaluationResult result =
            calibration.beside(part, evaluations.of(part, rows, model.parameters()));
        Evaluations.write(run, "evaluation-" + part + ".json", result);
        measured.add(result);
        metrics.put(part, result.metrics());
      }
    }
    Settings settings = run.settings();
    Provenance provenance =
        Provenance.now(
            run.context().command(),
            settings.seed(),
            settings.training().workers(),
            data.shards().get(SupervisedPhase.TRAIN).manifestSha256(),
            data.counts(),
            parentSha256.orElse(null),
            metrics,
            configuration());
    run.lock().ensureHeld();
    String folder = run.folder().model().toString();
    String sha256 =
        BundleWriter.write(run.context().hadoop(), folder, model, data.preprocessing(), provenance);
    RunResult result =
        Evaluations.found(
                ModelResults.trained(run, model, outcome, metrics, sha256, begun), measured)
            .warned(warning.map(text -> "training: " + text));
    // the rows that nothing was chosen by are what a reader asks for first
    Collections.reverse(measured);
    NetworkSnapshot sight =
        new NetworkSnapshot(
            model.network(), model.parameters(), RunReports.sample(run, data.shards()));
    RunReports.write(run, result, history, measured, provenance, Optional.of(sight));
    return result;
  }

  private Map<String, String> configuration() {
    Map<String, String> all = new TreeMap<>(run.context().configuration().flat());
    all.putAll(decided);
    return all;
  }
}
