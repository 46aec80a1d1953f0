package dev.strata.driver.features;

import dev.strata.driver.models.Decoder;
import dev.strata.driver.models.ModelBundle;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import java.io.Serializable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.api.Model;

/**
 * A model as tasks have it.
 *
 * @param decoder null where it is not needed
 * @param decoderParameters likewise
 */
record FeatureModel(
    NetworkConfiguration network,
    Broadcast<StateVector> parameters,
    Preprocessing preprocessing,
    NetworkConfiguration decoder,
    Broadcast<StateVector> decoderParameters)
    implements Serializable {

  /**
   * Sends the model to the executors.
   *
   * @param decoder whether its decoder goes along; it must have one then
   */
  static FeatureModel broadcast(JavaSparkContext spark, ModelBundle bundle, boolean decoder) {
    Decoder back = decoder ? bundle.decoder().orElseThrow() : null;
    return new FeatureModel(
        bundle.model().network(),
        spark.broadcast(bundle.model().parameters()),
        bundle.preprocessing(),
        back == null ? null : back.network(),
        back == null ? null : spark.broadcast(back.parameters()));
  }

  Model newModel() {
    return network.newModel(parameters.value().toFloats());
  }

  Model newDecoder() {
    return decoder.newModel(decoderParameters.value().toFloats());
  }

  /** Takes it from the executors again. */
  void destroy() {
    parameters.destroy();
    if (decoderParameters != null) {
      decoderParameters.destroy();
    }
  }
}
