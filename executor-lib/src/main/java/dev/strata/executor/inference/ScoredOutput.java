package dev.strata.executor.inference;

import dev.strata.executor.corruption.ImageViews;
import dev.strata.executor.layer.SequenceMask;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Output and losses of one minibatch at inference, by one forward pass. (DL4J's {@code output} and
 * {@code scoreExamples} would take two.)
 *
 * @param output {@code [b, classes]} or {@code [b, width]}
 * @param losses loss of each row, without regularisation and without weights
 */
public record ScoredOutput(INDArray output, double[] losses) {
  public static ScoredOutput of(Model model, Minibatch minibatch) {
    INDArray input = minibatch.inputs()[0];
    INDArray labels = minibatch.labels()[0];
    return model instanceof MultiLayerNetwork network
        ? ofLayers(network, input, labels)
        : ofGraph((ComputationGraph) model, minibatch.inputs(), labels);
  }

  /** Means of outputs and losses over the views of each row. */
  static ScoredOutput of(Model model, Minibatch minibatch, ImageViews views) {
    double[] losses = new double[minibatch.rows()];
    INDArray output =
        views.mean(
            minibatch.inputs()[0],
            seen -> {
              ScoredOutput one = of(model, minibatch.withInputs(seen));
              for (int i = 0; i < losses.length; i++) {
                losses[i] += one.losses()[i] / views.count();
              }
              return one.output();
            });
    return new ScoredOutput(output, losses);
  }

  private static ScoredOutput ofLayers(MultiLayerNetwork network, INDArray input, INDArray labels) {
    LayerWorkspaceMgr detached = LayerWorkspaceMgr.noWorkspaces();
    int last = network.getnLayers() - 1;
    INDArray below = input;
    if (last > 0) {
      List<INDArray> activations = SequenceMask.forward(network, last - 1, input);
      below = activations.get(activations.size() - 1);
    }
    InputPreProcessor reshape = network.getLayerWiseConfigurations().getInputPreProcess(last);
    if (reshape != null) {
      below = reshape.preProcess(below, Math.toIntExact(input.size(0)), detached);
    }
    Layer top = network.getOutputLayer();
    top.setInput(below, detached);
    INDArray output = top.activate(false, detached);
    return new ScoredOutput(output, losses(top, labels, detached));
  }

  private static ScoredOutput ofGraph(ComputationGraph graph, INDArray[] inputs, INDArray labels) {
    Map<String, INDArray> activations = graph.feedForward(inputs, false, false);
    INDArray output = activations.get(graph.getConfiguration().getNetworkOutputs().get(0));
    Layer top = graph.getOutputLayer(0);
    return new ScoredOutput(output, losses(top, labels, LayerWorkspaceMgr.noWorkspaces()));
  }

  private static double[] losses(Layer top, INDArray labels, LayerWorkspaceMgr detached) {
    IOutputLayer scoring = (IOutputLayer) top;
    scoring.setLabels(labels);
    double[] losses = scoring.computeScoreForExamples(0, detached).dup('c').data().asDouble();
    top.clear();
    return losses;
  }
}
