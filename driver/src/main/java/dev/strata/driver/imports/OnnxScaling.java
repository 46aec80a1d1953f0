package dev.strata.driver.imports;

import dev.strata.executor.preprocess.Scaling;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Nodes below the lowest layer that shift and scale the numbers of a row: Sub, Add, Div and Mul
 * with a constant, and Scaler of ONNX-ML. They become the preprocessing {@code (x - shift) /
 * divisor}.
 */
final class OnnxScaling {
  private final OnnxStack stack;
  private double[] shift;
  private double[] divisor;

  OnnxScaling(OnnxStack stack) {
    this.stack = stack;
  }

  /** Whether an operator with this name may be such a node. */
  static boolean isMeant(OnnxNode node) {
    return node.domain().isEmpty()
        ? List.of("Sub", "Add", "Div", "Mul").contains(node.operator())
        : node.domain().equals("ai.onnx.ml") && node.operator().equals("Scaler");
  }

  void add(OnnxNode node) {
    if (node.operator().equals("Scaler")) {
      scaler(node);
      return;
    }
    boolean turned = node.isConstant(0);
    if (turned && (node.operator().equals("Sub") || node.operator().equals("Div"))) {
      throw node.refused("a constant as input 0", "the row as input 0, a constant as input 1");
    }
    node.requireData(turned ? 1 : 0);
    OnnxTensor constant = node.constant(turned ? 0 : 1);
    float[] values = numbers(node, constant.values(), constant.shape());
    for (int i = 0; i < shift.length; i++) {
      double value = values[i];
      switch (node.operator()) {
        case "Sub" -> shift[i] += value * divisor[i];
        case "Add" -> shift[i] -= value * divisor[i];
        case "Div" -> divisor[i] *= value;
        default -> divisor[i] /= value;
      }
    }
    check(node);
  }

  /** {@code (x - offset) · scale}. */
  private void scaler(OnnxNode node) {
    node.requireData(0);
    float[] offset = attribute(node, "offset");
    float[] scale = attribute(node, "scale");
    for (int i = 0; i < shift.length; i++) {
      shift[i] += offset[i] * divisor[i];
      divisor[i] /= scale[i];
    }
    check(node);
  }

  private float[] attribute(OnnxNode node, String name) {
    List<Float> reals = node.attributes().reals(name);
    float[] values = new float[reals.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = reals.get(i);
    }
    return numbers(node, values, List.of(values.length));
  }

  /** One for each number of a row; a single number counts for all. */
  private float[] numbers(OnnxNode node, float[] values, List<Integer> shape) {
    if (stack.width() == 0 && values.length > 1) {
      stack.widthIs(values.length);
    }
    int width = stack.width() * Math.max(1, stack.steps());
    if (width == 0) {
      throw node.refused("an input of unknown width", "an input with a fixed number of columns");
    }
    long widest = shape.stream().mapToLong(i -> i).max().orElse(1);
    boolean each = values.length == width && (widest == width || stack.steps() > 0);
    if (values.length != 1 && !each) {
      throw node.refused("a constant of shape " + shape, "one number, or one for each of " + width);
    }
    if (shift == null) {
      shift = new double[width];
      divisor = new double[width];
      Arrays.fill(divisor, 1);
    }
    float[] all = new float[width];
    for (int i = 0; i < width; i++) {
      all[i] = values[values.length == 1 ? 0 : i];
    }
    return all;
  }

  private void check(OnnxNode node) {
    for (int i = 0; i < shift.length; i++) {
      boolean sound = Double.isFinite(shift[i]) && divisor[i] > 0 && Double.isFinite(divisor[i]);
      if (!sound) {
        throw node.refused(
            "number " + i + " scaled by (x - " + shift[i] + ") / " + divisor[i],
            "a finite shift and a divisor above 0");
      }
    }
  }

  /** Of all nodes together; empty where there was none. */
  Optional<RowScaling> scaling() {
    if (shift == null) {
      return Optional.empty();
    }
    return Optional.of(
        new RowScaling(
            Scaling.STANDARD,
            Arrays.stream(shift).boxed().toList(),
            Arrays.stream(divisor).boxed().toList(),
            false));
  }
}
