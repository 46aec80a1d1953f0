package dev.strata.bench.labels;

import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkReport.LayerReport;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A method of dense layers, with the hidden ones it trains and the parameters it starts from.
 *
 * @param id in the names of trials: the method, and which pretrained model
 * @param layers widths and activations, bottom to top
 * @param start the hidden layers' parameters; empty: fresh ones
 */
record DenseContender(String method, String id, List<LayerReport> layers, StateVector start)
    implements Contender {
  static Contender scratch() {
    List<LayerReport> layers = new ArrayList<>();
    for (int width : Plan.WIDTHS) {
      layers.add(new LayerReport("", "", Plan.SCRATCH_ACTIVATION, width, 0));
    }
    return new DenseContender(SCRATCH, SCRATCH, layers, StateVector.zeros(0));
  }

  static Contender pretrained(String method, ModelBundle bundle) {
    return new DenseContender(
        method,
        method + "@" + bundle.model().sha256().substring(0, 8),
        bundle.model().network().describe().layers(),
        bundle.model().parameters());
  }

  @Override
  public List<Recipe> recipes(LabelCount count) {
    return Plan.recipes(method, count);
  }

  /** The network under an output layer, with dropout below every layer but the lowest. */
  @Override
  public NetworkConfiguration network(Recipe recipe, int inputs, int classes, long seed) {
    List<LayerSettings> settings = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      settings.add(dense(layers.get(i), i == 0 ? 0 : recipe.dropout()));
    }
    if (recipe.dropout() > 0) {
      settings.add(LayerSettings.dropout(recipe.dropout()));
    }
    settings.add(output(Plan.OUTPUT_INIT.get(method)));
    UpdaterSettings usual = UpdaterSettings.of("nesterovs", recipe.rate());
    UpdaterSettings updater =
        new UpdaterSettings(
            usual.type(),
            usual.learningRate(),
            Plan.MOMENTUM,
            usual.beta1(),
            usual.beta2(),
            usual.epsilon(),
            usual.decay());
    return ReusedRate.of(
        recipe.reused(),
        start.length() == 0 ? 0 : layers.size(),
        NetworkBuilder.build(
            NetworkSettings.of(settings, updater), inputs, OutputTask.classes(classes), seed));
  }

  private static LayerSettings output(String init) {
    return new LayerSettings.Output(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(init),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static LayerSettings dense(LayerReport layer, double dropout) {
    return new LayerSettings.Dense(
        Optional.of(layer.width()),
        Optional.of(layer.activation()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        dropout > 0 ? Optional.of(dropout) : Optional.empty(),
        Optional.empty());
  }
}
