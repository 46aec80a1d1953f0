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
    int constant = turned ? 0 : 1;
    double[] values = spread(node, node.exact(constant), node.constant(constant).shape());
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
    double[] offset = attribute(node, "offset");
    double[] scale = attribute(node, "scale");
    for (int i = 0; i < shift.length; i++) {
      shift[i] += offset[i] * divisor[i];
      divisor[i] /= scale[i];
    }
    check(node);
  }

  private double[] attribute(OnnxNode node, String name) {
    List<Float> reals = node.attributes().reals(name);
    if (stack.steps() > 0) {
      throw node.refused("a row of channels and positions", "a vector a row");
    }
    double[] values = reals.stream().mapToDouble(value -> value).toArray();
    return spread(node, values, List.of(values.length));
  }

  /**
   * One for each number of a row: dimensions are aligned at the end, and one of size 1 counts for
   * all, as ONNX has it.
   */
  private double[] spread(OnnxNode node, double[] values, List<Integer> shape) {
    if (stack.width() == 0 && values.length > 1) {
      stack.widthIs(shape.get(shape.size() - 1));
    }
    int steps = Math.max(1, stack.steps());
    int width = stack.width() * steps;
    if (width == 0) {
      throw node.refused("an input of unknown width", "an input with a fixed number of columns");
    }
    int channel = stack.steps() > 0 ? stride(shape, 1, stack.width()) : 0;
    int position = stride(shape, 0, stack.steps() > 0 ? steps : stack.width());
    int rank = stack.steps() > 0 ? 2 : 1;
    boolean rows = shape.size() == rank + 1 && shape.get(0) != 1;
    if (values.length == 0 || channel < 0 || position < 0 || rows || shape.size() > rank + 1) {
      throw node.refused("a constant of shape " + shape, "one number, or one for each of " + width);
    }
    if (shift == null) {
      shift = new double[width];
      divisor = new double[width];
      Arrays.fill(divisor, 1);
    }
    double[] all = new double[width];
    for (int i = 0; i < width; i++) {
      all[i] =
          stack.steps() > 0
              ? values[i / steps * channel + i % steps * position]
              : values[i * position];
    }
    return all;
  }

  /**
   * Distance of two numbers along a dimension; 0 where one counts for all.
   *
   * @param fromEnd 0 of the last dimension
   * @param size of the row's dimension
   * @return -1 where the dimension has another size
   */
  private static int stride(List<Integer> shape, int fromEnd, int size) {
    int at = shape.size() - 1 - fromEnd;
    if (at < 0 || shape.get(at) == 1) {
      return 0;
    }
    int inner = fromEnd == 0 ? 1 : shape.get(at + 1);
    return shape.get(at) == size ? inner : -1;
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
