package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.testing.FlakyFileSystem;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.driver.training.TrainingSettings.EarlyStopping;
import dev.strata.driver.training.TrainingSettings.KeepModel;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.Sgd;

class PhaseTrainerTest {
  /** Ends a run from within, as a killed driver would: after the round's checkpoint. */
  private static final class Killed extends RuntimeException {}

  @TempDir Path folder;
  private ShardSet shards;

  @BeforeEach
  void rows() {
    shards =
        TestShards.clusters(
            folder.resolve("shards"), 3, Training.WIDTH, Training.CLASSES, false, 21, 13, 17, 12);
  }

  private Training training(String name) {
    return new Training(shards, folder.resolve(name).toUri().toString());
  }

  /** A validation that does nothing but end the run at its n-th call. */
  private static Validator killAt(int call) {
    AtomicInteger calls = new AtomicInteger();
    return parameters -> {
      if (calls.incrementAndGet() == call) {
        throw new Killed();
      }
      return Map.of("loss", 1.0);
    };
  }

  @ParameterizedTest
  @EnumSource(OptimizerState.class)
  void aKilledRunGoesOnToTheSameBytes(OptimizerState optimizerState) {
    Training whole = training("whole");
    whole.optimizerState = optimizerState;
    TrainingOutcome expected = whole.run();
    assertThat(expected.resumedFromRound()).isEmpty();

    Training killed = training("killed");
    killed.optimizerState = optimizerState;
    killed.validationEvery = 1;
    killed.validator = Optional.of(killAt(8));
    assertThatThrownBy(killed::run).isInstanceOf(Killed.class);

    Training again = training("killed");
    again.optimizerState = optimizerState;
    again.resume = true;
    TrainingOutcome resumed = again.run();
    assertThat(again.said()).contains("Resuming after round 7");
    assertThat(resumed.resumedFromRound()).isEqualTo(OptionalLong.of(7));
    assertSame(resumed, expected);
    List<HistoryEntry> history = History.read(again.folder());
    assertThat(history)
        .extracting(HistoryEntry::round)
        .containsExactlyElementsOf(
            Stream.iterate(1L, r -> r + 1).limit(expected.rounds()).toList());
  }

  @Test
  void theOuterStepsVelocityIsPartOfACheckpoint() {
    OuterSettings nesterov =
        new OuterSettings(OuterSettings.Type.NESTEROV, 0.8, OptionalDouble.of(0.6));
    Training whole = training("whole");
    whole.outer = nesterov;
    TrainingOutcome expected = whole.run();
    assertThat(expected.parameters().toFloats())
        .isNotEqualTo(training("without").run().parameters().toFloats());
    Training killed = training("killed");
    killed.outer = nesterov;
    killed.validationEvery = 1;
    killed.validator = Optional.of(killAt(8));
    assertThatThrownBy(killed::run).isInstanceOf(Killed.class);
    Training again = training("killed");
    again.outer = nesterov;
    again.resume = true;
    TrainingOutcome resumed = again.run();
    assertThat(resumed.resumedFromRound()).isEqualTo(OptionalLong.of(7));
    assertSame(resumed, expected);
  }

  /** What is saved is the mean, but the run goes on from beyond it. */
  @Test
  void aFinishedRunWithAnOuterStepIsTheSameAndGoesOnWithMoreEpochs() {
    OuterSettings nesterov =
        new OuterSettings(OuterSettings.Type.NESTEROV, 1, OptionalDouble.of(0.5));
    Training longer = training("longer");
    longer.outer = nesterov;
    longer.epochs = 5;
    TrainingOutcome five = longer.run();
    Training run = training("run");
    run.outer = nesterov;
    TrainingOutcome three = run.run();
    run.resume = true;
    assertSame(run.run(), three);
    run.epochs = 5;
    assertSame(run.run(), five);
  }

  @Test
  void aTruncatedNewestCheckpointFallsBackToTheOneBefore() throws IOException {
    TrainingOutcome expected = training("whole").run();
    Training killed = training("killed");
    killed.validationEvery = 1;
    killed.validator = Optional.of(killAt(8));
    assertThatThrownBy(killed::run).isInstanceOf(Killed.class);
    Path parameters = newest(folder.resolve("killed/checkpoints"), "parameters");
    try (FileChannel file = FileChannel.open(parameters, StandardOpenOption.WRITE)) {
      file.truncate(file.size() / 2);
    }
    Training again = training("killed");
    again.resume = true;
    TrainingOutcome resumed = again.run();
    assertThat(again.said()).contains("parameters").contains("Resuming after round 6");
    assertSame(resumed, expected);
  }

  @Test
  void aStoreWhoseRenameCopiesAndFailsHalfwayResumesToo() {
    TrainingOutcome expected = training("whole").run();
    Training killed = training("killed");
    FlakyFileSystem.configure(killed.spark().hadoopConfiguration());
    FlakyFileSystem.volume("training").renameFailsEvery(2);
    killed.output = "flaky://training" + folder.resolve("killed");
    killed.validationEvery = 1;
    killed.validator = Optional.of(killAt(5));
    assertThatThrownBy(killed::run).isInstanceOf(Killed.class);
    Training again = training("killed");
    again.output = killed.output;
    again.resume = true;
    TrainingOutcome resumed = again.run();
    assertThat(resumed.resumedFromRound()).isEqualTo(OptionalLong.of(4));
    assertSame(resumed, expected);
  }

