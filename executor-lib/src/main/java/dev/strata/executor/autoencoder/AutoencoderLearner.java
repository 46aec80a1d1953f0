package dev.strata.executor.autoencoder;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.kernels.OuterProduct;
import dev.strata.executor.kernels.ReconstructionLoss;
import dev.strata.executor.learner.AcceleratedLearner;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.DeviceSteps;
import dev.strata.executor.learner.FlatUpdate;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.learner.ParameterNames;
import dev.strata.executor.learner.UnsupervisedLearner;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.LearningRates;
import dev.strata.executor.shard.Minibatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An autoencoder of one or more layers each way, as {@link AutoencoderSettings} describes it. One
 * step costs two products of matrices a layer forward and three back for each pair of layers, five
 * together for one hidden layer, and little else.
 *
 * <p>Measured are, summed over inputs: the loss, without corruption and penalties; cross-entropy,
 * where the decoder is sigmoid and the loss cross-entropy; squared-error ‖x−r‖²; squared-input
 * ‖x‖², for relative errors. Weights of rows are ignored.
 */
public final class AutoencoderLearner implements UnsupervisedLearner {
  private final LayerStack layers;
  private final Nonlinearity last;
  private final boolean crossEntropy;
  private final double l2;
  private final Corruptor corruptor;
  private final Penalties penalties;
  private final FlatUpdate update;
  private final List<DenseShape> encoder;
  private final Map<Integer, Buffers> buffers = new HashMap<>();

  /** Of the last step, ascending: the gradients of the weights. */
  private final List<OuterProduct> products = new ArrayList<>();

  AutoencoderLearner(
      List<DenseShape> encoder,
      List<DenseShape> decoder,
      AutoencoderSettings settings,
      Corruptor corruptor,
      UpdateSettings update,
      long seed,
      DataType type) {
    NetworkProblems problems = new NetworkProblems();
    settings.check("autoencoder", problems);
    problems.raise();
    this.encoder = List.copyOf(encoder);
    layers = new LayerStack(encoder, decoder, settings.tied(), seed, type);
    last = layers.layer(layers.size() - 1).activation();
    crossEntropy = settings.loss().equals(AutoencoderSettings.CROSS_ENTROPY);
    l2 = settings.l2();
    this.corruptor = corruptor;
    penalties =
        new Penalties(settings.sparsity(), settings.contraction(), layers.layer(0).activation());
    this.update = new FlatUpdate(update, layers.parameters(), layers.gradient(), layers.bounds());
  }

  @Override
  public INDArray parameters() {
    return layers.parameters();
  }

  /** As {@link #lossAndGradient} left it, before clipping and the updater; for checks. */
  INDArray gradient() {
    return layers.gradient();
  }

  @Override
  public INDArray optimizerState() {
    return update.state();
  }

  @Override
  public double settle() {
    update.settle();
    return 0;
  }

  @Override
  public ParameterLayout layout() {
    long state = update.state() == null ? 0 : update.state().length();
    return new ParameterLayout(layers.parameters().length(), state, List.of());
  }

  @Override
  public String nameOf(long index) {
    return ParameterNames.of(encoder, index);
  }

  @Override
  public List<String> notices() {
    return update.notices();
  }

  @Override
  public LearningRates learningRates() {
    return update.learningRates();
  }

  @Override
  public void counters(long iteration, int epoch) {
    update.counters(iteration, epoch);
  }

  /** Its steps on an accelerator. */
  DeviceSteps on(AcceleratedLearner.Arrays arrays) {
    return new AcceleratedAutoencoder(this, layers, corruptor, l2, update.on(arrays));
  }

  boolean crossEntropy() {
    return crossEntropy;
  }

  @Override
  public double step(Minibatch minibatch) {
    if (l2 != 0 || penalties.contraction() != 0) {
      double loss = lossAndGradient(minibatch.inputs()[0]);
      update.apply();
      return loss;
    }
    double loss = lossAndFactors(minibatch.inputs()[0]);
    update.apply(products, 0);
    return loss;
  }

  /** Loss of one minibatch, penalties included; leaves its gradient. */
  double lossAndGradient(INDArray input) {
    double loss = lossAndFactors(input);
    products.forEach(OuterProduct::write);
    penalties.contractionOfWeights(buffers(input).outputs()[0], layers.layer(0));
    return l2 == 0 ? loss : loss + layers.decay(l2);
  }

  /** Leaves the gradient but for the weights', whose factors it leaves. */
  private double lossAndFactors(INDArray input) {
    INDArray clean = checkedRows(input);
    Buffers b = buffers(clean);
    INDArray rows = input(clean, b);
    forward(rows, b);
    double scale = 1.0 / clean.size(0);
    double loss = scale * outputLoss(clean, b, scale);
    return loss + back(rows, b);
  }

