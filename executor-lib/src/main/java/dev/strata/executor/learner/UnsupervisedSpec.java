package dev.strata.executor.learner;

import dev.strata.executor.network.EncoderNetwork;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Spec of an unsupervised learner, with the shapes of the encoder and decoder that it trains. */
public interface UnsupervisedSpec extends LearnerSpec {
  @Override
  UnsupervisedLearner create();

  /** The encoder, its layers named as {@link Learner#nameOf} names them. */
  @Override
  default Optional<NetworkConfiguration> networkOfRows() {
    List<EncoderNetwork.Layer> layers = new ArrayList<>();
    for (DenseShape shape : encoder()) {
      String name = encoder().size() == 1 ? "encoder" : "encoder, layer " + (layers.size() + 1);
      layers.add(new EncoderNetwork.Layer(name, shape.inputs(), shape.units(), shape.activation()));
    }
    return Optional.of(EncoderNetwork.of(layers, UpdaterSettings.defaults(), 0));
  }

  /** The encoder's layers, bottom to top; at least one. */
  List<DenseShape> encoder();

  /** The layers that lead back from the representation to the input. */
  List<DenseShape> decoder();
}
