package dev.strata.driver.layers;

import dev.strata.driver.run.LayerEntry.Outputs;
import dev.strata.driver.visualization.LayerOutputSample;
import dev.strata.driver.visualization.LayerSamples;
import dev.strata.driver.visualization.SampleRows;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerNames;
import dev.strata.executor.layer.ResidualLayer;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.UnitVariance;
import dev.strata.executor.shard.Minibatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network before its first step, seen by one minibatch of real rows: outputs of each layer and
 * norm of the loss's gradient, as in training (Glorot and Bengio 2010, sections 3 and 4).
 */
public final class FreshNetwork {
  private final List<Layer> layers;
  private final List<LayerOutputSample> samples;
  private final double loss;
  private final int rows;

  /**
   * A layer.
   *
   * @param outputs of its units
   * @param gradientNorm Euclidean norm of the gradient of the mean loss with respect to its
   *     weights; empty where it has none
   */
  public record Layer(String name, Outputs outputs, OptionalDouble gradientNorm) {}

  private FreshNetwork(List<Layer> layers, List<LayerOutputSample> samples, double loss, int rows) {
    this.layers = layers;
    this.samples = samples;
    this.loss = loss;
    this.rows = rows;
  }

  /**
   * Residual blocks are as at inference: of one that is skipped there would be nothing to see.
   *
   * @param unitVariance names of layers with the initialization lsuv, whose variances are of the
   *     rows
   * @param rows inputs and labels, and masks where a network of texts needs them
   */
  public static FreshNetwork of(
      NetworkConfiguration network, List<String> unitVariance, Minibatch rows) {
    BlasThreads.single();
    Model model = new NetworkLearnerSpec(network).create().model();
    ResidualLayer.keepStill(model);
    INDArray input = rows.inputs()[0];
    if (!unitVariance.isEmpty()) {
      UnitVariance.apply((MultiLayerNetwork) model, unitVariance, input);
    }
    SampleRows sample =
        SampleRows.of(
            input.dup('c').data().asFloat(),
            List.of(Math.toIntExact(input.length() / input.size(0))));
    Nd4j.getRandom().setSeed(network.seed());
    List<LayerOutputSample> samples =
        LayerSamples.inTraining(
            model, sample.first(LayerSamples.mostRows(network, LayerProbe.MOST_OUTPUTS)));
    Map<String, Double> gradients = gradients(model, rows);
    List<Layer> layers = new ArrayList<>();
    for (LayerOutputSample layer : samples) {
      Double norm = gradients.get(layer.name());
      layers.add(
          new Layer(
              layer.name(),
              LayerProbe.of(layer.outputs()),
              norm == null ? OptionalDouble.empty() : OptionalDouble.of(norm)));
    }
    return new FreshNetwork(layers, samples, model.score(), sample.rows());
  }

  /** Bottom to top. */
  public List<Layer> layers() {
    return layers;
  }

  /** Outputs for pictures, bottom to top. */
  public List<LayerOutputSample> samples() {
    return samples;
  }

  /** Number of rows that the gradients are of. */
  public int rows() {
    return rows;
  }

  /** Mean loss of the rows. */
  public double loss() {
    return loss;
  }

  /** Name of a layer → norm of the gradient of its weights; biases are left out. */
  private static Map<String, Double> gradients(Model model, Minibatch rows) {
    Gradient gradient;
    INDArray mask = rows.masks().length == 0 ? null : rows.masks()[0];
    if (model instanceof MultiLayerNetwork network) {
      network.setInput(rows.inputs()[0]);
      network.setLabels(rows.labels()[0]);
      if (mask != null) {
        network.setLayerMaskArrays(mask, null);
      }
      network.computeGradientAndScore();
      gradient = network.gradient();
    } else {
      ComputationGraph graph = (ComputationGraph) model;
      graph.setInputs(rows.inputs());
      graph.setLabels(rows.labels());
      graph.computeGradientAndScore();
      gradient = graph.gradient();
    }
    double number = rows.inputs()[0].size(0);
    Map<String, Double> squares = new HashMap<>();
    gradient
        .gradientForVariable()
        .forEach(
            (name, values) -> {
              int end = name.lastIndexOf('_');
              // DL4J names weights W, RW, pW …, biases b, statistics mean and var.
              if (name.substring(end + 1).endsWith("W")) {
                double norm = values.norm2Number().doubleValue() / number;
                squares.merge(
                    LayerNames.of(model, name.substring(0, end)), norm * norm, Double::sum);
              }
            });
    squares.replaceAll((name, square) -> Math.sqrt(square));
    return squares;
  }
}
