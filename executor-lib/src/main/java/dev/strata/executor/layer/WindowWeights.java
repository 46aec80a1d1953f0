package dev.strata.executor.layer;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Weights of 1-D convolutions. DL4J computes with their memory as {@code [kernel, inputs, units]}
 * in C order, whatever shape the array shows.
 */
public final class WindowWeights {
  private WindowWeights() {}

  /**
   * A view of the memory.
   *
   * @param weights the parameter W of a layer
   * @return {@code [kernel · inputs · units]}
   */
  public static INDArray memory(INDArray weights) {
    long[] all = {weights.length()};
    return Nd4j.create(weights.data(), all, new long[] {1}, weights.offset(), 'c');
  }
}
