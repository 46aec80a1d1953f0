package dev.strata.bench;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.lease.OutputLease;
import dev.strata.driver.report.ProgressView;
import dev.strata.driver.run.RunFolder;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.PhasePlace;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.training.TrainingRun;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.training.TrainingSettings.EarlyStopping;
import dev.strata.driver.training.TrainingSettings.KeepModel;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * One layer trained as a command trains it: rounds, history, a checkpoint every 30 seconds.
 *
 * @param batch rows of a worker's minibatch
 */
record LayerTraining(
    JavaSparkContext spark, Path output, int workers, int batch, int epochs, int shuffleWindow) {
  TrainingOutcome run(
      String phase, UnsupervisedSpec learner, ShardSet rows, AveragingSettings averaging) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), rows);
    TrainingSettings training =
        new TrainingSettings(
            workers,
            batch,
            OptionalInt.empty(),
            epochs,
            0,
            shuffleWindow,
            new EarlyStopping(0, "loss", 0),
            KeepModel.LAST,
            0);
    TrainingRequest request =
        new TrainingRequest(
            "benchmark",
            phase,
            PhasePlace.ofLayer(phase, "pretrain.layer"),
            "benchmark",
            RunFolder.of(spark.hadoopConfiguration(), output.toUri().toString()),
            OutputLease.none(),
            learner,
            Optional.empty(),
            rows,
            manifest,
            Optional.empty(),
            training,
            averaging,
            new CheckpointSettings(0, Duration.ofSeconds(30), 2),
            1,
            false,
            false,
            ProgressView.on(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                false));
    return new TrainingRun(spark, request).run();
  }
}
