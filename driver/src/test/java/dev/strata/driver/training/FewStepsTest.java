package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.training.TrainingSettings.EarlyStopping;
import dev.strata.driver.training.TrainingSettings.KeepModel;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.step.TargetSettings;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FewStepsTest {
  private static TrainingSettings training(int batch, int epochs) {
    return TrainingSettingsBuilder.builder()
        .workers(2)
        .batchSize(batch)
        .globalBatchSize(OptionalInt.empty())
        .epochs(epochs)
        .validationEvery(0)
        .shuffleWindow(1)
        .earlyStopping(new EarlyStopping(0, "loss", 0))
        .keepModel(KeepModel.LAST)
        .divergenceFactor(0)
        .calibration(TrainingSettings.Calibration.NONE)
        .targets(TargetSettings.NONE)
        .build();
  }

  private static EpochPlan plan(TrainingSettings training, int passes, Long... rows) {
    return new EpochPlan(List.of(rows), training.workerBatch(), 40).withPasses(passes);
  }

  @Test
  void stepsAndRemediesAreNamed() {
    TrainingSettings defaults = training(128, 10);
    assertThat(FewSteps.notice(defaults, plan(defaults, 1, 50L, 50L)))
        .contains(
            "each worker takes only 10 steps in all (training.epochs = 10), too few for new weights"
                + " to learn; raise training.epochs to 40 or lower training.batch-size to 16");
    TrainingSettings together =
        TrainingSettingsBuilder.builder(defaults).globalBatchSize(OptionalInt.of(256)).build();
    assertThat(FewSteps.notice(together, plan(together, 1, 50L, 50L)).orElseThrow())
        .endsWith("or lower training.global-batch-size to 32");
    TrainingSettings once = training(128, 1);
    assertThat(FewSteps.notice(once, plan(once, 1, 5L, 4L)))
        .contains(
            "each worker takes only 1 step in all (training.epochs = 1), too few for new weights to"
                + " learn; raise training.epochs to 40");
  }

  @Test
  void enoughStepsOrNoRowsAreNoMatter() {
    TrainingSettings forty = training(128, 40);
    assertThat(FewSteps.notice(forty, plan(forty, 1, 50L, 50L))).isEmpty();
    assertThat(FewSteps.notice(training(128, 39), plan(forty, 1, 50L, 50L))).isPresent();
    assertThat(FewSteps.notice(forty, plan(forty, 1, 0L, 0L))).isEmpty();
    TrainingSettings ten = training(128, 10);
    assertThat(FewSteps.notice(ten, plan(ten, 4, 50L, 50L))).as("passes").isEmpty();
  }

  /** A remedy that is not enough, or more than is needed, would be worse than none. */
  @Test
  void eachRemedyIsEnoughAndNoMoreThanThat() {
    Pattern numbers =
        Pattern.compile("epochs to (\\d+)(?: or lower training.batch-size to (\\d+))?$");
    for (long rows = 1; rows < 200; rows += 7) {
      for (int batch : new int[] {1, 5, 16, 128}) {
        for (int epochs = 1; epochs < 40; epochs += 3) {
          for (int passes = 1; passes <= 3; passes++) {
            TrainingSettings asked = training(batch, epochs);
            var notice = FewSteps.notice(asked, plan(asked, passes, rows, rows - 1));
            if (notice.isEmpty()) {
              continue;
            }
            Matcher found = numbers.matcher(notice.get());
            assertThat(found.find()).as(notice.get()).isTrue();
            int more = Integer.parseInt(found.group(1));
            assertThat(few(batch, more, passes, rows)).isFalse();
            assertThat(few(batch, more - 1, passes, rows)).isTrue();
            if (found.group(2) != null) {
              int smaller = Integer.parseInt(found.group(2));
              assertThat(few(smaller, epochs, passes, rows)).isFalse();
              assertThat(few(smaller + 1, epochs, passes, rows)).isTrue();
            } else {
              assertThat(few(1, epochs, passes, rows)).isTrue();
            }
          }
        }
      }
    }
  }

  private static boolean few(int batch, int epochs, int passes, long rows) {
    TrainingSettings training = training(batch, epochs);
    return FewSteps.notice(training, plan(training, passes, rows, rows - 1)).isPresent();
  }
}
