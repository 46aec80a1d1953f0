package dev.strata.driver.imports;

import dev.strata.driver.onnx.NodeAttributes;
import dev.strata.executor.failure.StrataException;
import java.util.Arrays;
import java.util.List;
import onnx.Onnx.NodeProto;

/**
 * A node of a chain, with its attributes and constants.
 *
 * @param chain that it stands in
 */
record OnnxNode(NodeProto proto, OnnxChain chain) {
  String operator() {
    return proto.getOpType();
  }

  /** Empty for operators of ONNX itself. */
  String domain() {
    return proto.getDomain().equals("ai.onnx") ? "" : proto.getDomain();
  }

  NodeAttributes attributes() {
    return new NodeAttributes(proto);
  }

  boolean hasInput(int position) {
    return position < proto.getInputCount() && !proto.getInput(position).isEmpty();
  }

  boolean isConstant(int position) {
    return hasInput(position) && chain.isConstant(proto.getInput(position));
  }

  /**
   * @throws StrataException (data) where the input is no constant
   */
  OnnxTensor constant(int position) {
    return chain.constant(proto, position);
  }

  /**
   * The numbers of a constant as the file has them, in float64.
   *
   * @throws StrataException (data) where the input is no constant
   */
  double[] exact(int position) {
    return chain.exact(proto, position);
  }

  /** Whether a constant truth value is true; false where the node has no such input. */
  boolean isTrue(int position) {
    return hasInput(position) && chain.isTrue(proto, position);
  }

  /**
   * The numbers of a constant of type INT64.
   *
   * @throws StrataException (data) where the input is none
   */
  List<Long> longs(int position) {
    return chain.longs(proto, position);
  }

  /**
   * @throws StrataException (data) where the input is no value of the layer below
   */
  void requireData(int position) {
    if (!hasInput(position) || isConstant(position)) {
      throw refused("a constant as input " + position, "the layer below as that input");
    }
  }

  /**
   * @throws StrataException (data) where an attribute is not the only number that is taken
   */
  void requireReal(String name, float only) {
    float found = attributes().real(name, only);
    if (!(Math.abs(found - only) <= 1e-5f)) {
      throw refused(name + " " + found, "the default, " + only);
    }
  }

  /**
   * One number for each unit, {@code [units]} or {@code [1, units]}; a single number counts for
   * all. (A column {@code [units, 1]} would be one number for each row.)
   */
  float[] vector(int position, int units) {
    OnnxTensor found = constant(position);
    float[] values = found.values();
    int rank = found.shape().size();
    boolean along = rank == 0 || rank <= 2 && found.shape().get(rank - 1) == values.length;
    if (values.length == 1 && units > 1) {
      float[] spread = new float[units];
      Arrays.fill(spread, values[0]);
      return spread;
    }
    if (values.length != units || !along) {
      throw refused("a constant of shape " + found.shape(), "one number for each of " + units);
    }
    return values;
  }

  StrataException refused(String found, String expected) {
    return chain.refused(OnnxChain.words(proto) + ": " + found, expected);
  }
}
