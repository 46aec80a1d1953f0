package dev.strata.driver.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.run.History;
import dev.strata.driver.testing.TestShards;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.corruption.Noise;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.unlabelled.UnlabelledLoss;
import dev.strata.executor.unlabelled.UnlabelledLoss.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 74 labelled rows of two workers, and 300 unlabelled ones. */
class UnlabelledFineTuningTest {
  private static final int WIDTH = 6;
  private static final long ROWS = 300;

  @TempDir private Path folder;

  private UnlabelledPlan unlabelled(Method method, CorruptionSpec... corruption) {
    ShardSet rows =
        TestShards.clusters(folder.resolve("unlabelled"), 8, WIDTH, 3, false, 80, 100, 50, 70);
    assertThat(ManifestFile.read(new Configuration(), rows).rows()).isEqualTo(ROWS);
    UnlabelledSettings settings =
        UnlabelledSettingsBuilder.builder(UnlabelledSettings.NONE)
            .method(method)
            .weight(OptionalDouble.of(0.5))
            .ratio(2)
            .threshold(0.4)
            .ramp(new UnlabelledLoss.Ramp(0, 0.5))
            .corruption(List.of(corruption))
            .build();
    return new UnlabelledPlan(settings, rows, ROWS, RowFacts.ofTable(WIDTH, List.of()), 9);
  }

  private SmallFineTuning tuning(String output, UnlabelledPlan unlabelled) {
    SmallFineTuning tuning = new SmallFineTuning(folder, output);
    tuning.unlabelled = Optional.of(unlabelled);
    tuning.epochs = 1;
    return tuning;
  }

  private static CorruptionSpec[] noise(Method method) {
    return method.squares() ? new CorruptionSpec[] {new Noise(0.1)} : new CorruptionSpec[0];
  }

  /** 300 unlabelled rows are 3 passes of 74 rows with two unlabelled ones each. */
  @ParameterizedTest
  @EnumSource(
      value = Method.class,
      names = {"MEAN_TEACHER", "VIRTUAL_ADVERSARIAL"})
  void anEpochSeesEachUnlabelledRowAndAKilledRunIsNoOther(Method method) {
    UnlabelledPlan rows = unlabelled(method, noise(method));
    SmallFineTuning tuning = tuning("whole", rows);
    TrainingOutcome whole = tuning.run();
    assertThat(whole.epochs()).isEqualTo(1);
    assertThat(whole.examples()).isEqualTo(3 * 74);
    // 11 minibatches of the longer worker, three times, averaged every 3.
    assertThat(whole.iteration()).isEqualTo(33);
    assertThat(History.read(tuning.folder())).hasSize(11);
    long network = 49 + 40 + 24 + 15;
    assertThat(whole.optimizerState().length()).isEqualTo(2 * network);

    SmallFineTuning killed = tuning("killed", rows).dyingAt(3);
    killed.checkpointEvery = 3;
    assertThatThrownBy(killed::run).hasMessage("killed");
    TrainingOutcome again = tuning("killed", rows).resuming().run();
    assertThat(again.resumedFromRound()).isPresent();
    assertThat(again.parameters().chunks()).isDeepEqualTo(whole.parameters().chunks());
    assertThat(again.optimizerState().chunks()).isDeepEqualTo(whole.optimizerState().chunks());
  }

  /** Dropout is what differs then; the outputs of the frozen layers are computed once. */
  @Test
  void unlabelledRowsPassThroughFrozenLayersToo() {
    Method method = Method.MEAN_TEACHER;
    SmallFineTuning tuning = tuning("out", unlabelled(method));
    tuning.freeze = "2";
    tuning.thaw = List.of(new Unfreeze(1, 1));
    tuning.epochs = 2;
    tuning.hiddenDropout = 0.3;
    tuning.keepActivations = true;
    TrainingOutcome outcome = tuning.run();
    assertThat(outcome.parameters().part(0, 49).chunks())
        .isDeepEqualTo(tuning.plan().start().part(0, 49).chunks());
    ShardSet outputs =
        ManifestFile.open(
            new Configuration(),
            tuning.output().resolve("activations/frozen-2/unlabelled").toString());
    assertThat(ManifestFile.read(new Configuration(), outputs).rows()).isEqualTo(ROWS);
    SmallFineTuning killed = tuning("killed", unlabelled(method)).dyingAt(2);
    killed.freeze = "2";
    killed.thaw = tuning.thaw;
    killed.epochs = 2;
    killed.hiddenDropout = 0.3;
    killed.checkpointEvery = 4;
    assertThatThrownBy(killed::run).hasMessage("killed");
    killed.resuming().lock = OutputLock.none();
    assertThat(killed.run().parameters().chunks()).isDeepEqualTo(outcome.parameters().chunks());
    assertThat(killed.output().resolve("activations/frozen-2/unlabelled")).doesNotExist();
  }

