package dev.strata.executor.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.HostAccelerator;
import dev.strata.executor.device.Device;
import dev.strata.executor.device.Device.Backend;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.rbm.RbmSettings;
import dev.strata.executor.rbm.RbmSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rounds of a worker whose learner takes its steps on an accelerator. */
class AcceleratedRoundTest {
  private static final Device GPU = new Device("1", Backend.ACCELERATOR);

  /** Every task holds a GPU, in whose place plain loops compute. */
  private static final class Gpus implements Devices {
    private final List<HostAccelerator> opened = new ArrayList<>();

    @Override
    public Device bind(LearnerSpec spec) {
      return GPU;
    }

    @Override
    public Accelerator open(Device device) {
      HostAccelerator accelerator = new HostAccelerator();
      opened.add(accelerator);
      return accelerator;
    }
  }

  @TempDir Path folder;
  private final Gpus gpus = new Gpus();
  private final LearnerCache cache = new LearnerCache(Duration.ofMinutes(10));

  /** With state of the worker's own: momentum and persistent chains. */
  private RoundPhase phase() throws Exception {
    RbmSettings settings =
        new RbmSettings(
            "gaussian", "binary", 1, true, true, RbmSettings.Sparsity.none(), 0, 0.1, 1);
    UpdateSettings update =
        new UpdateSettings(
            UpdaterSettings.of("momentum", 0.05), ScheduleSettings.none(), ClippingSettings.none());
    return TinyPhase.of(folder, new RbmSpec(2, 3, settings, update, 5), true);
  }

  @Test
  void roundsGiveWhatTheyGiveOnTheCpu() throws Exception {
    RoundPhase phase = phase();
    WorkerRound onGpu = new WorkerRound(cache, gpus);
    WorkerRound onCpu = new WorkerRound(new LearnerCache(Duration.ofMinutes(10)));
    WorkerResult ofGpu = onGpu.run(phase, first(), start(phase, 0, beginning(phase)), "here");
    WorkerResult ofCpu = onCpu.run(phase, first(), start(phase, 0, beginning(phase)), "here");
    for (int round = 1; round < 4; round++) {
      same(ofGpu, ofCpu);
      RoundTask next = new RoundTask(0, round - 1, null);
      ofGpu = onGpu.run(phase, next, start(phase, round, ofGpu.parameters()), "here");
      ofCpu = onCpu.run(phase, next, start(phase, round, ofCpu.parameters()), "here");
    }
    same(ofGpu, ofCpu);
    assertThat(ofGpu.device()).isEqualTo(GPU);
    assertThat(GPU.text()).isEqualTo("gpu 1");
    assertThat(gpus.opened).as("one for the resident learner").hasSize(1);

    assertThat(cache.clear(Optional.empty())).isEqualTo(1);
    assertThat(gpus.opened.get(0).isClosed()).isTrue();
  }

  /** As after the loss of an executor: another learner continues from what has been sent. */
  @Test
  void anotherLearnerContinues() throws Exception {
    RoundPhase phase = phase();
    WorkerRound rounds = new WorkerRound(cache, gpus);
    WorkerResult before = rounds.run(phase, first(), start(phase, 0, beginning(phase)), "here");
    RoundStart second = start(phase, 1, before.parameters());
    WorkerResult resident = rounds.run(phase, new RoundTask(0, 0, null), second, "here");
    cache.clear(Optional.empty());

    WorkerResult other = rounds.run(phase, new RoundTask(0, 0, before.state()), second, "there");

    assertThat(gpus.opened).hasSize(2);
    near(other.parameters(), resident.parameters());
    assertThat(other.lossSum()).isEqualTo(resident.lossSum());
    assertThat(other.state().learnerState()).isEqualTo(resident.state().learnerState());
  }

  private static RoundTask first() {
    return new RoundTask(0, RoundTask.BEGINNING, null);
  }

  /** Of rounds of one step. */
  private static RoundStart start(RoundPhase phase, int round, StateVector parameters) {
    int perEpoch = phase.plan().roundsPerEpoch();
    return new RoundStart(
        round, round / perEpoch, round % perEpoch, round, parameters, StateVector.zeros(0));
  }

  private static StateVector beginning(RoundPhase phase) {
    try (Learner learner = phase.learner().create()) {
      return StateVector.of(learner.parameters());
    }
  }

  private static void same(WorkerResult got, WorkerResult expected) {
    assertThat(got.steps()).isPositive();
    assertThat(got.lossSum()).isCloseTo(expected.lossSum(), within(1e-5 * expected.lossSum()));
    assertThat(got.state().learnerState()).isEqualTo(expected.state().learnerState()).isNotEmpty();
    near(got.parameters(), expected.parameters());
    near(got.state().optimizerState(), expected.state().optimizerState());
  }

  private static void near(StateVector got, StateVector expected) {
    assertThat(got.length()).isEqualTo(expected.length());
    for (long i = 0; i < got.length(); i++) {
      assertThat(got.get(i)).isCloseTo(expected.get(i), within(1e-6f));
    }
  }
}
