package dev.strata.driver.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.training.TrainingSettings.EarlyStopping;
import dev.strata.driver.training.TrainingSettings.KeepModel;
import dev.strata.driver.training.TrainingSettingsBuilder;
import dev.strata.executor.step.TargetSettings;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RoundDryRunTest {
  private static final OuterSettings NESTEROV =
      new OuterSettings(OuterSettings.Type.NESTEROV, 1, OptionalDouble.of(0.5));

  private static List<String> lines(long rows, int workers, int epochs, OuterSettings outer) {
    AveragingSettings averaging =
        new AveragingSettings(40, OptimizerState.AVERAGE, 1L << 30, outer);
    TrainingSettings training =
        TrainingSettingsBuilder.builder()
            .workers(workers)
            .batchSize(32)
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
    return RoundDryRun.lines(averaging, training, rows);
  }

  @Test
  void roundsAreToldAsTheyAreCut() {
    assertThat(lines(5452, 2, 10, NESTEROV))
        .containsExactly("about 3 rounds per epoch of at most 29 minibatches, 30 in total");
    assertThat(lines(40 * 64, 2, 10, NESTEROV))
        .containsExactly("about 1 round per epoch of at most 40 minibatches, 10 in total");
  }

  @Test
  void shortRoundsAreWarnedOf() {
    assertThat(lines(19 * 64, 2, 10, NESTEROV))
        .hasSize(2)
        .element(1)
        .asString()
        .contains(
            "rounds have at most 19 minibatches per worker, fewer than 20",
            "the outer step may overshoot; leave averaging.outer.momentum unset");
    assertThat(lines(20 * 64, 2, 10, NESTEROV)).hasSize(1);
  }

  @Test
  void trainingTooShortForTheMomentumIsWarnedOf() {
    assertThat(lines(40 * 64, 2, 1, NESTEROV))
        .hasSize(2)
        .element(1)
        .asString()
        .contains("training has 40 minibatches per worker")
        .contains("about 80 (averaging.every / (1 - momentum))");
    assertThat(lines(40 * 64, 2, 2, NESTEROV)).hasSize(1);
  }

  @Test
  void whereNoMomentumIsNothingIsWarnedOf() {
    assertThat(lines(32, 1, 1, NESTEROV)).hasSize(1);
    assertThat(lines(64, 2, 1, OuterSettings.NONE)).hasSize(1);
    OuterSettings unset = new OuterSettings(OuterSettings.Type.NESTEROV, 1, OptionalDouble.of(0));
    assertThat(lines(64, 2, 1, unset)).hasSize(1);
  }
}