  @Test
  void candidatesOfASearchLearnFromUnlabelledRows() {
    UnlabelledPlan plan = unlabelled(Method.PSEUDO_LABEL);
    UnlabelledSettings lighter =
        UnlabelledSettingsBuilder.builder(plan.settings()).weight(OptionalDouble.of(0.1)).build();
    SmallFineTuning first = searching(plan);
    List<Candidate.Tried> with = first.searched();
    assertThat(with).hasSize(2);
    SmallFineTuning again = searching(plan);
    assertThat(again.searched().get(0).result()).isEqualTo(with.get(0).result());
    assertThat(again.said()).contains("2 of them already done");
    SmallFineTuning other =
        searching(new UnlabelledPlan(lighter, plan.rows(), ROWS, plan.facts(), plan.seed()));
    assertThat(other.searched().get(0).result().curve()).isNotEqualTo(with.get(0).result().curve());
    assertThat(other.said()).contains("0 of them already done");
  }

  @Test
  void aSearchTriesLengthsOfVirtualAdversarialTraining() {
    UnlabelledPlan plan = unlabelled(Method.VIRTUAL_ADVERSARIAL);
    List<Candidate.Tried> tried = lengths(plan, 0.25, 1.0, 4.0).searched();
    assertThat(SmallFineTuning.names(tried))
        .containsExactlyInAnyOrder(
            "layers-3-fresh-0-frozen-0-epsilon-0.25",
            "layers-3-fresh-0-frozen-0-epsilon-1.0",
            "layers-3-fresh-0-frozen-0-epsilon-4.0");
    assertThat(tried).extracting(one -> one.result().curve()).doesNotHaveDuplicates();
    assertThat(tried)
        .allSatisfy(
            one ->
                assertThat(one.candidate().settings().unlabelled().adversarial().epsilon())
                    .isEqualTo(one.candidate().epsilon().orElseThrow()));
    // As without a search among lengths.
    SmallFineTuning one = searching(plan);
    one.search = SearchSettingsBuilder.builder(one.search).freeze(List.of(0)).build();
    Candidate.Tried alone = one.searched().get(0);
    assertThat(tried)
        .filteredOn(t -> t.candidate().epsilon().equals(OptionalDouble.of(1)))
        .extracting(t -> t.result().curve())
        .containsExactly(alone.result().curve());
    SmallFineTuning more = lengths(plan, 1.0, 2.0);
    more.searched();
    assertThat(more.said()).contains("Search: 2 candidates, 1 of them already done", "epsilon");
  }

  private SmallFineTuning lengths(UnlabelledPlan plan, Double... epsilon) {
    SmallFineTuning tuning = searching(plan);
    tuning.search =
        SearchSettingsBuilder.builder(tuning.search)
            .freeze(List.of())
            .epsilon(List.of(epsilon))
            .build();
    return tuning;
  }

  /** All layers trained, or all but the lowest, for two epochs. */
  private SmallFineTuning searching(UnlabelledPlan plan) {
    SmallFineTuning tuning = SmallFineTuning.searching(folder, "search");
    tuning.unlabelled = Optional.of(plan);
    tuning.search =
        new SearchSettings(
            List.of(),
            List.of(),
            List.of(),
            List.of(0, 1),
            OptionalInt.of(2),
            SearchSettings.Metric.ERROR,
            0,
            1);
    return tuning;
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    refused(Method.VIRTUAL_ADVERSARIAL, "fine-tune.freeze", "computed once");
    refused(Method.MEAN_TEACHER, "fine-tune.dropout.hidden", "mean-teacher needs it");
    refused(Method.CONSISTENCY, "fine-tune.unlabelled.corruption", "2 frozen", new Noise(0.1));
  }

  private void refused(Method method, String key, String expected, CorruptionSpec... corruption) {
    SmallFineTuning tuning = tuning("out", unlabelled(method, corruption));
    tuning.freeze = "2";
    assertThatThrownBy(tuning::run)
        .isInstanceOf(StrataException.class)
        .hasMessageContaining(key)
        .hasMessageContaining(expected);
    UnlabelledSettings settings = unlabelled(method, corruption).settings();
    assertThatThrownBy(() -> UnlabelledPlan.require(settings, tuning.plan(), false))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining(key);
  }

  @Test
  void textsHaveNoAdversarialDirectionAndNoCorruptionOfTheirOwn() {
    FineTunePlan plan = new SmallFineTuning(folder, "out").plan();
    for (Method method : List.of(Method.VIRTUAL_ADVERSARIAL, Method.CONSISTENCY)) {
      UnlabelledSettings settings = unlabelled(method).settings();
      assertThatThrownBy(() -> UnlabelledPlan.require(settings, plan, true))
          .isInstanceOf(StrataException.class)
          .hasMessageContaining("fine-tune.unlabelled.");
    }
    UnlabelledPlan.require(unlabelled(Method.PSEUDO_LABEL).settings(), plan, true);
  }
}