  /** What the lowest layer gets; the gradient of tied weights needs it in the buffers. */
  private INDArray input(INDArray clean, Buffers b) {
    if (corruptor.changesNothing()) {
      return b.tied().isPresent() ? b.corrupted().assign(clean) : clean;
    }
    corruptor.corrupt(clean, b.corrupted());
    return b.corrupted();
  }

  /** Fills the outputs of all layers; of the last without bias and activation. */
  private void forward(INDArray rows, Buffers b) {
    INDArray values = rows;
    for (int i = 0; i < layers.size(); i++) {
      AffineLayer layer = layers.layer(i);
      layer.product(values, b.outputs()[i]);
      values = b.outputs()[i];
      if (i < layers.size() - 1) {
        layer.activation().apply(values, layer.bias());
      }
    }
  }

  /** Sum over rows; the last output becomes the gradient of the scaled sum. */
  private double outputLoss(INDArray clean, Buffers b, double scale) {
    INDArray logits = b.outputs()[layers.size() - 1];
    INDArray bias = layers.layer(layers.size() - 1).bias();
    if (crossEntropy) {
      return ReconstructionLoss.crossEntropy(logits, bias, clean, scale);
    }
    return ReconstructionLoss.squaredError(last, logits, bias, clean, scale);
  }

  /** Returns the penalties. */
  private double back(INDArray rows, Buffers b) {
    products.clear();
    double penalty = 0;
    INDArray delta = b.outputs()[layers.size() - 1];
    for (int i = layers.size() - 1; i >= 0; i--) {
      AffineLayer layer = layers.layer(i);
      layer.gradientOfBias(delta);
      if (!layers.tied()) {
        products.add(0, layer.gradient(i == 0 ? rows : b.outputs()[i - 1], delta));
      }
      if (i == 0) {
        break;
      }
      INDArray values = b.outputs()[i - 1];
      layer.back(delta, b.deltas()[i - 1]);
      delta = b.deltas()[i - 1];
      if (i == 1) {
        penalty += penalties.sparsity(values, delta);
      }
      layers.layer(i - 1).activation().timesSlope(delta, values);
      if (i == 1) {
        penalty += penalties.contraction(values, layers.layer(0), delta);
      }
    }
    b.tied()
        .ifPresent(both -> products.add(layers.layer(0).gradient(both.inputs(), both.hidden())));
    return penalty;
  }

  @Override
  public List<String> measures() {
    return crossEntropy
        ? List.of("loss", "cross-entropy", "squared-error", "squared-input")
        : List.of("loss", "squared-error", "squared-input");
  }

  @Override
  public double[] measure(INDArray input) {
    INDArray rows = rows(input);
    double squaredInput = ReconstructionLoss.squares(rows);
    Buffers b = buffers(rows);
    forward(rows, b);
    INDArray output = b.outputs()[layers.size() - 1];
    if (crossEntropy) {
      double loss = outputLoss(rows, b, 1);
      return new double[] {loss, loss, ReconstructionLoss.squares(output), squaredInput};
    }
    double loss = outputLoss(rows, b, 1);
    return new double[] {loss, 2 * loss, squaredInput};
  }

  @Override
  public INDArray encode(INDArray input) {
    INDArray rows = rows(input);
    Buffers b = buffers(rows);
    forward(rows, b);
    return b.outputs()[layers.encoderSize() - 1];
  }

  @Override
  public INDArray reconstruct(INDArray input) {
    INDArray rows = rows(input);
    Buffers b = buffers(rows);
    forward(rows, b);
    INDArray output = b.outputs()[layers.size() - 1];
    last.apply(output, layers.layer(layers.size() - 1).bias());
    return output;
  }

  @Override
  public INDArray decoderParameters() {
    return layers.decoderParameters();
  }

  private INDArray rows(INDArray input) {
    INDArray rows = input.castTo(layers.parameters().dataType());
    rows = rows.rank() == 2 ? rows : rows.reshape('c', rows.size(0), layers.inputs());
    return rows.ordering() == 'c' && rows.elementWiseStride() == 1 ? rows : rows.dup('c');
  }

  /** Rows to train on. */
  INDArray checkedRows(INDArray input) {
    INDArray rows = rows(input);
    if (crossEntropy) {
      // Rows that are only measured may lie a little outside: they had no part in the scaling.
      InputRange.check(rows);
    }
    return rows;
  }

  private Buffers buffers(INDArray rows) {
    return buffers.computeIfAbsent(
        (int) rows.size(0),
        count ->
            layers.tied()
                ? Buffers.ofTied(count, layers.inputs(), layers.units().get(0), rows.dataType())
                : Buffers.of(count, layers.inputs(), layers.units(), rows.dataType()));
  }
}
