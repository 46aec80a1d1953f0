package dev.strata.jobs;

import dev.strata.driver.auxiliary.AuxiliaryOutcome;
import dev.strata.driver.auxiliary.AuxiliaryRequest;
import dev.strata.driver.auxiliary.AuxiliaryTask;
import dev.strata.driver.auxiliary.AuxiliaryTasks;
import dev.strata.driver.auxiliary.AuxiliaryTraining;
import dev.strata.driver.checkpoint.NewestCheckpoint;
import dev.strata.driver.data.PreparedData;
import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.picture.NetworkSight;
import dev.strata.driver.report.ProgressView;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.vectors.PretrainedVectors;
import dev.strata.jobs.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/** The work of {@code strata pretrain-auxiliary}, from rows to a bundle. */
final class AuxiliaryRun {
  private static final String TRAIN = "train";

  private final OutputRun run;
  private final Settings settings;
  private final Configuration hadoop;
  private final long begun = System.nanoTime();

  AuxiliaryRun(OutputRun run) {
    this.run = run;
    this.settings = run.settings();
    this.hadoop = run.context().hadoop();
  }

  RunResult run() {
    run.context()
        .failures()
        .lastCheckpoint(() -> NewestCheckpoint.below(hadoop, run.folder().checkpoints()));
    UnusedColumns.tell(run, "Pretraining");
    PretrainedVectors.check(hadoop, settings.network());
    PreparedData data =
        Preparation.unlabelled(run, AuxiliaryTasks.rows(settings.task(), settings.data()));
    AuxiliaryTask task =
        AuxiliaryTasks.of(
            settings.task(),
            settings.network(),
            new Networks(hadoop, settings).json(),
            data,
            settings.seed());
    run.context().notice("Task " + task.type() + ", network:");
    run.context().notice(task.network().describe().text().indent(2).stripTrailing());
    WordVectors vectors = WordVectors.of(run, task.network(), data.preprocessing());
    AuxiliaryOutcome outcome;
    try (ProgressView progress = run.context().progress()) {
      outcome = train(data, task, vectors.start(), progress);
    }
    return save(data, vectors.measures(), outcome);
  }

  private AuxiliaryOutcome train(
      PreparedData data,
      AuxiliaryTask task,
      Optional<TrainingRequest.Start> start,
      ProgressView progress) {
    AuxiliaryRequest request =
        new AuxiliaryRequest(
            run.context().command(),
            run.runId(),
            run.folder(),
            run.lease(),
            task,
            start,
            data.shards(),
            settings.training(),
            settings.averaging(),
            settings.checkpoint(),
            settings.seed(),
            run.resumes(),
            settings.allowWorkersChange(),
            progress);
    return new AuxiliaryTraining(run.context().javaSpark(), request).run();
  }

  private RunResult save(PreparedData data, Map<String, Double> noted, AuxiliaryOutcome outcome) {
    List<HistoryEntry> history = History.read(run.folder());
    Map<String, Map<String, Double>> metrics = new TreeMap<>(outcome.metrics());
    Map<String, Double> train = new TreeMap<>(noted);
    if (!history.isEmpty()) {
      train.put("loss", history.get(history.size() - 1).loss());
    }
    outcome.counts().forEach((name, count) -> train.put(name, count.doubleValue()));
    metrics.put(TRAIN, train);
    Provenance provenance =
        Provenance.now(
            run.context().command(),
            settings.seed(),
            settings.training().workers(),
            data.shards().get(TRAIN).manifestSha256(),
            data.counts(),
            null,
            metrics,
            run.context().configuration().flat());
    run.lease().ensureHeld();
    String sha256 =
        BundleWriter.write(
            hadoop,
            run.folder().model().toString(),
            outcome.model(),
            data.preprocessing(),
            provenance);
    RunResult result = result(outcome, metrics, sha256);
    NetworkSight sight =
        new NetworkSight(
            outcome.model().network(),
            outcome.model().parameters(),
            Reports.sample(run, data.shards()));
    Reports.write(run, result, history, measured(data, outcome), provenance, Optional.of(sight));
    return result;
  }

  private static List<EvaluationResult> measured(PreparedData data, AuxiliaryOutcome outcome) {
    List<EvaluationResult> results = new ArrayList<>();
    outcome
        .metrics()
        .forEach(
            (part, values) ->
                results.add(
                    new EvaluationResult(
                        part,
                        data.manifests().get(part).rows(),
                        values,
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        List.of())));
    return results;
  }

  private RunResult result(
      AuxiliaryOutcome outcome, Map<String, Map<String, Double>> metrics, String sha256) {
    TrainingOutcome training = outcome.training();
    return new RunResult(
        run.context().command(),
        RunResult.FINISHED,
        metrics,
        training.examples(),
        training.epochs(),
        training.rounds(),
        settings.training().workers(),
        outcome.model().parameters().length(),
        training.trainSeconds(),
        (System.nanoTime() - begun) / 1e9,
        training.trainSeconds() > 0 ? training.examples() / training.trainSeconds() : 0,
        run.folder().model().toString(),
        sha256,
        settings.seed(),
        training.resumedFromRound().isPresent() ? training.resumedFromRound().getAsLong() : null);
  }
}
