package dev.strata.driver.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * Computes an ONNX graph in Java, node by node, as the operators' descriptions define it (source:
 * ONNX operator schemas, sets 17 and ai.onnx.ml 3). It has the operators that Strata writes, for
 * comparing a file with its model; it is not made for speed. For one thread at a time.
 */
public final class OnnxProgram {
  private final Onnx.GraphProto graph;
  private final Map<String, OnnxValue> constants = new HashMap<>();

  /**
   * @param file an ONNX file's bytes
   * @throws IllegalStateException where they are none, or have a constant of another type
   */
  public OnnxProgram(byte[] file) {
    try {
      graph = Onnx.ModelProto.parseFrom(file).getGraph();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("no ONNX file", e);
    }
    graph.getInitializerList().forEach(t -> constants.put(t.getName(), OnnxValue.of(t)));
  }

  /** Names of the outputs, in their order. */
  public List<String> outputs() {
    return graph.getOutputList().stream().map(Onnx.ValueInfoProto::getName).toList();
  }

  /**
   * @param inputs by their names
   * @return all outputs by their names, in their order
   * @throws IllegalStateException where the graph has another operator, or shapes do not fit
   */
  public Map<String, OnnxValue> run(Map<String, OnnxValue> inputs) {
    Map<String, OnnxValue> values = new HashMap<>(constants);
    values.putAll(inputs);
    for (Onnx.NodeProto node : graph.getNodeList()) {
      List<OnnxValue> arguments = new ArrayList<>();
      for (String name : node.getInputList()) {
        OnnxValue value = values.get(name);
        if (value == null && !name.isEmpty()) {
          throw new IllegalStateException("node " + node.getName() + " without input " + name);
        }
        arguments.add(value);
      }
      values.put(node.getOutput(0), compute(new OnnxCall(node, arguments)));
    }
    Map<String, OnnxValue> outputs = new LinkedHashMap<>();
    outputs().forEach(name -> outputs.put(name, values.get(name)));
    return outputs;
  }

  private static OnnxValue compute(OnnxCall call) {
    OnnxValue value = ElementOperators.compute(call);
    value = value == null ? ShapeOperators.compute(call) : value;
    value = value == null ? LayerOperators.compute(call) : value;
    if (value == null) {
      throw new IllegalStateException("unknown operator " + call.operator());
    }
    return value;
  }
}
