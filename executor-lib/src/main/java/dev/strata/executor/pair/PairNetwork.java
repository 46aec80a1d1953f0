package dev.strata.executor.pair;

import dev.strata.executor.network.NetworkConfiguration;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInitConstant;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Two rows through the same layers, and whether they are alike by the distance of what comes out
 * (Hadsell, Chopra and LeCun 2006; the logistic head is that of Koch, Zemel and Salakhutdinov
 * 2015): {@code p(same) = 1 / (1 + e^-(w d + b))}, {@code d = ‖f(x) - f(y)‖₂}, trained by the
 * binary cross-entropy; {@code w} begins at −1, b at 1, unless they are set by {@link DistanceFit}.
 *
 * <p>A stock DL4J graph: the two inputs {@code [b, n]} are stacked to {@code [2b, n]}, so that the
 * layers exist once, and taken apart above them. The first elements of its flat parameters are
 * those of the branch f, in the branch's own layout; the last two are w and b.
 */
public final class PairNetwork {
  /** Elements of the flat parameters after the branch's: w and b. */
  public static final int HEAD_PARAMETERS = 2;

  private static final String FIRST = "first-row";
  private static final String SECOND = "second-row";
  private static final String BOTH = "both-rows";
  private static final String FIRST_OUT = "first-embedding";
  private static final String SECOND_OUT = "second-embedding";
  private static final String DISTANCE = "distance";
  private static final String SAME = "same";

  private static final double FIRST_WEIGHT = -1;
  private static final double FIRST_BIAS = 1;

  private PairNetwork() {}

  /**
   * @param branch sequential; its last layer, an output or loss layer with the identity, gives the
   *     embedding
   */
  public static NetworkConfiguration of(NetworkConfiguration branch) {
    MultiLayerConfiguration layers = MultiLayerConfiguration.fromJson(branch.json());
    List<NeuralNetConfiguration> configurations = layers.getConfs();
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .seed(branch.seed())
            .graphBuilder()
            .addInputs(FIRST, SECOND)
            .addVertex(BOTH, new StackVertex(), FIRST, SECOND);
    String below = BOTH;
    BaseLayer top = null;
    for (int i = 0; i < configurations.size(); i++) {
      Layer layer = configurations.get(i).getLayer();
      boolean last = i == configurations.size() - 1;
      InputPreProcessor between = layers.getInputPreProcess(i);
      String name = name(i, layer);
      if (last) {
        top = (BaseLayer) layer;
      }
      if (last && layer instanceof OutputLayer output) {
        layer = embedding(output);
      }
      if (last && layer instanceof LossLayer) {
        // It has no parameters: what comes in, in one row, is the embedding.
        if (between != null) {
          graph.addVertex(name, new PreprocessorVertex(between), below);
          below = name;
        }
        continue;
      }
      if (between == null) {
        graph.addLayer(name, layer, below);
      } else {
        graph.addLayer(name, layer, between, below);
      }
      below = name;
    }
    graph
        .addVertex(FIRST_OUT, new UnstackVertex(0, 2), below)
        .addVertex(SECOND_OUT, new UnstackVertex(1, 2), below)
        .addVertex(DISTANCE, new L2Vertex(), FIRST_OUT, SECOND_OUT)
        .addLayer(SAME, head(top), DISTANCE)
        .setOutputs(SAME);
    ComputationGraph network = new ComputationGraph(graph.build());
    network.init();
    return NetworkConfiguration.of(network);
  }

  /** The same parameters without a loss. */
  private static DenseLayer embedding(OutputLayer output) {
    DenseLayer dense =
        new DenseLayer.Builder()
            .nIn(output.getNIn())
            .nOut(output.getNOut())
            .hasBias(output.hasBias())
            .weightInit(output.getWeightInitFn())
            .biasInit(output.getBiasInit())
            .activation(new ActivationIdentity())
            .build();
    dense.setRegularization(output.getRegularization());
    dense.setRegularizationBias(output.getRegularizationBias());
    dense.setIDropout(output.getIDropout());
    dense.setWeightNoise(output.getWeightNoise());
    dense.setConstraints(output.getConstraints());
    train(dense, output);
    return dense;
  }

  private static OutputLayer head(BaseLayer like) {
    OutputLayer head =
        new OutputLayer.Builder(LossFunction.XENT)
            .nIn(1)
            .nOut(1)
            .activation(Activation.SIGMOID)
            .weightInit(new WeightInitConstant(FIRST_WEIGHT))
            .biasInit(FIRST_BIAS)
            .build();
    head.setRegularization(new ArrayList<>());
    head.setRegularizationBias(new ArrayList<>());
    train(head, like);
    return head;
  }

  private static void train(BaseLayer layer, BaseLayer like) {
    layer.setIUpdater(like.getIUpdater());
    layer.setBiasUpdater(like.getBiasUpdater());
    layer.setGradientNormalization(like.getGradientNormalization());
    layer.setGradientNormalizationThreshold(like.getGradientNormalizationThreshold());
  }

  private static String name(int index, Layer layer) {
    String own = layer.getLayerName();
    return "branch-" + index + (own == null ? "" : "-" + own);
  }
}
