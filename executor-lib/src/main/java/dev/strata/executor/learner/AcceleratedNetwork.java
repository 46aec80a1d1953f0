package dev.strata.executor.learner;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.DrawnNumbers;
import dev.strata.executor.accelerator.Mirror;
import dev.strata.executor.accelerator.WeightMatrix;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.learner.AcceleratedLearner.Arrays;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.Clippings;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.step.MinibatchTargets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Steps of a network of plain dense layers and dropout on an accelerator: what {@link
 * DenseFastPath} computes, but for rounding, and with other masks of dropout ({@link
 * DeviceDropout}). {@link DeviceNetworkSupport} tells which networks those are.
 */
final class AcceleratedNetwork implements DeviceSteps {
  private final MinibatchTargets targets;
  private final Accelerator accelerator;
  private final Mirror parameters;
  private final DeviceArray gradient;
  private final DeviceClipping clipping;
  private final DevicePenalties penalties;
  private final List<DeviceRule> rules = new ArrayList<>();
  private final List<UpdaterBlock> blocks;
  private final List<DeviceHidden> hidden = new ArrayList<>();
  private final DeviceAffine output;
  private final DeviceLoss loss;
  private final RowBuffers inputs;
  private final RowBuffers labels;
  private final RowBuffers weights;
  private final boolean draws;
  private int iteration;
  private int epoch;

  /**
   * @param network its layers as they are saved
   * @param blocks of the network's updater
   * @param global clipping by the length of the whole gradient, if of that type
   */
  AcceleratedNetwork(
      Arrays arrays,
      MultiLayerConfiguration network,
      List<UpdaterBlock> blocks,
      MinibatchTargets targets,
      ClippingSettings global) {
    this.targets = targets;
    this.accelerator = arrays.accelerator();
    this.parameters = arrays.parameters();
    this.gradient = accelerator.allocate(parameters.whole().length());
    this.blocks = blocks;
    this.penalties = new DevicePenalties(accelerator);
    this.clipping = new DeviceClipping(accelerator, gradient);
    if (global.type().equals(Clippings.GLOBAL)) {
      clipping.global(global.threshold());
    }
    List<Layer> layers = network.getConfs().stream().map(conf -> conf.getLayer()).toList();
    this.draws = layers.stream().anyMatch(layer -> layer.getIDropout() != null);
    int width = (int) firstDense(layers).getNIn();
    this.inputs = new RowBuffers(accelerator, width);
    long from = 0;
    for (Layer layer : layers.subList(0, layers.size() - 1)) {
      if (layer instanceof DropoutLayer) {
        hidden.add(DeviceDropout.of(accelerator, layer, width).orElseThrow());
      } else {
        DenseLayer dense = (DenseLayer) layer;
        hidden.add(
            new DeviceDense(
                accelerator,
                affine(dense, from),
                DeviceFunctions.of(dense.getActivationFn()).orElseThrow()));
        width = (int) dense.getNOut();
        from += parametersOf(dense);
      }
    }
    OutputLayer last = (OutputLayer) layers.get(layers.size() - 1);
    this.output = affine(last, from);
    this.loss = DeviceLoss.of(last.getActivationFn(), last.getLossFn()).orElseThrow();
    this.labels = new RowBuffers(accelerator, output.units());
    this.weights = new RowBuffers(accelerator, 1);
    for (UpdaterBlock block : blocks) {
      long start = block.getParamOffsetStart();
      long end = block.getParamOffsetEnd();
      rules.add(
          new DeviceRule(
              accelerator,
              (IUpdater) block.getGradientUpdater().getConfig(),
              parameters.part(start, end),
              gradient.part(start, end),
              arrays.state(),
              block.getUpdaterViewOffsetStart()));
    }
  }

  private static FeedForwardLayer firstDense(List<Layer> layers) {
    return layers.stream()
        .filter(layer -> !(layer instanceof DropoutLayer))
        .map(FeedForwardLayer.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static long parametersOf(FeedForwardLayer layer) {
    return (layer.getNIn() + 1) * layer.getNOut();
  }

  /** Weights and bias, which lie one after the other, with what is done to their gradient. */
  private DeviceAffine affine(FeedForwardLayer layer, long from) {
    int in = (int) layer.getNIn();
    int out = (int) layer.getNOut();
    long bias = from + (long) in * out;
    long[] bounds = {from, bias, bias + out};
    if (layer.getGradientNormalization() != null) {
      clipping.layer(
          layer.getGradientNormalization(), layer.getGradientNormalizationThreshold(), bounds);
    }
    penalize(layer, DefaultParamInitializer.WEIGHT_KEY, from, bias);
    penalize(layer, DefaultParamInitializer.BIAS_KEY, bias, bias + out);
    return new DeviceAffine(
        new WeightMatrix(
            accelerator, parameters.part(from, bias), gradient.part(from, bias), in, out),
        parameters.part(bias, bias + out),
        gradient.part(bias, bias + out),
        DeviceDropout.of(accelerator, layer, in));
  }

  private void penalize(BaseLayer layer, String parameter, long from, long to) {
    IUpdater updater =
        blocks.stream()
            .filter(block -> block.getParamOffsetStart() <= from)
            .filter(block -> block.getParamOffsetEnd() >= to)
            .map(block -> (IUpdater) block.getGradientUpdater().getConfig())
            .findFirst()
            .orElseThrow();
    penalties.add(
        layer.getRegularizationByParam(parameter),
        updater,
        parameters.part(from, to),
        gradient.part(from, to));
  }

  @Override
  public void counters(long iterationsDone, int epochsDone) {
    this.iteration = Math.toIntExact(iterationsDone);
    this.epoch = epochsDone;
  }

  @Override
  public void step(Minibatch given) {
    Minibatch minibatch = targets.of(given);
    int b = minibatch.rows();
    DeviceArray rows = written(minibatch.inputs()[0], inputs, b);
    DeviceArray expected = written(minibatch.labels()[0], labels, b);
    Optional<DeviceArray> ofRows = minibatch.weights().map(w -> written(w, weights, b));
    DrawnNumbers random = new DrawnNumbers(draws ? RandomNumbers.keyOfThread() : 0);
    for (DeviceHidden layer : hidden) {
      rows = layer.forward(rows, b, random);
    }
    DeviceArray delta = output.product(rows, b, random);
    loss.apply(accelerator, delta, output.bias(), expected, ofRows.orElse(null), b, output.units());
    delta = output.back(delta, b, !hidden.isEmpty());
    for (int i = hidden.size() - 1; i >= 0; i--) {
      delta = hidden.get(i).back(delta, b, i > 0);
    }
    clipping.apply(b);
    penalties.apply(b, iteration, epoch);
    rules.forEach(rule -> rule.apply(b, iteration, epoch));
    iteration++;
  }

  private DeviceArray written(INDArray rows, RowBuffers buffers, int b) {
    DeviceArray into = buffers.of(b);
    if (rows.length() != into.length()) {
      throw new IllegalArgumentException(
          rows.shapeInfoToString() + " instead of [" + b + ", " + buffers.width() + "]");
    }
    accelerator.write(plain(rows), into);
    return into;
  }

  /** In C order, one element after the other. */
  private static INDArray plain(INDArray rows) {
    boolean inOrder = rows.isVector() || rows.ordering() == 'c';
    return inOrder && rows.elementWiseStride() == 1 ? rows : rows.dup('c');
  }
}
