package dev.strata.driver.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import onnx.Onnx.TensorProto.DataType;

/** Operators that make an element of many: products, sums, normalization. Sums are of float64. */
final class LayerOperators {
  private LayerOperators() {}

  /**
   * @return null where the operator is none of these
   */
  static OnnxValue compute(OnnxCall call) {
    return switch (call.operator()) {
      case "Gemm" -> gemm(call);
      case "MatMul" -> product(call.input(0), call.input(1), null, 1, 1);
      case "BatchNormalization" -> normalize(call);
      case "Softmax" -> softmax(call.input(0));
      case "Conv", "MaxPool", "GlobalMaxPool", "GlobalAveragePool" -> WindowOperators.compute(call);
      case "ArgMax" -> argMax(call);
      case "ReduceMax" -> reduce(call, Double.NEGATIVE_INFINITY, Math::max);
      case "ReduceSum" -> reduce(call, 0, Double::sum);
      default -> null;
    };
  }

  private static OnnxValue gemm(OnnxCall call) {
    NodeAttributes own = call.attributes();
    if (own.number("transA", 0) != 0 || own.number("transB", 0) != 0) {
      throw new IllegalStateException("a transposed Gemm");
    }
    OnnxValue bias = call.has(2) ? call.input(2) : null;
    return product(call.input(0), call.input(1), bias, own.real("alpha", 1), own.real("beta", 1));
  }

  /** {@code alpha · a b + beta · c} of matrices. */
  private static OnnxValue product(
      OnnxValue a, OnnxValue b, OnnxValue bias, double alpha, double beta) {
    int rows = a.shape()[0];
    int inner = a.shape()[1];
    int columns = b.shape()[1];
    if (b.shape()[0] != inner) {
      throw new IllegalStateException("matrices that do not fit");
    }
    double[] result = new double[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < inner; k++) {
        double x = alpha * a.numbers()[r * inner + k];
        for (int j = 0; j < columns; j++) {
          result[r * columns + j] += x * b.numbers()[k * columns + j];
        }
      }
      for (int j = 0; bias != null && j < columns; j++) {
        result[r * columns + j] += beta * bias.numbers()[j];
      }
    }
    return OnnxValue.of(a.type(), new int[] {rows, columns}, result);
  }

  private static OnnxValue normalize(OnnxCall call) {
    OnnxValue x = call.input(0);
    double epsilon = call.attributes().real("epsilon", 1e-5f);
    int channels = x.shape()[1];
    int inner = x.size() / Math.max(1, x.shape()[0] * channels);
    double[] result = new double[x.size()];
    for (int i = 0; i < result.length; i++) {
      int channel = i / inner % channels;
      double deviation = Math.sqrt(call.input(4).numbers()[channel] + epsilon);
      result[i] =
          call.input(1).numbers()[channel]
                  * (x.numbers()[i] - call.input(3).numbers()[channel])
                  / deviation
              + call.input(2).numbers()[channel];
    }
    return OnnxValue.of(x.type(), x.shape(), result);
  }

  /** Along the last dimension. */
  private static OnnxValue softmax(OnnxValue x) {
    int width = x.shape()[x.rank() - 1];
    double[] result = new double[x.size()];
    for (int from = 0; from < result.length; from += width) {
      double most = Arrays.stream(x.numbers(), from, from + width).max().orElse(0);
      double sum = 0;
      for (int i = from; i < from + width; i++) {
        result[i] = Math.exp(x.numbers()[i] - most);
        sum += result[i];
      }
      for (int i = from; i < from + width; i++) {
        result[i] = Double.isNaN(x.numbers()[i]) ? Double.NaN : result[i] / sum;
      }
    }
    return OnnxValue.of(x.type(), x.shape(), result);
  }

  private static OnnxValue argMax(OnnxCall call) {
    OnnxValue x = call.input(0);
    int width = x.shape()[x.rank() - 1];
    double[] result = new double[x.size() / width];
    for (int r = 0; r < result.length; r++) {
      int best = 0;
      for (int i = 1; i < width; i++) {
        best = x.numbers()[r * width + i] > x.numbers()[r * width + best] ? i : best;
      }
      result[r] = best;
    }
    return OnnxValue.of(DataType.INT64, new int[] {result.length}, result);
  }

  private static OnnxValue reduce(OnnxCall call, double start, DoubleBinaryOperator operator) {
    OnnxValue x = call.input(0);
    int[] axes =
        call.has(1)
            ? call.input(1).wholeNumbers()
            : call.attributes().numbers("axes").stream().mapToInt(Long::intValue).toArray();
    if (axes.length != 1) {
      throw new IllegalStateException("a reduction along " + axes.length + " dimensions");
    }
    int axis = x.axis(axes[0]);
    int size = x.shape()[axis];
    int inner = OnnxValue.size(Arrays.copyOfRange(x.shape(), axis + 1, x.rank()));
    double[] result = new double[x.size() / size];
    Arrays.fill(result, start);
    for (int i = 0; i < x.size(); i++) {
      int place = i / inner / size * inner + i % inner;
      result[place] = operator.applyAsDouble(result[place], x.numbers()[i]);
    }
    List<Integer> shape = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      if (i != axis) {
        shape.add(x.shape()[i]);
      } else if (call.attributes().number("keepdims", 1) != 0) {
        shape.add(1);
      }
    }
    return OnnxValue.of(x.type(), shape.stream().mapToInt(i -> i).toArray(), result);
  }
}
