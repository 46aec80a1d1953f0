package dev.strata.driver.onnx;

import java.util.Arrays;
import java.util.List;

/** Operators over positions of {@code [rows, channels, positions]}. */
final class WindowOperators {
  private WindowOperators() {}

  static OnnxValue compute(OnnxCall call) {
    return switch (call.operator()) {
      case "Conv" -> convolve(call);
      case "MaxPool" -> largest(call);
      default -> poolAll(call);
    };
  }

  /** How a window moves: it covers {@code position · stride - before + k · dilation}. */
  private record Window(int kernel, int stride, int dilation, int before, int above) {
    static Window of(OnnxCall call, int kernel, int steps) {
      NodeAttributes own = call.attributes();
      int stride = single(own, "strides", 0, 1);
      int dilation = single(own, "dilations", 0, 1);
      int wide = dilation * (kernel - 1) + 1;
      int before = single(own, "pads", 0, 0);
      int after = single(own, "pads", 1, 0);
      return new Window(
          kernel, stride, dilation, before, (steps + before + after - wide) / stride + 1);
    }

    private static int single(NodeAttributes own, String name, int position, int fallback) {
      List<Long> values = own.numbers(name);
      return values.isEmpty() ? fallback : values.get(position).intValue();
    }

    int at(int position, int k) {
      return position * stride - before + k * dilation;
    }
  }

  /** With {@code [filters, channels, kernel]}. */
  private static OnnxValue convolve(OnnxCall call) {
    OnnxValue x = call.input(0);
    OnnxValue w = call.input(1);
    int channels = x.shape()[1];
    int steps = x.shape()[2];
    int filters = w.shape()[0];
    Window window = Window.of(call, w.shape()[2], steps);
    int above = window.above();
    double[] result = new double[x.shape()[0] * filters * above];
    for (int i = 0; i < result.length; i++) {
      int filter = i / above % filters;
      int row = i / above / filters;
      double sum = call.has(2) ? call.input(2).numbers()[filter] : 0;
      for (int c = 0; c < channels; c++) {
        for (int k = 0; k < window.kernel(); k++) {
          int at = window.at(i % above, k);
          if (at >= 0 && at < steps) {
            sum +=
                x.numbers()[(row * channels + c) * steps + at]
                    * w.numbers()[(filter * channels + c) * window.kernel() + k];
          }
        }
      }
      result[i] = sum;
    }
    return OnnxValue.of(x.type(), new int[] {x.shape()[0], filters, above}, result);
  }

  private static OnnxValue largest(OnnxCall call) {
    OnnxValue x = call.input(0);
    int steps = x.shape()[2];
    int kernel = call.attributes().numbers("kernel_shape").get(0).intValue();
    Window window = Window.of(call, kernel, steps);
    int above = window.above();
    double[] result = new double[x.shape()[0] * x.shape()[1] * above];
    Arrays.fill(result, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < result.length; i++) {
      for (int k = 0; k < kernel; k++) {
        int at = window.at(i % above, k);
        if (at >= 0 && at < steps) {
          result[i] = Math.max(result[i], x.numbers()[i / above * steps + at]);
        }
      }
    }
    return OnnxValue.of(x.type(), new int[] {x.shape()[0], x.shape()[1], above}, result);
  }

  private static OnnxValue poolAll(OnnxCall call) {
    OnnxValue x = call.input(0);
    int steps = x.shape()[2];
    boolean largest = call.operator().equals("GlobalMaxPool");
    double[] result = new double[x.shape()[0] * x.shape()[1]];
    for (int i = 0; i < result.length; i++) {
      double[] own = Arrays.copyOfRange(x.numbers(), i * steps, (i + 1) * steps);
      result[i] =
          largest
              ? Arrays.stream(own).reduce(Double.NEGATIVE_INFINITY, Math::max)
              : Arrays.stream(own).sum() / steps;
    }
    return OnnxValue.of(x.type(), new int[] {x.shape()[0], x.shape()[1], 1}, result);
  }
}
