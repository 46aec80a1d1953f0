package dev.strata.executor.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.device.Device;
import dev.strata.executor.device.Device.Backend;
import java.io.IOException;
import java.time.Duration;
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
    phase = TinyPhase.of(folder, TinyPhase.autoencoder(), false);
  }

  @Test
  void anotherAddressFindsNoLearner() {
    Resident resident = new Resident(phase, 0, FIRST, Devices.OF_TASK);
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
    Resident first = new Resident(phase, 0, FIRST, Devices.OF_TASK);
    Resident second = new Resident(phase, 0, SECOND, Devices.OF_TASK);
    Resident newer = new Resident(phase, 0, FIRST, Devices.OF_TASK);
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
    Resident resident = new Resident(phase, 0, FIRST, Devices.OF_TASK);
    resident.finished(0);
    cache.giveBack(resident, "attempt", 0);
    RoundStart start = new RoundStart(1, 0, 1, 1, StateVector.zeros(10), StateVector.zeros(0));

    // This thread has no task, so that its device is the CPU without an address.
    WorkerResult result = new WorkerRound(cache).run(phase, NEXT, start, "here");

    assertThat(result.stateMissing()).isTrue();
    assertThat(result.device()).isEqualTo(Device.CPU);
    assertThat(cache.lock(phase, NEXT, FIRST)).as("as it was").containsSame(resident);
  }
}
