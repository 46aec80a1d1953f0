package dev.strata.driver.features;

import dev.strata.driver.models.Decoder;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.StateVector;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.api.Model;

/**
 * Models as tasks have them.
 *
 * @param members at least one
 * @param preprocessing of all of them
 * @param decoder null where it is not needed
 */
record FeatureModel(List<Member> members, Preprocessing preprocessing, Member decoder)
    implements Serializable {
  FeatureModel {
    members = List.copyOf(members);
  }

  /** A network and its parameters. */
  record Member(NetworkConfiguration network, Broadcast<StateVector> parameters)
      implements Serializable {
    Model newModel() {
      return network.newModel(parameters.value().toFloats());
    }
  }

  /**
   * Sends the models to the executors.
   *
   * @param decoder whether the first one's decoder goes along; it must have one then
   */
  static FeatureModel broadcast(JavaSparkContext spark, ModelEnsemble models, boolean decoder) {
    Decoder back = decoder ? models.first().decoder().orElseThrow() : null;
    return new FeatureModel(
        models.members().stream()
            .map(bundle -> bundle.model())
            .map(model -> new Member(model.network(), spark.broadcast(model.parameters())))
            .toList(),
        models.first().preprocessing(),
        back == null ? null : new Member(back.network(), spark.broadcast(back.parameters())));
  }

  /** Takes them from the executors again. */
  void destroy() {
    members.forEach(member -> member.parameters().destroy());
    if (decoder != null) {
      decoder.parameters().destroy();
    }
  }
}
