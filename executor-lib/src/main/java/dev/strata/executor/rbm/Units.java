package dev.strata.executor.rbm;

import dev.strata.executor.kernels.Nonlinearity;
import dev.strata.executor.kernels.RandomNumbers;
import dev.strata.executor.kernels.Sampling;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A kind of units: what their input x makes of them. All arrays are {@code [b, units]}. */
enum Units {
  /** On with probability 1 / (1 + e^-x). */
  BINARY(Nonlinearity.SIGMOID) {
    @Override
    void draw(INDArray x, INDArray bias, INDArray states, RandomNumbers random) {
      means(x, bias);
      Sampling.bernoulli(x, states, random);
    }
  },

  /** Normal with mean x and variance 1. */
  GAUSSIAN(Nonlinearity.IDENTITY) {
    @Override
    void draw(INDArray x, INDArray bias, INDArray states, RandomNumbers random) {
      means(x, bias);
      Sampling.gaussian(x, 1, states, random);
    }
  },

  /**
   * max(0, x + N(0, 1 / (1 + e^-x))), which stands for a column of binary units with the same
   * weights and biases lower by ½, 1½, … (Nair and Hinton 2010). Without noise: max(0, x).
   */
  RECTIFIED(Nonlinearity.RELU) {
    @Override
    void draw(INDArray x, INDArray bias, INDArray states, RandomNumbers random) {
      Nonlinearity.IDENTITY.apply(x, bias);
      Sampling.rectified(x, states, random);
      Nonlinearity.RELU.apply(x, bias.like());
    }
  };

  private final Nonlinearity mean;

  Units(Nonlinearity mean) {
    this.mean = mean;
  }

  static Units of(String name) {
    return switch (name) {
      case RbmSettings.BINARY -> BINARY;
      case RbmSettings.GAUSSIAN -> GAUSSIAN;
      case RbmSettings.RECTIFIED -> RECTIFIED;
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** What becomes of the input on average, without noise. */
  Nonlinearity mean() {
    return mean;
  }

  /** What becomes of the input on average, without noise, by DL4J's name. */
  String activation() {
    return mean.text();
  }

  /** Overwrites inputs x, to which the bias is still to be added, by what they are on average. */
  void means(INDArray x, INDArray bias) {
    mean.apply(x, bias);
  }

  /** Does the same and draws states, which may be written to the same array. */
  abstract void draw(INDArray x, INDArray bias, INDArray states, RandomNumbers random);
}
