package dev.strata.executor.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.AutoencoderSpec;
import dev.strata.executor.device.Device;
import dev.strata.executor.device.Device.Backend;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A learner stays with the device that it was made on. */
class LearnerCacheTest {
  private static final Device FIRST = new Device("0", Backend.CPU);
  private static final Device SECOND = new Device("1", Backend.CPU);
  private static final RoundTask TASK = new RoundTask(0, RoundTask.NO_STATE, null);
  private static final RoundTask NEXT = new RoundTask(0, 0, null);

  @TempDir java.nio.file.Path folder;
  private RoundPhase phase;
  private final LearnerCache cache = new LearnerCache(Duration.ofMinutes(10));

  @BeforeEach
  void prepare() throws IOException {
    UpdateSettings update =
        new UpdateSettings(
            UpdaterSettings.of("sgd", 0.1), ScheduleSettings.none(), ClippingSettings.none());
    AutoencoderSettings settings = AutoencoderSettings.plain("sigmoid", "sigmoid", "cross-entropy");
    phase =
        RoundPhaseBuilder.builder()
            .attempt("attempt")
            .name("phase")
            .learner(new AutoencoderSpec(2, 2, settings, update, 1))
            .shards(shards())
            .plan(new EpochPlan(List.of(4L), 2, 1))
            .shuffleWindow(1)
            .seed(1)
            .keepOptimizerState(false)
            .reusesResults(false)
            .hadoop(new SerializableConfiguration(new Configuration()))
            .rateFactor(1)
            .build();
  }

  @Test
  void anotherAddressFindsNoLearner() {
    Resident resident = new Resident(phase, 0, FIRST);
    cache.giveBack(resident, "attempt", 0);

    assertThat(cache.lock(phase, TASK, SECOND)).isEmpty();
    assertThat(cache.lock(phase, TASK, Device.CPU)).isEmpty();
    assertThat(cache.lock(phase, TASK, new Device("0", Backend.CUDA))).isEmpty();
    assertThat(cache.lock(phase, TASK, FIRST)).containsSame(resident);
    assertThat(cache.lock(phase, TASK, FIRST)).as("taken").isEmpty();
  }

  /** Spark gives a worker the addresses of its executor in turns: none of its learners is lost. */
  @Test
  void aWorkerHasOneLearnerOnEachAddress() {
    Resident first = new Resident(phase, 0, FIRST);
    Resident second = new Resident(phase, 0, SECOND);
    Resident newer = new Resident(phase, 0, FIRST);
    cache.giveBack(first, "attempt", 0);
    cache.giveBack(second, "attempt", 0);
    cache.giveBack(newer, "attempt", 0);

    assertThat(cache.lock(phase, TASK, FIRST)).containsSame(newer);
    assertThat(cache.lock(phase, TASK, FIRST)).isEmpty();
    assertThat(cache.lock(phase, TASK, SECOND)).containsSame(second);
  }

  /** The address travels with the result; state that is bound to another address is asked for. */
  @Test
  void aWorkerWhoseStateIsElsewhereAsksForIt() {
    Resident resident = new Resident(phase, 0, FIRST);
    resident.finished(0);
    cache.giveBack(resident, "attempt", 0);
    RoundStart start = new RoundStart(1, 0, 1, 1, StateVector.zeros(10), StateVector.zeros(0));

    // This thread has no task, so that its device is the CPU without an address.
    WorkerResult result = new WorkerRound(cache).run(phase, NEXT, start, "here");

    assertThat(result.stateMissing()).isTrue();
    assertThat(result.device()).isEqualTo(Device.CPU);
    assertThat(cache.lock(phase, NEXT, FIRST)).as("as it was").containsSame(resident);
  }

  private ShardSet shards() throws IOException {
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
