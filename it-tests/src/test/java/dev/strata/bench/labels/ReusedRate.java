package dev.strata.bench.labels;

import dev.strata.executor.network.NetworkConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.IUpdater;

/** Gives the lowest layers of a network a learning rate of their own. */
public final class ReusedRate {
  private ReusedRate() {}

  /**
   * The network with slower lowest layers.
   *
   * @param factor of the learning rate; 0: the layers stay as they are
   * @param layers number of the lowest dense layers; layers without weights do not count
   * @param built a sequential network
   */
  public static NetworkConfiguration of(double factor, int layers, NetworkConfiguration built) {
    if (layers == 0 || factor == 1) {
      return built;
    }
    MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(built.json());
    int slowed = 0;
    for (int i = 0; slowed < layers; i++) {
      if (configuration.getConf(i).getLayer() instanceof BaseLayer layer) {
        IUpdater slower = layer.getIUpdater().clone();
        slower.setLrAndSchedule(factor * slower.getLearningRate(0, 0), null);
        layer.setIUpdater(slower);
        layer.setBiasUpdater(null);
        slowed++;
      }
    }
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return NetworkConfiguration.of(network);
  }
}
