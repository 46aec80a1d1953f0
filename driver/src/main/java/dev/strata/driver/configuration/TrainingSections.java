package dev.strata.driver.configuration;

import dev.strata.driver.auxiliary.TaskType;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.averaging.PolyakSettings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.evaluate.EvaluationMetrics;
import dev.strata.driver.training.CheckpointSettings;
import dev.strata.driver.training.PlateauSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.driver.training.TrainingSettingsBuilder;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.step.TargetSettings;
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
        .targets(
            new TargetSettings(
                section.number("label-smoothing", Range.share(0, 1)),
                section.number("mixup", Range.NOT_NEGATIVE)))
        .plateau(plateau(section.section("plateau")))
        .build();
  }

  /** Empty where it is off. */
  private static Optional<PlateauSettings> plateau(Section section) {
    PlateauSettings settings =
        new PlateauSettings(
            section.integer("patience", Range.NOT_NEGATIVE),
            section.number("factor", Range.between(0, 1)),
            section.number("min-delta", Range.NOT_NEGATIVE),
            section.number("floor", Range.share(0, 1)));
    return settings.patience() == 0 ? Optional.empty() : Optional.of(settings);
  }

  private static PolyakSettings polyak(Section section) {
    return new PolyakSettings(
        section.choice("type", PolyakSettings.Type.class),
        section.number("decay", Range.share(0, 1)),
        section.integer("start", Range.NOT_NEGATIVE));
  }

  /** Trials of a search are measured at their end. */
  static void refusePlateau(Section training, Settings settings, String search) {
    if (settings.training().plateau().isPresent()) {
      training
          .section("plateau")
          .problem(
              "the trials of " + search + " do not validate while they train", "patience", "0");
    }
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

  /** Label smoothing is of classes; mixup of rows of numbers that all have labels. */
  static void requireTargets(Section training, Settings settings) {
    if (settings.training().targets().labelSmoothing() > 0
        && settings.data().labelKind() != LabelKind.CLASS) {
      training.problem("values are no classes to smooth", "label-smoothing", "0");
    }
    if (settings.training().targets().mixup() == 0) {
      return;
    }
    if (settings.data().text().isPresent()) {
      training.problem("words cannot be mixed", "mixup", "0, or rows of numbers or pixels");
    } else if (settings.fineTune().unlabelled().asked()) {
      training.problem(
          "mixup does not go with unlabelled rows",
          "mixup",
          "0, or no fine-tune.unlabelled.source");
    }
  }

  static AveragingSettings averaging(Section section) {
    return new AveragingSettings(
        section.integer("every", COUNT),
        section.choice("optimizer-state", AveragingSettings.OptimizerState.class),
        section.size("driver-limit", COUNT),
        outer(section.section("outer")),
        polyak(section.section("polyak")),
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
