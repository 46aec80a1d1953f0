package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** What is judged after each round, and what is left when it is no number. */
class DivergenceTest {
  @TempDir Path folder;
  private ShardSet shards;

  @BeforeEach
  void rows() {
    shards =
        TestShards.clusters(
            folder.resolve("shards"), 3, Training.WIDTH, Training.CLASSES, false, 21, 13, 17, 12);
  }

  private Training training(IUpdater updater) {
    Training training = new Training(shards, folder.resolve("run").toUri().toString());
    training.learner = new NetworkLearnerSpec(network(updater));
    return training;
  }

  private static NetworkConfiguration network(IUpdater updater) {
    return TestNetworks.plain(Training.WIDTH, Training.CLASSES, updater);
  }

  private static StrataException diverged(Training training) {
    StrataException[] caught = new StrataException[1];
    assertThatThrownBy(training::run)
        .isInstanceOfSatisfying(StrataException.class, e -> caught[0] = e);
    assertThat(caught[0].kind()).isEqualTo(FailureKind.DIVERGED);
    return caught[0];
  }

  private CheckpointStore checkpoints(Training training) {
    return new CheckpointStore(
        training.spark().hadoopConfiguration(), training.folder().checkpoints(), 2, s -> {});
  }

  @ParameterizedTest
  @EnumSource(OuterSettings.Type.class)
  void parametersAreJudgedAfterAveragingAndTheOuterStep(OuterSettings.Type outer) {
    // The second and last minibatch of round 1, after which no loss is taken.
    Training training =
        training(new Sgd(new MapSchedule(ScheduleType.ITERATION, Map.of(0, 0.01, 1, 1e40))));
    training.outer = new OuterSettings(outer, 0.8, OptionalDouble.of(0.6));
    StrataException failure = diverged(training);
    assertThat(failure.getMessage())
        .contains("round 1 of phase supervised")
        .containsPattern("(NaN|Infinity) in layer [a-z0-9-]+, [Wb]");
    assertThat(checkpoints(training).newest()).isEmpty();
  }

  /** AdaGrad divides by its state: infinite, it leaves the parameters as they are. */
  @ParameterizedTest
  @EnumSource(OptimizerState.class)
  void anOptimizerStateThatIsInfiniteAlone(OptimizerState kept) {
    Training training = training(new AdaGrad(0.1));
    training.optimizerState = kept;
    try (Learner learner = training.learner.create()) {
      StateVector state = StateVector.of(learner.optimizerState());
      state.set(3, Float.POSITIVE_INFINITY);
      training.start =
          Optional.of(new TrainingRequest.Start(StateVector.of(learner.parameters()), state, 1));
    }
    assertThat(diverged(training).getMessage())
        .contains("round 1", "Infinity in element 3 of the optimizer state");
    assertThat(checkpoints(training).newest()).isEmpty();
  }

  @Test
  void aMetricThatIsNaN() {
    Training training = training(new Sgd(0.01));
    training.validationEvery = 1;
    AtomicInteger validations = new AtomicInteger();
    training.validator =
        Optional.of(
            parameters ->
                Map.of(
                    "loss", 0.5, "accuracy", validations.incrementAndGet() == 3 ? Double.NaN : 1));
    assertThat(diverged(training).getMessage()).contains("round 3", "accuracy NaN");
    // The last good one stays.
    assertThat(checkpoints(training).newest())
        .hasValueSatisfying(content -> assertThat(content.round()).isEqualTo(2));
  }

  /** As an earlier version may have written it. */
  @Test
  void aCheckpointOfNaNIsNotResumed() {
    Training training = training(new Sgd(0.01));
    training.epochs = 1;
    training.run();
    CheckpointContent good = checkpoints(training).newest().orElseThrow();
    var arrays = new TreeMap<>(good.arrays());
    byte[][] chunks = arrays.get("parameters").clone();
    chunks[0] = chunks[0].clone();
    Arrays.fill(chunks[0], (byte) 0xff);
    arrays.put("parameters", chunks);
    checkpoints(training).save(new CheckpointContent(good.round(), good.stateJson(), arrays));
    training.epochs = 2;
    training.resume = true;
    assertThat(diverged(training).getMessage())
        .contains("newest checkpoint", "NaN in layer", "--overwrite");
  }

  @Test
  void aStartOfNaNIsTheDatas() {
    Training training = training(new Sgd(0.01));
    StateVector parameters;
    try (Learner learner = training.learner.create()) {
      parameters = StateVector.of(learner.parameters());
    }
    parameters.set(parameters.length() - 1, Float.NaN);
    training.start = Optional.of(new TrainingRequest.Start(parameters, StateVector.zeros(0), 0));
    assertThatThrownBy(training::run)
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageContaining("NaN in layer");
  }
}
