package dev.strata.driver.imports;

import java.util.List;
import org.deeplearning4j.nn.conf.layers.PoolingType;

/** Nodes that give a row another shape: positions to a vector, and back. */
final class OnnxShapes {
  /** Of {@code [rows, channels, positions]}. */
  private static final List<List<Long>> POSITIONS = List.of(List.of(2L), List.of(-1L));

  /** Of {@code [rows, numbers]}: channels are put before the numbers, which become positions. */
  private static final List<List<Long>> CHANNELS = List.of(List.of(1L), List.of(-2L));

  private OnnxShapes() {}

  static void flatten(OnnxNode node, OnnxStack stack) {
    node.requireData(0);
    if (node.attributes().number("axis", 1) != 1) {
      throw node.refused("axis " + node.attributes().number("axis", 1), "axis 1");
    }
    stack.flatten();
  }

  /** As Flatten, where it makes one vector of each row. */
  static void reshape(OnnxNode node, OnnxStack stack) {
    node.requireData(0);
    List<Long> shape = node.longs(1);
    long width = (long) stack.width() * Math.max(1, stack.steps());
    long rows = node.chain().rows();
    boolean plain = shape.size() >= 2 && node.attributes().number("allowzero", 0) == 0;
    boolean kept = plain && (shape.get(0) == 0 || rows > 0 && shape.get(0) == rows);
    boolean open = plain && shape.get(0) == -1 || kept;
    if (open && shape.size() == 3 && isVector(stack) && shape.get(1) * shape.get(2) == width) {
      if (shape.get(1) > 0 && stack.positions(shape.get(1).intValue())) {
        return;
      }
    }
    boolean vector =
        shape.size() == 2
            && (open && width > 0 && shape.get(1) == width || kept && shape.get(1) == -1);
    if (!vector) {
      throw node.refused(
          "shape " + shape,
          "[-1, " + width + "], a vector a row; or channels and positions of one");
    }
    stack.flatten();
  }

  private static boolean isVector(OnnxStack stack) {
    return stack.steps() == 0 && !stack.isSingle() && stack.width() > 0;
  }

  /** Drops the one position that pooling leaves. */
  static void squeeze(OnnxNode node, OnnxStack stack) {
    node.requireData(0);
    List<Long> axes = axes(node);
    boolean last = POSITIONS.contains(axes);
    if (!(stack.isSingle() || stack.steps() == 1) || !last) {
      throw node.refused("axes " + axes, "the last axis, with one position; or Flatten");
    }
    stack.flatten();
  }

  /** {@code [rows, numbers]} as one channel of as many positions. */
  static void unsqueeze(OnnxNode node, OnnxStack stack) {
    node.requireData(0);
    List<Long> axes = axes(node);
    if (!isVector(stack) || !CHANNELS.contains(axes) || !stack.positions(1)) {
      throw node.refused("axes " + axes, "axis 1 of vectors of a known width");
    }
  }

  /** Over all positions. */
  static void reduce(OnnxNode node, PoolingType type, OnnxStack stack) {
    List<Long> axes = axes(node);
    if (!POSITIONS.contains(axes)) {
      throw node.refused("axes " + axes, "the last axis, over all positions");
    }
    OnnxConvolution.poolAll(node, type, stack);
    if (node.attributes().number("keepdims", 1) == 0) {
      stack.flatten();
    }
  }

  /** An attribute in older operator sets, a constant input in newer ones. */
  private static List<Long> axes(OnnxNode node) {
    return node.hasInput(1) ? node.longs(1) : node.attributes().numbers("axes");
  }
}
