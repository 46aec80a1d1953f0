package dev.strata.executor.accelerator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.AutoencoderSpec;
import dev.strata.executor.autoencoder.Sparsity;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.rbm.RbmSettings;
import dev.strata.executor.rbm.RbmSpec;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Learners whose steps an accelerator takes. */
class AcceleratedLearnerTest {
  private static final AutoencoderSettings PLAIN =
      AutoencoderSettings.plain("sigmoid", "sigmoid", "cross-entropy");

  private static UpdateSettings update(String updater) {
    return new UpdateSettings(
        UpdaterSettings.of(updater, 0.01), ScheduleSettings.none(), ClippingSettings.none());
  }

  private static AutoencoderSpec spec(AutoencoderSettings settings, String updater) {
    return new AutoencoderSpec(5, 3, settings, update(updater), 1);
  }

  /** All updaters, and of everything else what the seed gives. */
  @Test
  @Seeded(20)
  void learnersLearnWhatTheyLearnOnTheCpu(Seed seed) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();

    int failures =
        AcceleratedLearnerChecks.run(
            HostAccelerator::new,
            new PrintStream(lines, true, StandardCharsets.UTF_8),
            1e-4,
            seed.value());

    assertThat(failures).as(lines.toString(StandardCharsets.UTF_8)).isZero();
  }

  @Test
  void stepsAreThereOnceTheyAreSettled() {
    HostAccelerator accelerator = new HostAccelerator();
    Learner learner = spec(PLAIN, "adam").create(accelerator);
    Minibatch rows = new DrawnSettings(new SplittableRandom(1)).rows(0, 5, true);
    INDArray before = learner.parameters().dup();
    assertThat(learner.settle()).as("nothing to settle").isZero();

    learner.counters(0, 0);
    assertThat(learner.step(rows)).isZero();
    assertThat(learner.parameters()).isEqualTo(before);
    assertThatThrownBy(() -> learner.counters(1, 0)).isInstanceOf(IllegalStateException.class);

    assertThat(learner.settle()).isPositive();
    assertThat(learner.parameters()).isNotEqualTo(before);
    assertThat(learner.settle()).isZero();

    learner.close();
    assertThat(accelerator.isClosed()).isTrue();
  }

  /** What a round's start brings replaces what the accelerator has. */
  @Test
  void hostArraysAreReadAgainAfterTheyAreSettled() {
    Minibatch rows = new DrawnSettings(new SplittableRandom(1)).rows(0, 5, true);
    try (Learner learner = spec(PLAIN, "adam").create(new HostAccelerator())) {
      INDArray start = learner.parameters().dup();
      learner.counters(0, 0);
      learner.step(rows);
      learner.settle();
      INDArray first = learner.parameters().dup();
      learner.parameters().assign(start);
      learner.optimizerState().assign(0);
      learner.counters(0, 0);
      learner.step(rows);
      learner.settle();
      assertThat(learner.parameters()).isEqualTo(first);
    }
  }

  @Test
  void whatHasNoFormForAGpuIsNamed() {
    assertThat(spec(PLAIN, "adam").acceleratorObstacle()).isEmpty();
    assertThat(spec(PLAIN, "adadelta").acceleratorObstacle()).contains("the updater AdaDelta");
    assertThat(spec(PLAIN.withContraction(0.1), "adam").acceleratorObstacle())
        .contains("the penalty contraction = 0.1");
    assertThat(spec(PLAIN.withSparsity(new Sparsity(0.05, 2)), "adam").acceleratorObstacle())
        .contains("the penalty sparsity.weight = 2.0");
    RbmSettings settings = RbmSettings.of("binary", "binary");
    assertThat(new RbmSpec(5, 3, settings, update("adadelta"), 1).acceleratorObstacle())
        .contains("the updater AdaDelta");
  }
}
