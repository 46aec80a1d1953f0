package dev.strata.driver.job;

import dev.strata.driver.checkpoint.NewestCheckpoint;
import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.PretrainedLayer;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.pretrain.PretrainRequest;
import dev.strata.driver.pretrain.PretrainedStack;
import dev.strata.driver.pretrain.Pretraining;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.visualization.NetworkSnapshot;
import dev.strata.executor.corruption.RowFacts;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Layers trained one on another without labels, from any source of rows to a saved encoder. */
public final class PretrainJob implements RunJob {
  private static final RepeatPolicy REPETITION =
      RepeatPolicy.training(JobInputs::data, PretrainJob::longer);

  @Override
  public String name() {
    return "pretrain";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.PRETRAINING);
  }

  /** The layers above a longer trained one would have to be trained again. */
  private static RepeatPolicy.Longer longer(Settings settings) {
    boolean own =
        settings.pretrain().layers().stream().allMatch(layer -> layer.phase().epochs().isPresent());
    return own
        ? RepeatPolicy.Longer.NOTHING
        : RepeatPolicy.Longer.refused(
            "finished layers cannot be trained further, because the layers above were trained on"
                + " their output");
  }

  @Override
  public RepeatPolicy policy(JobContext context) {
    return REPETITION;
  }

  @Override
  public RunResult work(ManagedRun run) {
    return new Pretrain(run).run();
  }

  private static final class Pretrain {
    private static final String TRAIN = "train";
    private static final String VALIDATION = "validation";

    private final ManagedRun run;
    private final Settings settings;
    private final Configuration hadoop;
    private final long begun = System.nanoTime();

    Pretrain(ManagedRun run) {
      this.run = run;
      this.settings = run.settings();
      this.hadoop = run.context().hadoop();
    }

    RunResult run() {
      run.context().failures().lastCheckpoint(this::newestCheckpoint);
      UnusedColumns.tell(run, "Pretraining");
      PreparedData data = JobData.unlabelled(run);
      PretrainedStack stack;
      try (ProgressView progress = run.context().progress()) {
        stack = pretrain(data, progress);
      }
      return save(data, stack);
    }

    private PretrainedStack pretrain(PreparedData data, ProgressView progress) {
      PretrainRequest request =
          new PretrainRequest(
              run.training(progress),
              settings.engine(),
              settings.pretrain().forInputs(data.preprocessing().hasUnitRange()),
              data.shards().get(TRAIN),
              RowFacts.of(data.preprocessing()).widths(),
              Optional.ofNullable(data.shards().get(VALIDATION)));
      return new Pretraining(run.context().javaSpark(), request).run();
    }

    private RunResult save(PreparedData data, PretrainedStack stack) {
      List<HistoryEntry> history = History.read(run.folder());
      Map<String, Map<String, Double>> metrics = metrics(stack, history);
      Provenance provenance = ModelResults.provenance(run, data, metrics).with(stack.phases());
      TrainedModel model = stack.model(settings.network().updater(), settings.seed());
      run.lock().ensureHeld();
      String sha256 =
          BundleWriter.write(
              hadoop,
              run.folder().model().toString(),
              model,
              data.preprocessing(),
              provenance,
              Optional.of(stack.decoder()));
      RunResult result = ModelResults.trained(run, model, stack, metrics, sha256, begun);
      NetworkSnapshot sight =
          new NetworkSnapshot(
              model.network(),
              model.parameters(),
              Optional.of(stack.decoder()),
              RunReports.sample(run, data.shards()));
      RunReports.write(run, result, history, List.of(), provenance, Optional.of(sight));
      return result;
    }

    /**
     * Of training rows the loss of each phase's last round; of rows held back each phase's
     * measures, and those of the whole stack from input to input.
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

    /** Of the layer in training; between two layers, the last finished one. */
    private Optional<Path> newestCheckpoint() {
      return NewestCheckpoint.below(hadoop, run.folder().checkpoints())
          .or(() -> NewestCheckpoint.below(hadoop, run.folder().layers()));
    }
  }
}
