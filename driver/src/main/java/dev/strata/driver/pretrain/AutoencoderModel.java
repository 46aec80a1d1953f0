package dev.strata.driver.pretrain;

import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.AutoencoderSpec;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.learner.UpdateSettings;
import java.util.List;
import java.util.Optional;

/** A layer trained as an autoencoder's. */
public record AutoencoderModel(AutoencoderSettings settings) implements LayerModel {
  public static final String KIND = "autoencoder";

  @Override
  public LayerModel forInputs(boolean unitInputs) {
    return new AutoencoderModel(settings.forInputs(unitInputs));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public UnsupervisedSpec spec(
      int inputs, int units, List<Integer> columns, UpdateSettings update, long seed) {
    return new AutoencoderSpec(inputs, units, settings, update, seed, columns);
  }

  @Override
  public String activation() {
    return settings.activation();
  }

  @Override
  public String loss() {
    return settings.loss();
  }

  @Override
  public Optional<UnitRange> unitRange() {
    return settings.loss().equals(AutoencoderSettings.CROSS_ENTROPY)
        ? Optional.of(
            new UnitRange(
                "loss", AutoencoderSettings.CROSS_ENTROPY, AutoencoderSettings.SQUARED_ERROR))
        : Optional.empty();
  }

  @Override
  public String remedyForUnits(String section) {
    return "lower "
        + section
        + ".updater.learning-rate, or scale the columns (data.scaling = standard, min-max or"
        + " quantile-normal)";
  }

  @Override
  public void check(String section, NetworkProblems problems) {
    settings.check(section, problems);
  }
}
