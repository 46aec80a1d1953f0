package dev.strata.driver.onnx;

import java.util.List;
import onnx.Onnx.NodeProto;

/**
 * A node with the values of its inputs.
 *
 * @param inputs null where an optional one is left out
 */
record OnnxCall(NodeProto node, List<OnnxValue> inputs) {
  String operator() {
    return node.getOpType();
  }

  NodeAttributes attributes() {
    return new NodeAttributes(node);
  }

  boolean has(int position) {
    return position < inputs.size() && inputs.get(position) != null;
  }

  OnnxValue input(int position) {
    return inputs.get(position);
  }
}
