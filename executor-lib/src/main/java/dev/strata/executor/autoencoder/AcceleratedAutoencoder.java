package dev.strata.executor.autoencoder;

import dev.strata.executor.accelerator.Accelerator;
import dev.strata.executor.accelerator.DeviceArray;
import dev.strata.executor.accelerator.WeightMatrix;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.learner.DeviceSteps;
import dev.strata.executor.learner.DeviceUpdate;
import dev.strata.executor.shard.Minibatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Steps of an {@link AutoencoderLearner} on an accelerator, from the same random numbers and but
 * for rounding to the same parameters. Without the penalties of sparsity and contraction.
 */
final class AcceleratedAutoencoder implements DeviceSteps {
  private final AutoencoderLearner learner;
  private final double l2;
  private final Corruptor corruptor;
  private final DeviceUpdate update;
  private final Accelerator accelerator;
  private final List<DeviceLayer> layers = new ArrayList<>();
  private final int inputs;
  private final boolean tied;
  private final Map<Integer, DeviceBuffers> buffers = new HashMap<>();

  AcceleratedAutoencoder(
      AutoencoderLearner learner,
      LayerStack stack,
      Corruptor corruptor,
      double l2,
      DeviceUpdate update) {
    this.learner = learner;
    this.l2 = l2;
    this.corruptor = corruptor;
    this.update = update;
    this.accelerator = update.accelerator();
    this.inputs = stack.inputs();
    this.tied = stack.tied();
    for (int i = 0; i < stack.size(); i++) {
      layers.add(layer(stack.layer(i), stack.bounds().get(i)));
    }
  }

  private DeviceLayer layer(AffineLayer of, long[] bounds) {
    long bias = bounds[bounds.length - 2];
    long end = bounds[bounds.length - 1];
    WeightMatrix weights =
        of.transposed()
            ? layers.get(0).weights()
            : new WeightMatrix(
                accelerator,
                update.parameters(bounds[0], bias),
                update.gradient(bounds[0], bias),
                (int) of.weights().size(0),
                (int) of.weights().size(1));
    return new DeviceLayer(
        accelerator,
        weights,
        update.parameters(bias, end),
        update.gradient(bias, end),
        of.activation().function(),
        of.transposed());
  }

  @Override
  public void counters(long iteration, int epoch) {
    update.counters(iteration, epoch);
  }

  @Override
  public void step(Minibatch minibatch) {
    INDArray clean = learner.checkedRows(minibatch.inputs()[0]);
    int b = (int) clean.size(0);
    DeviceBuffers arrays = buffers.computeIfAbsent(b, this::allocate);
    accelerator.write(clean, arrays.clean());
    DeviceArray rows = corrupted(clean, arrays);
    forward(rows, arrays, b);
    outputLoss(arrays, b);
    back(rows, arrays, b);
    update.apply();
  }

  private DeviceBuffers allocate(int rows) {
    return tied
        ? DeviceBuffers.ofTied(accelerator, rows, inputs, layers.get(0).units())
        : DeviceBuffers.of(
            accelerator, rows, inputs, layers.stream().map(DeviceLayer::units).toList());
  }

  /** What the lowest layer gets; the gradient of tied weights needs it in the buffers. */
  private DeviceArray corrupted(INDArray clean, DeviceBuffers arrays) {
    if (corruptor.changesNothing()) {
      if (arrays.tied().isEmpty()) {
        return arrays.clean();
      }
      accelerator.combine(arrays.corrupted(), 0, arrays.clean(), 1);
      return arrays.corrupted();
    }
    InputNoise noise = corruptor.corruption();
    if (noise.type().equals(InputNoise.SWAP)) {
      INDArray swapped = clean.ulike();
      corruptor.corrupt(clean, swapped);
      accelerator.write(swapped, arrays.corrupted());
      return arrays.corrupted();
    }
    long key = RandomNumbers.keyOfThread();
    if (noise.type().equals(InputNoise.GAUSSIAN)) {
      float deviation = (float) noise.deviation();
      accelerator.gaussian(arrays.clean(), deviation, arrays.corrupted(), key, 0);
    } else {
      boolean ones = noise.type().equals(InputNoise.SALT_AND_PEPPER);
      accelerator.replace(arrays.clean(), noise.rate(), ones, arrays.corrupted(), key, 0);
    }
    return arrays.corrupted();
  }

  /** Fills the outputs of all layers; of the last without bias and activation. */
  private void forward(DeviceArray rows, DeviceBuffers arrays, int b) {
    DeviceArray values = rows;
    for (int i = 0; i < layers.size(); i++) {
      DeviceLayer layer = layers.get(i);
      DeviceArray output = arrays.outputs().get(i);
      layer.product(values, output, b);
      if (i < layers.size() - 1) {
        accelerator.activate(layer.activation(), output, layer.bias(), output, b, layer.units());
      }
      values = output;
    }
  }

  /** The last output becomes the gradient of the mean over rows. */
  private void outputLoss(DeviceBuffers arrays, int b) {
    DeviceLayer last = layers.get(layers.size() - 1);
    DeviceArray z = arrays.outputs().get(layers.size() - 1);
    float scale = (float) (1.0 / b);
    if (learner.crossEntropy()) {
      accelerator.sigmoidLoss(z, last.bias(), arrays.clean(), null, b, inputs, scale, 1);
    } else {
      accelerator.squaredLoss(
          last.activation(), z, last.bias(), arrays.clean(), null, b, inputs, scale, 0.5);
    }
  }

  private void back(DeviceArray rows, DeviceBuffers arrays, int b) {
    DeviceArray delta = arrays.outputs().get(layers.size() - 1);
    for (int i = layers.size() - 1; i >= 0; i--) {
      DeviceLayer layer = layers.get(i);
      layer.gradientOfBias(delta, b);
      if (!tied) {
        layer.gradient(i == 0 ? rows : arrays.outputs().get(i - 1), delta, b);
      }
      if (i > 0) {
        DeviceArray below = arrays.deltas().get(i - 1);
        DeviceArray values = arrays.outputs().get(i - 1);
        layer.back(delta, below, b);
        accelerator.timesSlope(layers.get(i - 1).activation(), below, values, values);
        delta = below;
      }
    }
    if (tied) {
      layers.get(0).gradient(arrays.tied().get(0), arrays.tied().get(1), 2 * b);
    }
    if (l2 != 0) {
      layers.stream().filter(layer -> !layer.transposed()).forEach(layer -> layer.decay(l2, b));
    }
  }
}