  @Test
  void aFinishedTrainingIsNotTrainedFurther() {
    TrainingOutcome expected = training("run").run();
    Training again = training("run");
    again.resume = true;
    TrainingOutcome found = again.run();
    assertThat(found.resumedFromRound()).isEqualTo(OptionalLong.of(expected.rounds()));
    assertSame(found, expected);
  }

  @Test
  void moreEpochsGoOnFromTheEnd() {
    Training longer = training("longer");
    longer.epochs = 5;
    TrainingOutcome expected = longer.run();
    training("run").run();
    Training again = training("run");
    again.epochs = 5;
    again.resume = true;
    assertSame(again.run(), expected);
  }

  /** Rounds end between two validations: a shorter training has one that a longer has not. */
  @Test
  void moreEpochsForgetWhatTheEndFoundBest() {
    TrainingOutcome expected = measured("longer", 6, 0, PhaseTrainerTest::uneven).run();
    for (int epochs : List.of(1, 3)) {
      String name = "run-" + epochs;
      TrainingOutcome less = measured(name, epochs, 0, PhaseTrainerTest::uneven).run();
      assertThat(less.rounds() % 4).as("rounds after the last regular validation").isPositive();
      Training again = measured(name, 6, 0, PhaseTrainerTest::uneven);
      again.resume = true;
      TrainingOutcome found = again.run();
      assertSame(found, expected);
      assertThat(found.modelRound()).isEqualTo(expected.modelRound());
      assertThat(found.validation()).isEqualTo(expected.validation());

      Training fewer = measured(name, 4, 0, PhaseTrainerTest::uneven);
      fewer.resume = true;
      assertThatThrownBy(fewer::run).hasMessageContaining("training.epochs");
    }
  }

  @Test
  void moreEpochsForgetThatTheEndWasOneValidationTooMany() {
    TrainingOutcome expected = measured("longer", 6, 2, parameters -> 1.0).run();
    assertThat(expected.rounds()).as("the third validation").isEqualTo(12);
    TrainingOutcome less = measured("run", 2, 2, parameters -> 1.0).run();
    assertThat(less.rounds()).isEqualTo(10);
    assertThat(less.stoppedEarly()).isTrue();
    Training again = measured("run", 6, 2, parameters -> 1.0);
    again.resume = true;
    TrainingOutcome found = again.run();
    assertSame(found, expected);
    assertThat(found.stoppedEarly()).isTrue();
  }

  private Training measured(
      String name, int epochs, int patience, ToDoubleFunction<StateVector> loss) {
    Training training = training(name);
    training.epochs = epochs;
    training.validationEvery = 4;
    training.keepModel = TrainingSettings.KeepModel.BEST;
    training.earlyStopping = new EarlyStopping(patience, "loss", 0);
    training.validator = Optional.of(parameters -> Map.of("loss", loss.applyAsDouble(parameters)));
    return training;
  }

  /** Of any parameters another number, now better and now worse. */
  private static double uneven(StateVector parameters) {
    double sum = 0;
    for (float value : parameters.toFloats()) {
      sum += Math.abs(value);
    }
    return 10 + 10 * Math.sin(1000 * sum);
  }

  @Test
  void earlyStoppingKeepsTheBestModelOverAResume() {
    double[] losses = {5, 4, 3, 3.5, 3.4, 3.3, 1};
    Training whole = stopping("whole", losses, 99);
    TrainingOutcome expected = whole.run();
    assertThat(expected.stoppedEarly()).isTrue();
    assertThat(expected.modelRound()).isEqualTo(3);
    assertThat(expected.rounds()).isEqualTo(6);
    assertThat(expected.validation()).containsEntry("loss", 3.0);
    assertThat(whole.said()).contains("Stopped early after round 6");

    Training killed = stopping("killed", losses, 5);
    assertThatThrownBy(killed::run).isInstanceOf(Killed.class);
    Training again = stopping("killed", new double[] {3.4, 3.3, 1}, 99);
    again.resume = true;
    TrainingOutcome resumed = again.run();
    assertThat(resumed.modelRound()).isEqualTo(3);
    assertSame(resumed, expected);

    Training finished = stopping("killed", new double[] {}, 99);
    finished.resume = true;
    assertSame(finished.run(), expected);
  }

  @Test
  void patienceThatEndsWithTheLastRoundIsNotEarly() {
    double[] losses = {9, 8, 7, 6, 5, 4, 3, 3.5, 3.4, 3.3};
    Training training = stopping("last", losses, 99);
    training.epochs = 2;

    assertThat(training.run().rounds()).isEqualTo(10);

    assertThat(training.said())
        .contains("Ended after round 10, the last one")
        .doesNotContain("Stopped early");
  }

