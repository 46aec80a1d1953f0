package dev.strata.driver.imports;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.nd4j.linalg.activations.Activation;

/** Dense layers: Gemm, or MatMul with or without Add. */
final class OnnxDense {
  private OnnxDense() {}

  static void gemm(OnnxNode node, OnnxStack stack) {
    requireVectors(node, stack);
    if (node.attributes().number("transA", 0) != 0) {
      throw node.refused("transA = 1", "transA = 0");
    }
    OnnxTensor weights = matrix(node, node.attributes().number("transB", 0) != 0, stack);
    scale(weights.values(), node.attributes().real("alpha", 1));
    float[] bias = null;
    if (node.hasInput(2)) {
      bias = node.vector(2, weights.shape().get(1));
      scale(bias, node.attributes().real("beta", 1));
    }
    add(node, weights, bias, stack);
  }

  /**
   * @param plus the node Add above; null without one
   */
  static void matMul(OnnxNode node, OnnxNode plus, OnnxStack stack) {
    requireVectors(node, stack);
    OnnxTensor weights = matrix(node, false, stack);
    float[] bias =
        plus == null ? null : plus.vector(plus.isConstant(0) ? 0 : 1, weights.shape().get(1));
    add(node, weights, bias, stack);
  }

  private static void requireVectors(OnnxNode node, OnnxStack stack) {
    node.requireData(0);
    if (stack.steps() > 0 || stack.isSingle()) {
      throw node.refused("a dense layer over positions", "a vector a row, after Flatten");
    }
  }

  private static void scale(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  /** {@code [inputs, units]}. */
  private static OnnxTensor matrix(OnnxNode node, boolean turn, OnnxStack stack) {
    OnnxTensor found = node.constant(1);
    if (found.shape().size() != 2 || found.values().length == 0) {
      throw node.refused("weights of shape " + found.shape(), "a matrix");
    }
    int rows = found.shape().get(0);
    int columns = found.shape().get(1);
    OnnxTensor matrix = found;
    if (turn) {
      float[] turned = new float[found.values().length];
      for (int i = 0; i < turned.length; i++) {
        turned[i % columns * rows + i / columns] = found.values()[i];
      }
      matrix = new OnnxTensor(List.of(columns, rows), turned);
    }
    if (stack.width() > 0 && matrix.shape().get(0) != stack.width()) {
      throw node.refused(
          "weights for " + matrix.shape().get(0) + " inputs", stack.width() + ", as below it");
    }
    return matrix;
  }

  private static void add(OnnxNode node, OnnxTensor weights, float[] bias, OnnxStack stack) {
    int units = weights.shape().get(1);
    List<OnnxStack.Parameter> parameters = new ArrayList<>();
    parameters.add(new OnnxStack.Parameter("W", weights.values()));
    if (bias != null) {
      parameters.add(new OnnxStack.Parameter("b", bias));
    }
    DenseLayer layer =
        new DenseLayer.Builder()
            .name(stack.name(node))
            .nIn(weights.shape().get(0))
            .nOut(units)
            .hasBias(bias != null)
            .activation(Activation.IDENTITY)
            .build();
    stack.add(layer, units, 0, parameters);
  }
}
