package dev.strata.driver.job;

import dev.strata.driver.calibration.Temperature;
import dev.strata.driver.calibration.TemperatureScaling;
import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.evaluate.EvaluationResultBuilder;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A trained model as {@code training.calibration} asks, and what its probabilities were before.
 *
 * @param before measures of each part, beside those of the calibrated model
 * @param warning about the validation rows, where these do not determine the temperature
 */
record ModelCalibration(
    TrainedModel model, Map<String, Map<String, Double>> before, Optional<String> warning) {
  private static final String KEY = "training.calibration";
  private static final String LOG_LOSS = "log-loss";
  private static final String ERROR = "expected-calibration-error";

  /**
   * @throws StrataException (configuration) without validation rows or a softmax
   */
  static ModelCalibration of(
      ManagedRun run, Evaluations evaluations, PreparedData data, TrainedModel trained) {
    if (run.settings().training().calibration() == TrainingSettings.Calibration.NONE) {
      return new ModelCalibration(trained, Map.of(), Optional.empty());
    }
    ShardSet validation = data.shards().get(SupervisedPhase.VALIDATION);
    if (validation == null) {
      throw StrataException.configuration("temperature scaling needs validation rows")
          .key(KEY)
          .found("no validation rows")
          .expected("data.validation, or data.split.validation above 0; or none")
          .build();
    }
    Temperature fitted =
        TemperatureScaling.fit(
            tried ->
                evaluations
                    .of(
                        SupervisedPhase.VALIDATION,
                        validation,
                        TemperatureScaling.scaled(trained, tried, KEY).parameters())
                    .metrics()
                    .get(LOG_LOSS));
    double temperature = fitted.value();
    Map<String, Map<String, Double>> before = new TreeMap<>();
    data.shards()
        .forEach(
            (part, rows) -> {
              if (!part.equals(SupervisedPhase.TRAIN)) {
                EvaluationResult result = evaluations.of(part, rows, trained.parameters());
                before.put(part, measures(result, temperature));
              }
            });
    run.context()
        .notice(
            ("Calibration: temperature %.3f; expected calibration error of the validation rows"
                    + " before it: %.4f.")
                .formatted(
                    temperature,
                    before.get(SupervisedPhase.VALIDATION).get("uncalibrated-" + ERROR)));
    return new ModelCalibration(
        TemperatureScaling.scaled(trained, temperature, KEY), before, fitted.warning());
  }

  private static Map<String, Double> measures(EvaluationResult result, double temperature) {
    Map<String, Double> measures = new TreeMap<>(Map.of("temperature", temperature));
    for (String name : new String[] {LOG_LOSS, ERROR}) {
      measures.put("uncalibrated-" + name, result.metrics().get(name));
    }
    return measures;
  }

  /** The result of a part with the measures before; of the validation rows with the warning. */
  EvaluationResult beside(String part, EvaluationResult result) {
    Map<String, Double> metrics = new TreeMap<>(result.metrics());
    metrics.putAll(before.getOrDefault(part, Map.of()));
    List<String> warnings = new ArrayList<>(result.warnings());
    if (part.equals(SupervisedPhase.VALIDATION)) {
      warning.ifPresent(warnings::add);
    }
    return EvaluationResultBuilder.builder(result).metrics(metrics).warnings(warnings).build();
  }
}
