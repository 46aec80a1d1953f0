package dev.strata.jobs;

import dev.strata.driver.checkpoint.NewestCheckpoint;
import dev.strata.driver.data.PreparedData;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.PretrainedLayer;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.picture.NetworkSight;
import dev.strata.driver.pretrain.PretrainRequest;
import dev.strata.driver.pretrain.PretrainedStack;
import dev.strata.driver.pretrain.Pretraining;
import dev.strata.driver.report.ProgressView;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunResult;
import dev.strata.jobs.config.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The work of {@code strata pretrain}, from rows to a bundle. */
final class PretrainRun {
  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";

  private final OutputRun run;
  private final Settings settings;
  private final Configuration hadoop;
  private final long begun = System.nanoTime();

  PretrainRun(OutputRun run) {
    this.run = run;
    this.settings = run.settings();
    this.hadoop = run.context().hadoop();
  }

  RunResult run() {
    run.context().failures().lastCheckpoint(this::newestCheckpoint);
    UnusedColumns.tell(run, "Pretraining");
    PreparedData data = Preparation.unlabelled(run);
    PretrainedStack stack;
    try (ProgressView progress = run.context().progress()) {
      stack = pretrain(data, progress);
    }
    return save(data, stack);
  }

  private PretrainedStack pretrain(PreparedData data, ProgressView progress) {
    PretrainRequest request =
        new PretrainRequest(
            run.context().command(),
            run.runId(),
            run.folder(),
            run.lease(),
            settings.pretrain(),
            data.shards().get(TRAIN),
            Optional.ofNullable(data.shards().get(VALIDATION)),
            settings.training(),
            settings.averaging(),
            settings.checkpoint(),
            settings.seed(),
            run.resumes(),
            settings.allowWorkersChange(),
            progress);
    return new Pretraining(run.context().javaSpark(), request).run();
  }

  private RunResult save(PreparedData data, PretrainedStack stack) {
    List<HistoryEntry> history = History.read(run.folder());
    Map<String, Map<String, Double>> metrics = metrics(stack, history);
    Provenance provenance =
        Provenance.now(
                run.context().command(),
                settings.seed(),
                settings.training().workers(),
                data.shards().get(TRAIN).manifestSha256(),
                data.counts(),
                null,
                metrics,
                run.context().configuration().flat())
            .with(stack.phases());
    TrainedModel model = stack.model(settings.network().updater(), settings.seed());
    run.lease().ensureHeld();
    String sha256 =
        BundleWriter.write(
            hadoop,
            run.folder().model().toString(),
            model,
            data.preprocessing(),
            provenance,
            Optional.of(stack.decoder()));
    RunResult result = result(stack, model, metrics, sha256);
    NetworkSight sight =
        new NetworkSight(
            model.network(),
            model.parameters(),
            Optional.of(stack.decoder()),
            Reports.sample(run, data.shards()));
    Reports.write(run, result, history, List.of(), provenance, Optional.of(sight));
    return result;
  }

  /**
   * Of training rows the loss of each phase's last round; of held-out rows each phase's metrics,
   * and those of the whole stack from input to input.
   */
  private static Map<String, Map<String, Double>> metrics(
      PretrainedStack stack, List<HistoryEntry> history) {
    Map<String, Double> train = new TreeMap<>();
    history.forEach(
        entry -> train.put(entry.layer().orElse(entry.phase()) + ".loss", entry.loss()));
    Map<String, Double> heldBack = new TreeMap<>(stack.heldBack());
    for (PretrainedLayer phase : stack.phases()) {
      phase.metrics().forEach((name, value) -> heldBack.put(phase.name() + "." + name, value));
    }
    Map<String, Map<String, Double>> metrics = new TreeMap<>();
    metrics.put(TRAIN, train);
    if (!heldBack.isEmpty()) {
      metrics.put(VALIDATION, heldBack);
    }
    return metrics;
  }

  private RunResult result(
      PretrainedStack stack,
      TrainedModel model,
      Map<String, Map<String, Double>> metrics,
      String sha256) {
    double seconds = stack.trainSeconds();
    return new RunResult(
        run.context().command(),
        RunResult.FINISHED,
        metrics,
        stack.examples(),
        stack.epochs(),
        stack.rounds(),
        settings.training().workers(),
        model.parameters().length(),
        seconds,
        (System.nanoTime() - begun) / 1e9,
        seconds > 0 ? stack.examples() / seconds : 0,
        run.folder().model().toString(),
        sha256,
        settings.seed(),
        stack.resumedFromRound().isPresent() ? stack.resumedFromRound().getAsLong() : null);
  }

  /** Of the layer in training; between two layers, the last finished one. */
  private Optional<Path> newestCheckpoint() {
    return NewestCheckpoint.below(hadoop, run.folder().checkpoints())
        .or(() -> NewestCheckpoint.below(hadoop, run.folder().layers()));
  }
}
