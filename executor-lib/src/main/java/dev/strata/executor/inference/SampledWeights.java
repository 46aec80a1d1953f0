package dev.strata.executor.inference;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * DropConnect (Wan et al. 2013) in a pass: each weight is 0 with probability 1 − p, else {@code w /
 * p}, the same weights for all rows of the pass.
 */
final class SampledWeights {
  private final double kept;
  private final INDArray weights;
  private final long layer;
  private final INDArray before;

  private SampledWeights(double kept, INDArray weights, long layer) {
    this.kept = kept;
    this.weights = weights;
    this.layer = layer;
    this.before = weights.dup();
  }

  /** One for each array of weights that the layer drops in training. */
  static List<SampledWeights> of(Layer layer, long position) {
    List<SampledWeights> found = new ArrayList<>();
    if (layer.conf().getLayer() instanceof BaseLayer base
        && base.getWeightNoise() instanceof DropConnect noise
        && noise.getWeightRetainProbSchedule() == null) {
      for (Map.Entry<String, INDArray> parameter : layer.paramTable().entrySet()) {
        String name = parameter.getKey();
        if (base.initializer().isWeightParam(base, name)
            && !name.equals(DefaultParamInitializer.GAIN_KEY)) {
          found.add(
              new SampledWeights(noise.getWeightRetainProb(), parameter.getValue(), position));
        }
      }
    }
    return found;
  }

  void drop(long seed, int pass) {
    INDArray mask = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', weights.shape());
    var numbers = FlatMemory.floats(mask);
    RandomStream random = RandomStream.of(seed, pass, layer, -1);
    for (int i = 0; i < numbers.limit(); i++) {
      numbers.put(i, random.uniform() < kept ? (float) (1 / kept) : 0);
    }
    weights.muli(mask);
  }

  void restore() {
    weights.assign(before);
  }
}
