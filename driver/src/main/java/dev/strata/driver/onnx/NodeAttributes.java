package dev.strata.driver.onnx;

import java.util.List;
import java.util.Optional;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.NodeProto;
import org.nd4j.shade.protobuf.ByteString;

/** Attributes of a node by their names; what the node does not have is the fallback, or empty. */
public record NodeAttributes(NodeProto node) {
  private Optional<AttributeProto> attribute(String name) {
    return node.getAttributeList().stream().filter(a -> a.getName().equals(name)).findFirst();
  }

  public boolean has(String name) {
    return attribute(name).isPresent();
  }

  public long number(String name, long fallback) {
    return attribute(name).map(AttributeProto::getI).orElse(fallback);
  }

  public float real(String name, float fallback) {
    return attribute(name).map(AttributeProto::getF).orElse(fallback);
  }

  public String text(String name, String fallback) {
    return attribute(name).map(a -> a.getS().toStringUtf8()).orElse(fallback);
  }

  public List<Float> reals(String name) {
    return attribute(name).map(AttributeProto::getFloatsList).orElse(List.of());
  }

  public List<Long> numbers(String name) {
    return attribute(name).map(AttributeProto::getIntsList).orElse(List.of());
  }

  public List<String> texts(String name) {
    return attribute(name)
        .map(a -> a.getStringsList().stream().map(ByteString::toStringUtf8).toList())
        .orElse(List.of());
  }
}
