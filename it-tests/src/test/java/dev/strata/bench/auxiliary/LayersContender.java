package dev.strata.bench.auxiliary;

import dev.strata.bench.labels.Contender;
import dev.strata.bench.labels.LabelCount;
import dev.strata.bench.labels.Recipe;
import dev.strata.bench.labels.ReusedRate;
import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.StateVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Layers under an output of classes, the lowest of them from scratch or as an auxiliary task left
 * them. For a network from scratch, cross-validation chooses among rates with and without dropout;
 * for reused layers, among the same rates with and without a lower one in these layers, over which
 * the output layer begins by saying nothing.
 *
 * @param words ids of text; 0 for rows of numbers
 * @param reused number of the lowest layers that are reused; 0: none
 */
record LayersContender(
    String method,
    String id,
    List<LayerSettings> layers,
    List<Double> rates,
    int words,
    int reused,
    StateVector start)
    implements Contender {
  static LayersContender scratch(ReuseStudy study, int words) {
    return new LayersContender(
        SCRATCH, SCRATCH, study.layers(), study.rates(), words, 0, StateVector.zeros(0));
  }

  static LayersContender reusing(ReuseStudy study, int words, String method, ModelBundle bundle) {
    int reused = study.pretraining().get(method).layers();
    long parameters =
        bundle.model().network().layerParameters().stream()
            .limit(reused)
            .mapToLong(Long::longValue)
            .sum();
    return new LayersContender(
        method,
        method + "@" + bundle.model().sha256().substring(0, 8),
        study.layers(),
        study.rates(),
        words,
        reused,
        bundle.model().parameters().part(0, parameters));
  }

  @Override
  public List<Recipe> recipes(LabelCount count) {
    List<Recipe> recipes = new ArrayList<>();
    for (double rate : rates) {
      if (reused == 0) {
        ReuseStudy.DROPOUTS.forEach(dropout -> recipes.add(new Recipe(rate, dropout)));
      } else {
        ReuseStudy.FACTORS.forEach(factor -> recipes.add(new Recipe(rate, 0, factor)));
      }
    }
    return recipes;
  }

  @Override
  public NetworkConfiguration network(Recipe recipe, int inputs, int classes, long seed) {
    List<LayerSettings> all = new ArrayList<>(layers);
    if (recipe.dropout() > 0) {
      all.add(LayerSettings.dropout(recipe.dropout()));
    }
    all.add(output());
    return ReusedRate.of(
        recipe.reused(),
        reused,
        NetworkBuilder.build(
            NetworkSettings.of(all, UpdaterSettings.of("adam", recipe.rate())),
            Optional.empty(),
            new NetworkInput(inputs, words),
            OutputTask.classes(classes),
            seed));
  }

  private LayerSettings output() {
    return new LayerSettings.Output(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        reused > 0 ? Optional.of("zero") : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
