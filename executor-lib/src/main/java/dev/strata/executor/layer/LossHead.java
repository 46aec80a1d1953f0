package dev.strata.executor.layer;

import dev.strata.executor.failure.NetworkProblems;
import java.util.ArrayList;
import java.util.Optional;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Gives a network that ends in a plain layer a loss, as evaluating and training need one: a dense
 * layer becomes an output layer, an activation a loss layer. Outputs and parameters stay what they
 * are, byte for byte.
 */
public final class LossHead {
  private static final String KEY = "import.loss";

  private LossHead() {}

  /**
   * @param loss as in {@code network.layers}; absent: cross-entropy above softmax,
   *     binary-cross-entropy above sigmoid, else mse
   * @return the model itself where it has a loss, or ends in a layer that cannot have one
   * @throws dev.strata.executor.failure.StrataException (configuration) where the loss is unknown
   */
  public static Model on(Model model, Optional<String> loss) {
    if (model instanceof MultiLayerNetwork network) {
      return network.getOutputLayer() instanceof IOutputLayer ? model : layers(network, loss);
    }
    ComputationGraph graph = (ComputationGraph) model;
    boolean single = graph.getNumOutputArrays() == 1;
    return !single || graph.getOutputLayer(0) instanceof IOutputLayer ? model : graph(graph, loss);
  }

  private static Model layers(MultiLayerNetwork network, Optional<String> loss) {
    MultiLayerConfiguration own = network.getLayerWiseConfigurations().clone();
    var top = own.getConf(own.getConfs().size() - 1);
    Optional<Layer> scoring = scoring(top.getLayer(), loss);
    if (scoring.isEmpty()) {
      return network;
    }
    top.setLayer(scoring.get());
    MultiLayerNetwork scored = new MultiLayerNetwork(own);
    scored.init(network.params().dup(), false);
    return scored;
  }

  private static Model graph(ComputationGraph graph, Optional<String> loss) {
    ComputationGraphConfiguration own =
        ComputationGraphConfiguration.fromJson(graph.getConfiguration().toJson());
    String name = own.getNetworkOutputs().get(0);
    if (!(own.getVertices().get(name) instanceof LayerVertex vertex)) {
      return graph;
    }
    Optional<Layer> scoring = scoring(vertex.getLayerConf().getLayer(), loss);
    if (scoring.isEmpty()) {
      return graph;
    }
    vertex.getLayerConf().setLayer(scoring.get());
    vertex.setOutputVertex(true);
    ComputationGraph scored = new ComputationGraph(own);
    scored.init(graph.params().dup(), false);
    return scored;
  }

  /** The same layer with a loss; empty where it is of a kind that cannot have one. */
  private static Optional<Layer> scoring(Layer top, Optional<String> loss) {
    // An output layer is no dense layer for DL4J, so that neither is taken for the other.
    if (top instanceof DenseLayer dense) {
      OutputLayer output =
          new OutputLayer.Builder(function(dense.getActivationFn(), loss))
              .name(dense.getLayerName())
              .nIn(dense.getNIn())
              .nOut(dense.getNOut())
              .activation(dense.getActivationFn())
              .hasBias(dense.isHasBias())
              .biasInit(dense.getBiasInit())
              .weightInit(dense.getWeightInitFn())
              .build();
      output.setIUpdater(dense.getIUpdater());
      output.setBiasUpdater(dense.getBiasUpdater());
      output.setRegularization(dense.getRegularization());
      output.setRegularizationBias(dense.getRegularizationBias());
      output.setGradientNormalization(dense.getGradientNormalization());
      output.setGradientNormalizationThreshold(dense.getGradientNormalizationThreshold());
      return Optional.of(output);
    }
    if (top instanceof ActivationLayer activation) {
      LossLayer output =
          new LossLayer.Builder()
              .name(activation.getLayerName())
              .lossFunction(function(activation.getActivationFn(), loss))
              .activation(activation.getActivationFn())
              .weightInit(new WeightInitXavier())
              .build();
      // What is not set would be taken for JSON of an old version of DL4J.
      output.setIUpdater(new Sgd());
      output.setRegularization(new ArrayList<>());
      output.setRegularizationBias(new ArrayList<>());
      return Optional.of(output);
    }
    return Optional.empty();
  }

  private static ILossFunction function(IActivation above, Optional<String> loss) {
    if (loss.isEmpty()) {
      return usual(above).function();
    }
    NetworkProblems problems = new NetworkProblems();
    Optional<Losses> found = Losses.NAMES.find(KEY, loss.get(), problems);
    problems.raise();
    return found.orElseThrow().function();
  }

  private static Losses usual(IActivation above) {
    if (above.equals(Activation.SOFTMAX.getActivationFunction())) {
      return Losses.CROSS_ENTROPY;
    }
    return above.equals(Activation.SIGMOID.getActivationFunction())
        ? Losses.BINARY_CROSS_ENTROPY
        : Losses.MSE;
  }
}
