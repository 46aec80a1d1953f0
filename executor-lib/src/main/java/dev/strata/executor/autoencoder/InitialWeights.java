package dev.strata.executor.autoencoder;

import dev.strata.executor.kernels.Nonlinearity;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Weights before training, a function of the seed alone: uniform in ± √(6 / (inputs + units)) for
 * tanh and identity, four times as far for sigmoid (Glorot and Bengio 2010; Vincent et al. 2010),
 * normal with deviation √(2 / inputs) for relu and elu (He et al. 2015). Biases are 0.
 */
final class InitialWeights {
  private final SplittableRandom random;

  InitialWeights(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Overwrites {@code [inputs, units]}. */
  void draw(INDArray weights, Nonlinearity activation) {
    double inputs = weights.size(0);
    double units = weights.size(1);
    double glorot = Math.sqrt(6 / (inputs + units));
    double[] values = new double[Math.toIntExact(weights.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (activation) {
            case SIGMOID -> random.nextDouble(-4 * glorot, 4 * glorot);
            case TANH, IDENTITY -> random.nextDouble(-glorot, glorot);
            case RELU, ELU -> random.nextGaussian() * Math.sqrt(2 / inputs);
          };
    }
    weights.assign(Nd4j.create(values, weights.shape(), 'f').castTo(weights.dataType()));
  }
}
