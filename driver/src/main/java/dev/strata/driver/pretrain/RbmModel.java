package dev.strata.driver.pretrain;

import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.rbm.RbmSettings;
import dev.strata.executor.rbm.RbmSpec;
import java.util.List;
import java.util.Optional;

/** A layer trained as a restricted Boltzmann machine's hidden units. */
public record RbmModel(RbmSettings settings) implements LayerModel {
  public static final String KIND = "rbm";

  @Override
  public LayerModel forInputs(boolean unitInputs) {
    return new RbmModel(settings.forInputs(unitInputs));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public UnsupervisedSpec spec(
      int inputs, int units, List<Integer> columns, UpdateSettings update, long seed) {
    return new RbmSpec(inputs, units, settings, update, seed);
  }

  @Override
  public String activation() {
    return settings.binaryHidden() ? "sigmoid" : "relu";
  }

  @Override
  public String loss() {
    return settings.binaryVisible()
        ? AutoencoderSettings.CROSS_ENTROPY
        : AutoencoderSettings.SQUARED_ERROR;
  }

  @Override
  public Optional<UnitRange> unitRange() {
    return settings.binaryVisible()
        ? Optional.of(new UnitRange("visible", RbmSettings.BINARY, RbmSettings.GAUSSIAN))
        : Optional.empty();
  }

  @Override
  public String remedyForUnits(String section) {
    if (!settings.centered()) {
      return "set " + section + ".centered = true";
    }
    String rate = "lower " + section + ".updater.learning-rate";
    return settings.binaryVisible()
        ? rate + ", or weaken weights with " + section + ".l2"
        : rate + ", or scale the columns in another way (data.scaling: quantile-normal, standard)";
  }

  @Override
  public void check(String section, NetworkProblems problems) {
    settings
        .problems(section)
        .forEach(problem -> problems.add(problem.key(), problem.found(), problem.expected()));
  }
}