  private Training stopping(String name, double[] losses, int killAt) {
    Training training = training(name);
    training.epochs = 10;
    training.validationEvery = 1;
    training.earlyStopping = new EarlyStopping(3, "loss", 0);
    AtomicInteger calls = new AtomicInteger();
    training.validator =
        Optional.of(
            parameters -> {
              int call = calls.incrementAndGet();
              if (call == killAt) {
                throw new Killed();
              }
              return Map.of("loss", losses[call - 1]);
            });
    return training;
  }

  @Test
  void eachPhaseOfARunHasItsOwnCheckpointsAndTheHistoryKeepsBoth() {
    Training first = phase("layer-1");
    TrainingOutcome one = first.run();
    Training second = phase("layer-2");
    second.validationEvery = 1;
    second.validator = Optional.of(killAt(4));
    assertThatThrownBy(second::run).isInstanceOf(Killed.class);
    assertThat(folder.resolve("phases/checkpoints/layer-1")).isDirectory();
    assertThat(first.said()).contains("train · layer-1");

    Training again = phase("layer-2");
    again.resume = true;
    TrainingOutcome two = again.run();
    assertThat(two.resumedFromRound()).isEqualTo(OptionalLong.of(3));
    assertThat(two.parameters().toFloats()).isNotEqualTo(one.parameters().toFloats());
    assertThat(History.read(again.folder()))
        .extracting(e -> e.layer().orElseThrow() + " " + e.phase() + " " + e.round())
        .containsExactlyElementsOf(
            Stream.of("layer-1", "layer-2")
                .flatMap(
                    phase ->
                        Stream.iterate(1L, r -> r + 1)
                            .limit(one.rounds())
                            .map(r -> "hidden " + phase + " " + r))
                .toList());
  }

  private Training phase(String name) {
    Training training = training("phases");
    training.phase = name;
    training.place = PhasePlace.ofLayer("hidden", "pretrain.layer");
    return training;
  }

  @Test
  void divergenceStopsAndSaysWhatToDo() {
    Training training = training("diverging");
    training.learner =
        new NetworkLearnerSpec(TestNetworks.plain(Training.WIDTH, Training.CLASSES, new Sgd(1e18)));
    training.epochs = 20;
    training.divergenceFactor = 10;
    assertThatThrownBy(training::run)
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DIVERGED);
              assertThat(e.key()).contains("network.updater.learning-rate");
              assertThat(e.getMessage())
                  .contains("diverged in round")
                  .contains("lower learning rate");
            });
  }

  @Test
  void anotherNumberOfWorkersNeedsLeave() {
    Training killed = training("killed");
    killed.optimizerState = OptimizerState.KEEP;
    killed.validationEvery = 1;
    killed.validator = Optional.of(killAt(4));
    assertThatThrownBy(killed::run).isInstanceOf(Killed.class);
    Training again = training("killed");
    again.optimizerState = OptimizerState.KEEP;
    again.workers = 4;
    again.resume = true;
    assertThatThrownBy(again::run)
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("training.workers")
        .hasMessageContaining("resume.allow-workers-change");
    again.allowWorkersChange = true;
    TrainingOutcome outcome = again.run();
    assertThat(again.said()).contains("4 workers instead of 2").contains("byte for byte");
    assertThat(outcome.epochs()).isEqualTo(3);
  }

  @Test
  void anotherModelIsContinued() {
    TrainingOutcome first = training("first").run();
    Training second = training("second");
    second.start =
        Optional.of(
            new TrainingRequest.Start(
                first.parameters(), first.optimizerState(), first.iteration()));
    TrainingOutcome continued = second.run();
    assertThat(continued.iteration()).isEqualTo(2 * first.iteration());
    assertThat(continued.parameters().toFloats()).isNotEqualTo(first.parameters().toFloats());
    Training fresh = training("fresh");
    fresh.start =
        Optional.of(new TrainingRequest.Start(first.parameters(), StateVector.zeros(0), 0));
    assertThat(fresh.run().iteration()).isEqualTo(first.iteration());
  }

  @Test
  void earlyStoppingWithoutValidationRowsIsRefused() {
    Training training = training("refused");
    training.keepModel = KeepModel.BEST;
    assertThatThrownBy(training::run)
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("data.split.validation");
  }

  private static Path newest(Path checkpoints, String file) throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files
          .filter(p -> p.getFileName().toString().startsWith(file))
          .max((a, b) -> a.toString().compareTo(b.toString()))
          .orElseThrow();
    }
  }

  private static void assertSame(TrainingOutcome found, TrainingOutcome expected) {
    assertThat(found.parameters().chunks()).isDeepEqualTo(expected.parameters().chunks());
    assertThat(found.optimizerState().chunks()).isDeepEqualTo(expected.optimizerState().chunks());
    assertThat(found.rounds()).isEqualTo(expected.rounds());
    assertThat(found.examples()).isEqualTo(expected.examples());
    assertThat(found.iteration()).isEqualTo(expected.iteration());
  }
}
