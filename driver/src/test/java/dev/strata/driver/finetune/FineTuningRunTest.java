package dev.strata.driver.finetune;

import static dev.strata.driver.finetune.SmallFineTuning.layer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.averaging.AveragingPhase;
import dev.strata.driver.averaging.AveragingPhaseBuilder;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingTrainer;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.optimizer.ScheduleOffset;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.StepSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTuningRunTest {
  private static final List<Unfreeze> TWO = List.of(new Unfreeze(2, 1), new Unfreeze(3, 2));

  @TempDir private Path folder;

  private SmallFineTuning tuning(String output) {
    return new SmallFineTuning(folder, output);
  }

  /** Three layers frozen, then two from epoch 2 on, then none from epoch 3 on. */
  private SmallFineTuning thawing(String output) {
    SmallFineTuning tuning = tuning(output);
    tuning.freeze = "hidden-3";
    tuning.thaw = TWO;
    tuning.epochs = 5;
    tuning.hiddenDropout = 0.2;
    return tuning;
  }

  private static StateVector after(SmallFineTuning tuning, String phase) {
    long parameters = tuning.plan().start().length();
    return new FinishedPhases(tuning.folder(), line -> {})
        .find(phase, tuning.rows.manifestSha256(), parameters)
        .orElseThrow()
        .parameters();
  }

  private static void moved(StateVector before, StateVector after, boolean... layers) {
    for (int i = 0; i < layers.length; i++) {
      if (layers[i]) {
        float[] from = layer(before, i);
        float[] to = layer(after, i);
        int same = 0;
        for (int j = 0; j < from.length; j++) {
          same += from[j] == to[j] ? 1 : 0;
        }
        assertThat(same).as("unmoved parameters of layer %d", i).isLessThan(from.length / 2);
      } else {
        assertThat(layer(after, i)).as("layer %d, bit by bit", i).isEqualTo(layer(before, i));
      }
    }
  }

  @Test
  void whatIsFrozenStaysBitByBitAndEachPhaseMovesItsOwn() {
    SmallFineTuning tuning = thawing("out");
    StateVector start = tuning.plan().start();
    TrainingOutcome outcome = tuning.run();
    StateVector first = after(tuning, "frozen-3");
    StateVector second = after(tuning, "frozen-2");
    moved(start, first, false, false, false, true);
    moved(first, second, false, false, true, true);
    moved(second, outcome.parameters(), true, true, true, true);
    assertThat(start.part(0, 49 + 40 + 24).chunks())
        .isDeepEqualTo(
            SmallFineTuning.bundle().model().parameters().part(0, 49 + 40 + 24).chunks());
    assertThat(tuning.said())
        .contains("Epochs 1 to 2: 3 frozen layers.", "Epochs 3 to 3: 2 frozen layers.");
    assertThat(outcome.epochs()).isEqualTo(5);
    assertThat(outcome.examples()).isEqualTo(5 * 74);
    assertThat(outcome.optimizerState().length()).isZero();
    assertThat(tuning.output().resolve("activations/frozen-3/train")).doesNotExist();
    assertThat(tuning.output().resolve("checkpoints/frozen-3")).doesNotExist();
  }

  @Test
  void layersAreThawedAfterTheEpochsSaid() {
    SmallFineTuning tuning = thawing("out");
    tuning.run();
    List<HistoryEntry> history = History.read(tuning.folder());
    // 30 and 44 rows for two workers: 11 minibatches of 4, averaged every 3, are 4 rounds an epoch.
    assertThat(history).extracting(HistoryEntry::phase).startsWith("frozen-3").endsWith("frozen-0");
    assertThat(history.stream().filter(e -> e.phase().equals("frozen-3")).count()).isEqualTo(8);
    assertThat(history.stream().filter(e -> e.phase().equals("frozen-2")).count()).isEqualTo(4);
    assertThat(history.stream().filter(e -> e.phase().equals("frozen-0")).count()).isEqualTo(8);
    assertThat(history.stream().filter(e -> e.round() == 1)).hasSize(3);
  }

  /** What a phase does, done by hand: own cut, own rows, fresh optimiser, moved schedule. */
  @Test
  void aThawBeginsOptimiserAndIterationAtZeroAndGoesOnWithTheSchedule() {
    SmallFineTuning tuning = thawing("out");
    tuning.schedule = new ScheduleSettings("exponential", "iteration", 0.5, 10, 1, 1, 1, Map.of());
    tuning.keepActivations = true;
    tuning.run();
    FineTunePhase phase = tuning.plan().phases().get(1);
    StateVector before = after(tuning, "frozen-3");
    ShardSet rows =
        ManifestFile.open(
            new Configuration(), tuning.output().resolve("activations/frozen-2/train").toString());
    assertThat(phase.trained().layerParameters()).containsExactly(24L, 15L);
    assertThat(trained(phase, before, rows, new ScheduleOffset(22, 2)).toFloats())
        .isEqualTo(after(tuning, "frozen-2").toFloats());
    assertThat(trained(phase, before, rows, ScheduleOffset.NONE).toFloats())
        .isNotEqualTo(after(tuning, "frozen-2").toFloats());
  }

  private static StateVector trained(
      FineTunePhase phase, StateVector before, ShardSet rows, ScheduleOffset offset) {
    NetworkLearnerSpec spec = new NetworkLearnerSpec(phase.trained(), offset, StepSettings.STOCK);
    try (NetworkLearner learner = spec.create()) {
      AveragingPhase averaging =
          AveragingPhaseBuilder.builder()
              .name("frozen-2")
              .title("test")
              .learner(spec)
              .layout(learner.layout())
              .shards(rows)
              .plan(EpochPlan.of(ManifestFile.read(new Configuration(), rows), 2, 4, 3))
              .shuffleWindow(2)
              .epochs(1)
              .seed(5)
              .build();
      TrainingState begin =
          TrainingState.beginning(
              0,
              phase.trained(before),
              StateVector.zeros(learner.layout().optimizerState()),
              2,
              false);
      StateVector trained =
          new AveragingTrainer(
                  SmallFineTuning.spark(),
                  new AveragingSettings(
                      3, AveragingSettings.OptimizerState.AVERAGE, 1L << 30, OuterSettings.NONE))
              .train(averaging, begin, (state, outcome, ended) -> true)
              .parameters();
      return phase.whole(before, trained);
    }
  }

  @Test
  void aRunKilledWithinOrBetweenPhasesIsNoOther() {
    StateVector whole = thawing("whole").run().parameters();
    // Commits: rounds 2, 4, 6, 8 of the first phase and its result; 2, 4 of the second, its result
    // …
    for (int commit : new int[] {3, 5, 6, 10}) {
      String output = "killed-" + commit;
      SmallFineTuning killed = thawing(output).dyingAt(commit);
      killed.checkpointEvery = 2;
      assertThatThrownBy(killed::run).hasMessage("killed");
      SmallFineTuning again = thawing(output).resuming();
      TrainingOutcome outcome = again.run();
      assertThat(outcome.parameters().chunks()).as(output).isDeepEqualTo(whole.chunks());
      assertThat(outcome.rounds()).isEqualTo(20);
      assertThat(outcome.examples()).isEqualTo(5 * 74);
      assertThat(again.output().resolve("activations/frozen-3/train")).doesNotExist();
      if (commit > 5) {
        assertThat(again.said()).contains("Already finished: frozen-3.");
        assertThat(outcome.resumedFromRound()).isPresent();
      }
    }
  }

  @Test
  void cachedAndUncachedAreTheSameTraining() {
    for (String type : List.of("sgd", "adam")) {
      SmallFineTuning[] both = new SmallFineTuning[2];
      StateVector[] parameters = new StateVector[2];
      for (int i = 0; i < 2; i++) {
        both[i] = thawing(type + i).heldBack(folder);
        both[i].updater = UpdaterSettings.of(type, type.equals("sgd") ? 0.1 : 0.01);
        both[i].cached = i == 0;
        parameters[i] = both[i].run().parameters();
      }
      float[] cached = parameters[0].toFloats();
      float[] uncached = parameters[1].toFloats();
      double greatest = 0;
      for (int i = 0; i < cached.length; i++) {
        greatest = Math.max(greatest, Math.abs(cached[i] - uncached[i]));
      }
      System.out.printf("cached and uncached, %s: greatest difference %.2g%n", type, greatest);
      assertThat(greatest).as(type).isLessThan(type.equals("sgd") ? 1e-6 : 1e-3);
      List<HistoryEntry> first = History.read(both[0].folder());
      List<HistoryEntry> second = History.read(both[1].folder());
      assertThat(first).hasSameSizeAs(second);
      for (int i = 0; i < first.size(); i++) {
        assertThat(first.get(i).loss()).isCloseTo(second.get(i).loss(), within(1e-3));
        assertThat(first.get(i).validationLoss().isPresent())
            .isEqualTo(second.get(i).validationLoss().isPresent());
      }
      assertThat(both[1].output().resolve("activations")).doesNotExist();
    }
  }

  @Test
  void inputsThatChangeFromEpochToEpochCannotBeCached() {
    SmallFineTuning tuning = tuning("out");
    tuning.freeze = "2";
    tuning.inputDropout = 0.3;
    assertThatThrownBy(tuning::run)
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("fine-tune.cache-frozen")
        .hasMessageContaining("dropout.input = 0.3 changes the inputs of the frozen layers");
    tuning.cached = false;
    StateVector start = tuning.plan().start();
    StateVector dropped = tuning.run().parameters();
    moved(start, dropped, false, false, true, true);
    SmallFineTuning plain = tuning("plain");
    plain.freeze = "2";
    plain.cached = false;
    assertThat(plain.run().parameters().toFloats()).isNotEqualTo(dropped.toFloats());
  }

  @Test
  void layersAreThawedInOrderAndOnlyWhereTheyAreFrozen() {
    refused(
        "fine-tune.thaw[0].layers",
        "1 to 1; that many layers are frozen then",
        "1",
        new Unfreeze(1, 2));
    refused(
        "fine-tune.thaw[1].layers",
        "no layer is frozen then",
        "1",
        new Unfreeze(1, 1),
        new Unfreeze(2, 1));
    refused("fine-tune.thaw[0].epoch", "less than training.epochs = 3", "1", new Unfreeze(3, 1));
    refused("fine-tune.thaw[1].epoch", "more than 2", "2", new Unfreeze(2, 1), new Unfreeze(2, 1));
  }

  private void refused(String key, String expected, String freeze, Unfreeze... thaws) {
    SmallFineTuning tuning = tuning("out");
    tuning.freeze = freeze;
    tuning.thaw = List.of(thaws);
    assertThatThrownBy(tuning::plan)
        .isInstanceOf(StrataException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(expected);
  }
}
