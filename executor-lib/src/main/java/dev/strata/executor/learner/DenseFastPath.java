package dev.strata.executor.learner;

import dev.strata.executor.layer.ResidualLayer;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.DropoutLayer;
import org.deeplearning4j.nn.layers.feedforward.PReLU;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The step of {@code MultiLayerNetwork.fit} for dense layers, with layer normalization or without,
 * batch normalization, PReLU, dropout and residual blocks of these, in the network's own parameter
 * and gradient views, without what {@code fit} computes twice or without use: the forward product
 * of every layer, which DL4J repeats when it goes back and, in the output layer, once more for the
 * score; the gradient with regard to the network's input; the copies of the updater's views.
 * Products are direct calls of BLAS ({@code kernels.Products}), and what lies between them is
 * computed in one pass over the memory where a loop of ours can: bias and activation, softmax with
 * loss and gradient, slope and the bias's gradient, division by the rows with the updater and the
 * subtraction ({@link FlatNetworkUpdate}). The rest are ND4J's operations. The results are those of
 * {@code fit} but for rounding; random numbers are drawn for the same masks of dropout in the same
 * order.
 *
 * <p>Below the dense layers there may be those of text or of images, which {@link
 * SequenceFastPathSupport} and {@link ImageFastPathSupport} describe.
 *
 * <p>{@link DenseFastPathSupport} tells which networks and minibatches that holds for.
 */
final class DenseFastPath {
  private static final String WORKSPACE = "WS_DENSE_STACK";
  private static final WorkspaceConfiguration WORKSPACE_CONFIGURATION =
      WorkspaceConfiguration.builder()
          .initialSize(0)
          .overallocationLimit(0.02)
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policyReset(ResetPolicy.BLOCK_LEFT)
          .policySpill(SpillPolicy.REALLOCATE)
          .policyAllocation(AllocationPolicy.OVERALLOCATE)
          .build();

  private final LayerWorkspaceMgr memory =
      LayerWorkspaceMgr.builder()
          .with(ArrayType.INPUT, WORKSPACE, WORKSPACE_CONFIGURATION)
          .with(ArrayType.UPDATER_WORKING_MEM, WORKSPACE, WORKSPACE_CONFIGURATION)
          .build();
  private final MultiLayerNetwork network;
  private final List<HiddenPass> hidden = new ArrayList<>();
  private final OutputPass output;
  private final FlatNetworkUpdate update;

  DenseFastPath(MultiLayerNetwork network) {
    this.network = network;
    // The updater makes the views of the gradient where they are not there yet.
    network.getUpdater(true);
    Layer[] layers = network.getLayers();
    int last = layers.length - 1;
    int words = SequenceFastPathSupport.layers(layers);
    if (words > 0) {
      hidden.addAll(SequenceFastPathSupport.passes(layers, words, memory));
    }
    int images = ImageFastPathSupport.layers(network);
    if (images > 0) {
      hidden.addAll(ImageFastPathSupport.passes(network, images, memory));
    }
    for (int i = Math.max(words, images); i < last; i++) {
      hidden.add(pass(layers[i]));
    }
    output = new OutputPass(layers[last], memory);
    update = new FlatNetworkUpdate(network, gradient(network.getFlattenedGradients()), memory);
  }

  private HiddenPass pass(Layer layer) {
    if (layer instanceof DropoutLayer) {
      return DropoutPass.of(layer, memory).orElseThrow();
    }
    if (layer instanceof BatchNormalization) {
      return new BatchNormPass(layer);
    }
    if (layer instanceof PReLU) {
      return new PreluPass(layer);
    }
    return layer instanceof ResidualLayer block
        ? new ResidualPass(block, this::pass)
        : new DensePass(layer, memory);
  }

  /**
   * One step on rows that {@link DenseFastPathSupport#accepts} has accepted; sets the network's
   * score.
   *
   * @param input {@code [b, inputs]}
   * @param labels {@code [b, outputs]}
   */
  void fit(INDArray input, INDArray labels) {
    synchronizeCounters();
    try (MemoryWorkspace scope =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(WORKSPACE_CONFIGURATION, WORKSPACE)) {
      INDArray activation = input;
      for (HiddenPass layer : hidden) {
        activation = layer.forward(activation);
      }
      double regularization = network.calcRegularizationScore(true);
      INDArray epsilon = output.forwardAndBack(activation, labels, !hidden.isEmpty());
      network.setScore(output.score() + regularization);
      for (int i = hidden.size() - 1; i >= 0; i--) {
        epsilon = hidden.get(i).back(epsilon, i > 0);
      }
    }
    update.apply((int) labels.size(0));
    network.setIterationCount(network.getIterationCount() + 1);
    synchronizeCounters();
  }

  /** Brings the state of the network's updater up to date; the next step moves it elsewhere. */
  void settle() {
    update.settle();
  }

  /** The layers' own copies of the counters, which regularisation schedules read. */
  private void synchronizeCounters() {
    for (Layer layer : network.getLayers()) {
      layer.setIterationCount(network.getIterationCount());
      layer.setEpochCount(network.getEpochCount());
    }
  }

  /**
   * The gradient under DL4J's names; its flat form is the view itself, so that the updater works in
   * place.
   */
  private Gradient gradient(INDArray flat) {
    Gradient views =
        new DefaultGradient(flat) {
          @Override
          public INDArray gradient() {
            return flat;
          }
        };
    output.views().forEach((name, view) -> views.setGradientFor(hidden.size() + "_" + name, view));
    for (int i = hidden.size() - 1; i >= 0; i--) {
      String prefix = i + "_";
      hidden.get(i).views().forEach((name, view) -> views.setGradientFor(prefix + name, view));
    }
    return views;
  }
}
