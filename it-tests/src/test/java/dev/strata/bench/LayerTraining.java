package dev.strata.bench;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.EngineSettings;
import dev.strata.driver.training.PhasePlace;
import dev.strata.driver.training.PhaseTrainer;
import dev.strata.driver.training.RunContext;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.training.TrainingSettings.EarlyStopping;
import dev.strata.driver.training.TrainingSettings.KeepModel;
import dev.strata.driver.training.TrainingSettingsBuilder;
import dev.strata.driver.watch.RunWatch;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.TargetSettings;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * One layer trained as a command trains it: rounds, history, a checkpoint every 30 seconds.
 *
 * @param batch rows of a worker's minibatch
 */
record LayerTraining(
    JavaSparkContext spark, Path output, int workers, int batch, int epochs, int shuffleWindow) {
  /** Milliseconds of the parts of a phase's rounds: the median of each. */
  Map<String, Double> roundParts(String phase) {
    Map<String, List<Double>> parts = new TreeMap<>();
    for (HistoryEntry entry : History.read(folder())) {
      if (entry.phase().equals(phase)) {
        entry
            .seconds()
            .forEach(
                (part, seconds) ->
                    parts.computeIfAbsent(part, p -> new ArrayList<>()).add(1e3 * seconds));
      }
    }
    Map<String, Double> medians = new TreeMap<>();
    parts.forEach(
        (part, millis) ->
            medians.put(part, millis.stream().sorted().toList().get(millis.size() / 2)));
    return medians;
  }

  private RunFolder folder() {
    return RunFolder.of(spark.hadoopConfiguration(), output.toUri().toString());
  }

  TrainingOutcome run(
      String phase, UnsupervisedSpec learner, ShardSet rows, AveragingSettings averaging) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), rows);
    TrainingSettings training =
        TrainingSettingsBuilder.builder()
            .workers(workers)
            .batchSize(batch)
            .globalBatchSize(OptionalInt.empty())
            .epochs(epochs)
            .validationEvery(0)
            .shuffleWindow(shuffleWindow)
            .earlyStopping(new EarlyStopping(0, "loss", 0))
            .keepModel(KeepModel.LAST)
            .divergenceFactor(0)
            .calibration(TrainingSettings.Calibration.NONE)
            .targets(TargetSettings.NONE)
            .build();
    TrainingRequest request =
        new TrainingRequest(
            new RunContext(
                "benchmark",
                "benchmark",
                folder(),
                OutputLock.none(),
                1,
                false,
                false,
                ProgressView.on(
                    new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                    false),
                RunWatch.logging("benchmark")),
            new EngineSettings(
                training, averaging, new CheckpointSettings(0, Duration.ofSeconds(30), 2)),
            phase,
            PhasePlace.ofLayer(phase, "pretrain.layer"),
            learner,
            Optional.empty(),
            rows,
            Optional.empty());
    return new PhaseTrainer(spark, request).run();
  }
}
