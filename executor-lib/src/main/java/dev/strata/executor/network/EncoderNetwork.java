package dev.strata.executor.network;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.layer.Activations;
import dev.strata.executor.layer.Initializations;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.optimizer.Updaters;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Dense layers one on another as a stock DL4J network: what a pretrained stack leaves behind. Its
 * flat parameters are those of the layers, bottom to top, of each W in Fortran order, then b.
 */
public final class EncoderNetwork {
  private EncoderNetwork() {}

  /**
   * One layer {@code f(x W + b)}, W {@code [inputs, units]}, b {@code [1, units]}.
   *
   * @param name as features are named
   * @param activation as users write it
   */
  public record Layer(String name, int inputs, int units, String activation) {}

  /** Whether a layer can have an activation of this name. */
  public static boolean isActivation(String name) {
    return Activations.NAMES.all().containsKey(name);
  }

  /**
   * @param layers bottom to top, at least one, each as wide as the one below gives
   * @param updater with which stock DL4J would train it on
   * @param seed of the initial weights
   */
  public static NetworkConfiguration of(List<Layer> layers, UpdaterSettings updater, long seed) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("an encoder has at least one layer");
    }
    NetworkProblems problems = new NetworkProblems();
    IUpdater stock = Updaters.build(updater, ScheduleSettings.none(), problems).orElse(null);
    problems.raise();
    var list =
        new NeuralNetConfiguration.Builder()
            .seed(InitialSeed.of(seed))
            .activation(Activation.IDENTITY)
            .updater(stock)
            .list();
    for (int i = 0; i < layers.size(); i++) {
      if (i > 0 && layers.get(i).inputs() != layers.get(i - 1).units()) {
        throw new IllegalArgumentException(layers.get(i) + " on " + layers.get(i - 1));
      }
      list.layer(dense(layers.get(i)));
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    return NetworkConfiguration.of(network);
  }

  private static DenseLayer dense(Layer layer) {
    Activation activation = Activations.NAMES.all().get(layer.activation());
    if (activation == null) {
      throw new IllegalArgumentException("no activation is called " + layer.activation());
    }
    return new DenseLayer.Builder()
        .name(layer.name())
        .nIn(layer.inputs())
        .nOut(layer.units())
        .activation(activation)
        .weightInit(Initializations.defaultFor(activation))
        .build();
  }
}
