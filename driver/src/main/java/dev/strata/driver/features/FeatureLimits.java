package dev.strata.driver.features;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.preprocess.Preprocessing;

/** What models and a batch must be so that features can be computed. */
final class FeatureLimits {
  private FeatureLimits() {}

  /**
   * @param keys what precedes the names of the settings in errors
   * @throws StrataException (data) where preprocessing and network do not go together;
   *     (configuration) for a batch beyond what can be addressed
   */
  static void require(ModelEnsemble models, int batchSize, FeatureColumns columns, String keys) {
    int widest = 0;
    for (int member = 0; member < models.members().size(); member++) {
      ModelBundle bundle = models.members().get(member);
      NetworkReport network = bundle.model().network().describe();
      requireWidth(bundle, network);
      widest = Math.max(widest, Math.max(network.inputWidth(), columns.widest(network, member)));
    }
    // Addressed as bytes by 31 bits.
    int most = Integer.MAX_VALUE / Float.BYTES / Math.max(1, widest);
    if (batchSize > most) {
      throw StrataException.configuration("a batch would not fit into memory")
          .key(keys + "batch-size")
          .found(batchSize + " rows of " + widest + " numbers")
          .expected("at most " + most + " rows")
          .build();
    }
  }

  private static void requireWidth(ModelBundle bundle, NetworkReport network) {
    Preprocessing preprocessing = bundle.preprocessing();
    if (preprocessing.inputWidth() != network.inputWidth()) {
      throw StrataException.data("the model's preprocessing does not fit its network")
          .key("model")
          .file(bundle.folder())
          .found(preprocessing.inputWidth() + " inputs of its preprocessing")
          .expected(network.inputWidth() + " inputs")
          .build();
    }
  }
}
