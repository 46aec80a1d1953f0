package dev.strata.executor.learner;

import dev.strata.executor.layer.RandomizedSlopes;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Randomized leaky relu while a learner trains: {@code x} where x ≥ 0, else {@code a x}, with a
 * drawn from the thread's generator for each number ({@link RandomizedSlopes}). Going back takes
 * the slopes of the last forward pass in training.
 */
final class RandomizedRelu extends BaseActivationFunction {
  private static final long serialVersionUID = 1L;

  /** Of each number: 1, or its a. */
  private transient INDArray slopes;

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    if (!training) {
      return RandomizedSlopes.stock().getActivation(in, false);
    }
    // The arrays of a layer's forward pass are gone when it goes back.
    try (MemoryWorkspace outside = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      INDArray below = in.lt(0).castTo(in.dataType());
      slopes = Nd4j.rand(in.dataType(), in.shape());
      slopes.muli(RandomizedSlopes.HIGH - RandomizedSlopes.LOW).addi(RandomizedSlopes.LOW);
      slopes.muli(below).addi(below.rsubi(1));
    }
    return in.muli(slopes);
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    if (slopes == null || slopes.length() != in.length()) {
      throw new IllegalStateException("no forward pass of these numbers");
    }
    return new Pair<>(epsilon.mul(slopes.reshape(epsilon.shape())), null);
  }

  @Override
  public String toString() {
    return "randomized-relu";
  }
}
