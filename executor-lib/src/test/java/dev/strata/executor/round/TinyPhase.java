package dev.strata.executor.round;

import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.AutoencoderSpec;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.BlockWriter;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/** A phase of one worker on four rows of two numbers, for rounds without a driver. */
final class TinyPhase {
  private TinyPhase() {}

  /** Of two inputs and two units. */
  static AutoencoderSpec autoencoder() {
    UpdateSettings update =
        new UpdateSettings(
            UpdaterSettings.of("sgd", 0.1), ScheduleSettings.none(), ClippingSettings.none());
    AutoencoderSettings settings = AutoencoderSettings.plain("sigmoid", "sigmoid", "cross-entropy");
    return new AutoencoderSpec(2, 2, settings, update, 1);
  }

  static RoundPhase of(java.nio.file.Path folder, LearnerSpec learner, boolean keepOptimizerState)
      throws IOException {
    return RoundPhaseBuilder.builder()
        .attempt("attempt")
        .name("phase")
        .learner(learner)
        .shards(shards(folder))
        .plan(new EpochPlan(List.of(4L), 2, 1))
        .shuffleWindow(1)
        .seed(1)
        .keepOptimizerState(keepOptimizerState)
        .reusesResults(false)
        .hadoop(new SerializableConfiguration(new Configuration()))
        .rateFactor(1)
        .build();
  }

  private static ShardSet shards(java.nio.file.Path folder) throws IOException {
    Path to = new Path(folder.toUri());
    Configuration hadoop = new Configuration();
    List<ArraySpec> arrays =
        List.of(
            new ArraySpec(
                "input-0", ArrayRole.INPUT, 0, ElementType.F32, List.of(2), 0, Optional.empty()));
    BlockWriter writer = BlockWriter.create(to.getFileSystem(hadoop), to, 0, 4, arrays);
    for (int row = 0; row < 4; row++) {
      writer.put(0, new float[] {row, 1});
      writer.endRow();
    }
    return ManifestFile.write(
        hadoop,
        to,
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "train",
            4,
            arrays,
            List.of(),
            List.of(),
            List.of(writer.close()),
            Map.of("source", 4L, "used", 4L)));
  }
}
