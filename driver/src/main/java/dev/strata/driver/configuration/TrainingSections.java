package dev.strata.driver.configuration;

import dev.strata.driver.auxiliary.TaskType;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.evaluate.EvaluationMetrics;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.training.TrainingSettingsBuilder;
import dev.strata.executor.preprocess.LabelKind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Reads the sections {@code training}, {@code averaging} and {@code checkpoint}. */
final class TrainingSections {
  private static final Range COUNT = Range.atLeast(1);
  private static final List<String> METRICS =
      Stream.concat(
              Stream.of(EvaluationMetrics.OF_CLASSES, EvaluationMetrics.OF_VALUES),
              Arrays.stream(TaskType.values()).map(TaskType::metrics))
          .flatMap(List::stream)
          .distinct()
          .toList();

  private TrainingSections() {}

  static TrainingSettings training(Section section) {
    int workers = section.integer("workers", COUNT);
    OptionalInt global = section.optionalInteger("global-batch-size", COUNT);
    if (global.isPresent() && global.getAsInt() % workers != 0) {
      section.problem(
          "the global batch cannot be divided evenly among the workers",
          "global-batch-size",
          "a multiple of training.workers = " + workers);
    }
    Section stopping = section.section("early-stopping");
    return TrainingSettingsBuilder.builder()
        .workers(workers)
        .batchSize(section.integer("batch-size", COUNT))
        .globalBatchSize(global)
        .epochs(section.integer("epochs", COUNT))
        .validationEvery(section.integer("validation-every", Range.NOT_NEGATIVE))
        .shuffleWindow(section.integer("shuffle-window", COUNT))
        .earlyStopping(
            new TrainingSettings.EarlyStopping(
                stopping.integer("patience", Range.NOT_NEGATIVE),
                stopping.choice("metric", METRICS),
                stopping.number("min-delta", Range.NOT_NEGATIVE)))
        .keepModel(section.choice("keep-model", TrainingSettings.KeepModel.class))
        .divergenceFactor(section.number("divergence-factor", Range.NOT_NEGATIVE))
        .calibration(section.choice("calibration", TrainingSettings.Calibration.class))
        .build();
  }

  /** Calibration is of the probabilities of classes, on validation rows. */
  static void requireCalibration(Section training, Settings settings) {
    if (settings.training().calibration() == TrainingSettings.Calibration.NONE) {
      return;
    }
    DataSettings data = settings.data();
    boolean held =
        data.validation().given()
            || data.split().validation() > 0
            || data.split().column().isPresent()
            || data.shards().isPresent();
    if (data.labelKind() != LabelKind.CLASS) {
      training.problem("values have no probabilities to calibrate", "calibration", "none");
    } else if (!held) {
      training.problem(
          "calibration needs validation rows",
          "calibration",
          "none; or data.validation, or data.split.validation above 0");
    }
  }

  static AveragingSettings averaging(Section section) {
    return new AveragingSettings(
        section.integer("every", COUNT),
        section.choice("optimizer-state", AveragingSettings.OptimizerState.class),
        section.size("driver-limit", COUNT),
        outer(section.section("outer")),
        section.choice("reducer", AveragingSettings.Reducer.class));
  }

  private static OuterSettings outer(Section section) {
    Optional<Double> momentum = section.optionalNumber("momentum", Range.share(0, 1));
    return new OuterSettings(
        section.choice("type", OuterSettings.Type.class),
        section.number("learning-rate", Range.POSITIVE),
        momentum.isPresent() ? OptionalDouble.of(momentum.get()) : OptionalDouble.empty());
  }

  static CheckpointSettings checkpoint(Section section) {
    return new CheckpointSettings(
        section.integer("every-rounds", Range.NOT_NEGATIVE),
        section.duration("every"),
        section.integer("keep", COUNT));
  }
}
