package dev.strata.executor.learner;

import java.io.Serializable;

/**
 * One dense layer {@code f(x W + b)}, W {@code [inputs, units]}, b {@code [1, units]}. In a flat
 * vector it takes {@code inputs · units + units} elements as DL4J's dense layer does: W in Fortran
 * order, then b.
 *
 * @param activation in DL4J's lower-case spelling: sigmoid, tanh, relu, elu or identity
 */
public record DenseShape(int inputs, int units, String activation) implements Serializable {
  /** Elements of W and b together. */
  public long parameters() {
    return (long) inputs * units + units;
  }
}
