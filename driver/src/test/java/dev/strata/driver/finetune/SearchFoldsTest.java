package dev.strata.driver.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.split.Folds;
import dev.strata.driver.trial.FoldScores;
import dev.strata.driver.trial.SmoothedScores;
import dev.strata.driver.trial.TrialRunner;
import dev.strata.executor.step.StepSettings;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialBuilder;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialRows;
import dev.strata.executor.trial.TrialScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchFoldsTest {
  @TempDir private Path folder;

  private SmallFineTuning folded(String output) {
    SmallFineTuning tuning = new SmallFineTuning(folder, output);
    tuning.search =
        new SearchSettings(
            List.of(),
            List.of(),
            List.of(),
            List.of(0, 2),
            OptionalInt.of(4),
            SearchSettings.Metric.ERROR,
            3,
            1);
    return tuning;
  }

  @Test
  void withFoldsEveryRowIsScoredByATrialThatHasNotSeenIt() throws IOException {
    SmallFineTuning tuning = folded("out");
    List<Candidate.Tried> tried = tuning.searched();
    Candidate.Tried frozen =
        tried.stream().filter(t -> t.candidate().frozen() == 0).findFirst().orElseThrow();
    FineTunePlan plan = tuning.plan();
    Folds folds = Folds.of(SmallFineTuning.spark(), tuning.rows, 3, 0);
    List<Trial> trials = new ArrayList<>();
    for (int fold = 0; fold < 3; fold++) {
      trials.add(
          TrialBuilder.builder()
              .name("fold")
              .network(plan.network())
              .start(0)
              .training(new TrialRows(0, folds.others(fold)))
              .scoring(new TrialRows(0, folds.heldOut(fold)))
              .epochs(4)
              .batch(4)
              .scoreEvery(1)
              .seed(9)
              .unitVariance(List.of())
              .step(StepSettings.STOCK)
              .unlabelled(null)
              .build());
    }
    double misses = 0;
    try (TrialRunner runner =
        new TrialRunner(SmallFineTuning.spark(), List.of(tuning.rows), List.of(plan.start()))) {
      List<TrialResult> results = runner.run(trials);
      for (int fold = 0; fold < 3; fold++) {
        misses += results.get(fold).last().error() * folds.heldOut(fold).length;
      }
    }
    assertThat(frozen.score().error()).isEqualTo(misses / 74, within(1e-12));
    assertThat(frozen.standardError()).isPresent();
    assertThat(tuning.said())
        .contains("Search: 2 candidates in 3 folds, 0 of 6 trials already done.");
    assertThat(Files.readAllLines(tuning.output().resolve("search/table.txt")).get(0))
        .contains("error      s.e.      loss");
  }

  @Test
  void repeatsAddFoldsThatAreCutInOtherWays() {
    SmallFineTuning tuning = folded("twice");
    tuning.search =
        new SearchSettings(
            List.of(),
            List.of(),
            List.of(),
            List.of(0),
            OptionalInt.of(2),
            SearchSettings.Metric.ERROR,
            3,
            2);
    FoldScores twice = tuning.searched().get(0).folds().orElseThrow();
    assertThat(twice.folds())
        .extracting(TrialResult::name)
        .containsExactly(
            "layers-3-fresh-0-frozen-0-fold-1",
            "layers-3-fresh-0-frozen-0-fold-2",
            "layers-3-fresh-0-frozen-0-fold-3",
            "layers-3-fresh-0-frozen-0-repeat-2-fold-1",
            "layers-3-fresh-0-frozen-0-repeat-2-fold-2",
            "layers-3-fresh-0-frozen-0-repeat-2-fold-3");
    assertThat(twice.rows()).containsExactly(25, 25, 24, 25, 25, 24);
    assertThat(twice.after(2).subList(0, 3)).isNotEqualTo(twice.after(2).subList(3, 6));
    assertThat(tuning.said()).contains("Search: 1 candidate in 3 folds, 2 times, 0 of 6 trials");
  }

  @Test
  void foldsSurviveAKillOneByOne() {
    List<Candidate.Tried> whole = folded("whole").searched();
    assertThatThrownBy(() -> folded("cut").dyingAt(5).searched()).hasRootCauseMessage("killed");
    SmallFineTuning again = folded("cut");
    List<Candidate.Tried> tried = again.searched();
    assertThat(again.said()).contains("4 of 6 trials already done");
    assertThat(tried)
        .extracting(
            t -> t.candidate().name(), Candidate.Tried::score, Candidate.Tried::standardError)
        .isEqualTo(
            whole.stream()
                .map(t -> tuple(t.candidate().name(), t.score(), t.standardError()))
                .toList());
    assertThat(folder.resolve("cut/activations")).doesNotExist();
  }

  /** Epochs of another training are not chosen by a dip of one. */
  @Test
  void whereFoldsChooseTheEpochsTheirScoresAreSmoothed() {
    SmallFineTuning tuning = folded("smoothed");
    tuning.patience = 2;
    for (Candidate.Tried tried : tuning.searched()) {
      List<TrialScore> curve = tried.result().curve();
      assertThat(curve).hasSize(4);
      assertThat(tried.score())
          .isEqualTo(
              SmoothedScores.of(curve).stream()
                  .min(SearchSettings.Metric.ERROR.order())
                  .orElseThrow());
    }
    assertThat(
            FineTuneSearch.training(
                    tuning.training(), tuning.settings(), false, tuning.searched().get(0))
                .epochs())
        .isEqualTo(tuning.searched().get(0).score().epoch());
  }
}
