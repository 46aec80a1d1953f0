package dev.strata.executor.step;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;

/** DL4J's updater of a network, with a call of the step's parts before it and about clipping. */
public final class StepUpdater {
  private StepUpdater() {}

  static void install(Model model, StepParts parts) {
    if (model instanceof MultiLayerNetwork network) {
      network.setUpdater(new OfLayers(network, parts));
    } else {
      ComputationGraph graph = (ComputationGraph) model;
      graph.setUpdater(new OfGraph(graph, parts));
    }
  }

  /** Of a sequential network. */
  public static final class OfLayers extends MultiLayerUpdater {
    private final transient StepParts parts;

    private OfLayers(MultiLayerNetwork network, StepParts parts) {
      super(network);
      this.parts = parts;
    }

    /**
     * To be called by who takes the step without {@code update}.
     *
     * @param rows of the minibatch, of which the gradient is the sum
     */
    public void gradient(int rows) {
      parts.gradient(rows);
    }

    @Override
    public synchronized void update(
        Gradient gradient, int iteration, int epoch, int batch, LayerWorkspaceMgr memory) {
      parts.gradient(isMiniBatch() ? batch : 1);
      super.update(gradient, iteration, epoch, batch, memory);
    }

    @Override
    public void preApply(Trainable layer, Gradient gradient, int iteration) {
      parts.clip(layer, () -> super.preApply(layer, gradient, iteration));
    }
  }

  private static final class OfGraph extends ComputationGraphUpdater {
    private final transient StepParts parts;

    OfGraph(ComputationGraph graph, StepParts parts) {
      super(graph);
      this.parts = parts;
    }

    @Override
    public synchronized void update(
        Gradient gradient, int iteration, int epoch, int batch, LayerWorkspaceMgr memory) {
      parts.gradient(isMiniBatch() ? batch : 1);
      super.update(gradient, iteration, epoch, batch, memory);
    }

    @Override
    public void preApply(Trainable layer, Gradient gradient, int iteration) {
      parts.clip(layer, () -> super.preApply(layer, gradient, iteration));
    }
  }
}
