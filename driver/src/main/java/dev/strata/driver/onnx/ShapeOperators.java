package dev.strata.driver.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import onnx.Onnx.TensorProto.DataType;

/** Operators that move elements. */
final class ShapeOperators {
  private ShapeOperators() {}

  /**
   * @return null where the operator is none of these
   */
  static OnnxValue compute(OnnxCall call) {
    return switch (call.operator()) {
      case "Concat" -> concat(call);
      case "Flatten" -> flatten(call.input(0));
      case "Gather" -> gather(call);
      case "OneHot" -> oneHot(call);
      case "Reshape" -> reshape(call.input(0), call.input(1));
      case "Squeeze" -> squeeze(call.input(0), call.input(1).wholeNumbers());
      case "Unsqueeze" -> unsqueeze(call.input(0), call.input(1).wholeNumbers());
      case "Transpose" -> transpose(call.input(0), call.attributes().numbers("perm"));
      case "LabelEncoder" -> labels(call);
      default -> null;
    };
  }

  /** Product of the dimensions from one to another, which is left out. */
  private static int product(int[] shape, int from, int to) {
    return OnnxValue.size(Arrays.copyOfRange(shape, from, to));
  }

  private static OnnxValue concat(OnnxCall call) {
    OnnxValue first = call.input(0);
    int axis = first.axis(call.attributes().number("axis", 0));
    int[] shape = first.shape().clone();
    shape[axis] = call.inputs().stream().mapToInt(value -> value.shape()[axis]).sum();
    int outer = product(shape, 0, axis);
    double[] result = new double[OnnxValue.size(shape)];
    int at = 0;
    for (int i = 0; i < outer; i++) {
      for (OnnxValue value : call.inputs()) {
        int block = product(value.shape(), axis, value.rank());
        System.arraycopy(value.numbers(), i * block, result, at, block);
        at += block;
      }
    }
    return OnnxValue.of(first.type(), shape, result);
  }

  /** A vector for each element of the first dimension. */
  private static OnnxValue flatten(OnnxValue x) {
    return x.reshaped(x.shape()[0], product(x.shape(), 1, x.rank()));
  }

  private static OnnxValue gather(OnnxCall call) {
    OnnxValue data = call.input(0);
    OnnxValue which = call.input(1);
    int axis = data.axis(call.attributes().number("axis", 0));
    int outer = product(data.shape(), 0, axis);
    int inner = product(data.shape(), axis + 1, data.rank());
    int size = data.shape()[axis];
    int[] places = new int[outer * which.size() * inner];
    int at = 0;
    for (int i = 0; i < outer; i++) {
      for (int index : which.wholeNumbers()) {
        for (int j = 0; j < inner; j++) {
          places[at++] = (i * size + (index < 0 ? index + size : index)) * inner + j;
        }
      }
    }
    List<Integer> shape = new ArrayList<>();
    Arrays.stream(data.shape()).limit(axis).forEach(shape::add);
    Arrays.stream(which.shape()).forEach(shape::add);
    Arrays.stream(data.shape()).skip(axis + 1L).forEach(shape::add);
    return data.gathered(places, shape.stream().mapToInt(i -> i).toArray());
  }

  /** Along a new last dimension; an index beyond the depth sets nothing. */
  private static OnnxValue oneHot(OnnxCall call) {
    OnnxValue indices = call.input(0);
    int depth = (int) call.input(1).numbers()[0];
    double off = call.input(2).numbers()[0];
    double on = call.input(2).numbers()[1];
    int[] shape = Arrays.copyOf(indices.shape(), indices.rank() + 1);
    shape[indices.rank()] = depth;
    double[] result = new double[indices.size() * depth];
    Arrays.fill(result, off);
    for (int i = 0; i < indices.size(); i++) {
      int index = (int) indices.numbers()[i];
      int place = index < 0 ? index + depth : index;
      if (place >= 0 && place < depth) {
        result[i * depth + place] = on;
      }
    }
    return OnnxValue.of(call.input(2).type(), shape, result);
  }

  private static OnnxValue reshape(OnnxValue x, OnnxValue wanted) {
    int[] shape = wanted.wholeNumbers();
    int open = -1;
    int known = 1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 0) {
        shape[i] = x.shape()[i];
      }
      if (shape[i] < 0) {
        open = i;
      } else {
        known *= shape[i];
      }
    }
    if (open >= 0) {
      shape[open] = x.size() / Math.max(1, known);
    }
    return x.reshaped(shape);
  }

  private static OnnxValue squeeze(OnnxValue x, int[] axes) {
    List<Integer> shape = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      int at = i;
      if (Arrays.stream(axes).noneMatch(axis -> x.axis(axis) == at)) {
        shape.add(x.shape()[i]);
      }
    }
    return x.reshaped(shape.stream().mapToInt(i -> i).toArray());
  }

  private static OnnxValue unsqueeze(OnnxValue x, int[] axes) {
    int rank = x.rank() + axes.length;
    int[] shape = new int[rank];
    int from = 0;
    for (int i = 0; i < rank; i++) {
      int at = i;
      boolean made = Arrays.stream(axes).anyMatch(axis -> (axis < 0 ? axis + rank : axis) == at);
      shape[i] = made ? 1 : x.shape()[from++];
    }
    return x.reshaped(shape);
  }

  private static OnnxValue transpose(OnnxValue x, List<Long> order) {
    int rank = x.rank();
    int[] shape = new int[rank];
    int[] stride = new int[rank];
    for (int i = 0; i < rank; i++) {
      int from = order.get(i).intValue();
      shape[i] = x.shape()[from];
      stride[i] = product(x.shape(), from + 1, rank);
    }
    int[] places = new int[x.size()];
    for (int i = 0; i < places.length; i++) {
      int rest = i;
      for (int d = rank - 1; d >= 0; d--) {
        places[i] += rest % shape[d] * stride[d];
        rest /= shape[d];
      }
    }
    return x.gathered(places, shape);
  }

  /** Texts to numbers, or numbers to texts. */
  private static OnnxValue labels(OnnxCall call) {
    NodeAttributes own = call.attributes();
    OnnxValue x = call.input(0);
    if (own.has("keys_strings")) {
      List<String> keys = own.texts("keys_strings");
      List<Long> values = own.numbers("values_int64s");
      double[] result = new double[x.size()];
      for (int i = 0; i < result.length; i++) {
        int found = keys.indexOf(x.texts()[i]);
        result[i] = found < 0 ? own.number("default_int64", -1) : values.get(found);
      }
      return OnnxValue.of(DataType.INT64, x.shape(), result);
    }
    List<Long> keys = own.numbers("keys_int64s");
    List<String> values = own.texts("values_strings");
    String[] result = new String[x.size()];
    for (int i = 0; i < result.length; i++) {
      int found = keys.indexOf((long) x.numbers()[i]);
      result[i] = found < 0 ? own.text("default_string", "_Unused") : values.get(found);
    }
    return OnnxValue.of(x.shape(), result);
  }
}
