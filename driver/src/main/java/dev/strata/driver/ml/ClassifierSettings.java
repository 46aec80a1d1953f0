package dev.strata.driver.ml;

import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.training.TrainingSettings;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.preprocess.Scaling;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a classifier is trained.
 *
 * @param network the layers, or those on top of a model that is tuned
 * @param scaling of the features, where there is no model whose own is applied
 * @param freeze up to where layers of the model that is tuned keep their parameters
 * @param params all of them as texts, for provenance
 */
record ClassifierSettings(
    NetworkSettings network,
    TrainingSettings training,
    AveragingSettings averaging,
    Scaling scaling,
    String freeze,
    long seed,
    Map<String, String> params) {
  ClassifierSettings {
    params = new TreeMap<>(params);
  }
}
