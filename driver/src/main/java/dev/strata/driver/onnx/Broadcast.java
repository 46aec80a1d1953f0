package dev.strata.driver.onnx;

import java.util.Arrays;

/**
 * Which elements of several tensors meet, as NumPy and ONNX define it: dimensions are aligned at
 * the end, and one of size 1 counts for all.
 */
final class Broadcast {
  private final int[] shape;

  Broadcast(OnnxValue... values) {
    int rank = Arrays.stream(values).mapToInt(OnnxValue::rank).max().orElse(0);
    shape = new int[rank];
    Arrays.fill(shape, 1);
    for (OnnxValue value : values) {
      for (int i = 0; i < value.rank(); i++) {
        int at = rank - value.rank() + i;
        int size = value.shape()[i];
        if (shape[at] != 1 && size != 1 && shape[at] != size) {
          throw new IllegalStateException(
              "shapes that do not fit: " + Arrays.toString(shape) + Arrays.toString(value.shape()));
        }
        shape[at] = shape[at] == 1 ? size : shape[at];
      }
    }
  }

  int[] shape() {
    return shape;
  }

  int size() {
    return OnnxValue.size(shape);
  }

  /** For each element of the result the place of the value's. */
  int[] places(OnnxValue value) {
    int[] places = new int[size()];
    int rank = shape.length;
    int[] stride = new int[rank];
    int step = 1;
    for (int i = value.rank() - 1; i >= 0; i--) {
      stride[rank - value.rank() + i] = value.shape()[i] == 1 ? 0 : step;
      step *= value.shape()[i];
    }
    int[] at = new int[rank];
    int place = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = place;
      for (int d = rank - 1; d >= 0; d--) {
        place += stride[d];
        if (++at[d] < shape[d]) {
          break;
        }
        place -= stride[d] * shape[d];
        at[d] = 0;
      }
    }
    return places;
  }
}
