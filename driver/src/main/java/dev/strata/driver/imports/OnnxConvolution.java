package dev.strata.driver.imports;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.nd4j.linalg.activations.Activation;

/** Convolution and pooling over positions. */
final class OnnxConvolution {
  private OnnxConvolution() {}

  /**
   * How a window moves.
   *
   * @param padding zeros at either end; of {@code SAME} as many as the positions above need
   */
  private record Window(int kernel, int stride, int dilation, int padding, boolean same) {
    /** Positions above. */
    int above(int steps) {
      int left = steps + 2 * padding - dilation * (kernel - 1) - 1;
      return same ? (steps + stride - 1) / stride : left < 0 ? 0 : left / stride + 1;
    }

    /** Of {@code SAME}: zeros before and behind, one more behind where they are odd. */
    List<Long> pads(int steps) {
      long all = Math.max(0, (above(steps) - 1L) * stride + dilation * (kernel - 1L) + 1 - steps);
      return List.of(all / 2, all - all / 2);
    }

    ConvolutionMode mode() {
      return same ? ConvolutionMode.Same : ConvolutionMode.Truncate;
    }
  }

  /** Cross-correlation, weights {@code [filters, channels, kernel]}. */
  static void convolve(OnnxNode node, OnnxStack stack) {
    requireSequence(node, stack);
    OnnxTensor weights = node.constant(1);
    if (weights.shape().size() != 3 || weights.values().length == 0) {
      throw node.refused("weights of shape " + weights.shape(), "[filters, channels, kernel]");
    }
    if (node.attributes().number("group", 1) != 1 || weights.shape().get(1) != stack.width()) {
      throw node.refused(
          "group "
              + node.attributes().number("group", 1)
              + ", weights for "
              + weights.shape().get(1)
              + " channels",
          "group 1, " + stack.width() + " channels, as below it");
    }
    int filters = weights.shape().get(0);
    Window window = window(node, weights.shape().get(2), stack.steps());
    List<OnnxStack.Parameter> parameters = new ArrayList<>();
    parameters.add(new OnnxStack.Parameter("W", turned(weights), true));
    if (node.hasInput(2)) {
      parameters.add(new OnnxStack.Parameter("b", node.vector(2, filters)));
    }
    Convolution1DLayer layer =
        new Convolution1DLayer.Builder(window.kernel(), window.stride(), window.padding())
            .name(stack.name(node))
            .nIn(stack.width())
            .nOut(filters)
            .dilation(window.dilation())
            .convolutionMode(window.mode())
            .rnnDataFormat(RNNFormat.NCW)
            .hasBias(node.hasInput(2))
            .activation(Activation.IDENTITY)
            .build();
    stack.add(layer, filters, above(node, window, stack), parameters);
  }

  /**
   * {@code [kernel, channels, filters]}, as which DL4J takes its memory, whatever shape it shows.
   */
  private static float[] turned(OnnxTensor weights) {
    int filters = weights.shape().get(0);
    int channels = weights.shape().get(1);
    int kernel = weights.shape().get(2);
    float[] turned = new float[weights.values().length];
    for (int i = 0; i < turned.length; i++) {
      int position = i % kernel;
      int channel = i / kernel % channels;
      int filter = i / kernel / channels;
      turned[(position * channels + channel) * filters + filter] = weights.values()[i];
    }
    return turned;
  }

  /** The largest number of each window. (DL4J computes another mean than ONNX does.) */
  static void pool(OnnxNode node, OnnxStack stack) {
    requireSequence(node, stack);
    List<Long> kernel = node.attributes().numbers("kernel_shape");
    if (kernel.size() != 1 || node.attributes().number("ceil_mode", 0) != 0) {
      throw node.refused(
          "kernel_shape " + kernel + ", ceil_mode " + node.attributes().number("ceil_mode", 0),
          "one size, ceil_mode 0");
    }
    Window window = window(node, kernel.get(0), stack.steps());
    if (window.dilation() != 1 || window.padding() != 0 || window.same()) {
      throw node.refused("pads or dilations", "pads of 0, dilations of 1");
    }
    Subsampling1DLayer layer =
        new Subsampling1DLayer.Builder(PoolingType.MAX, window.kernel(), window.stride(), 0)
            .name(stack.name(node))
            .convolutionMode(ConvolutionMode.Truncate)
            .build();
    stack.add(layer, stack.width(), above(node, window, stack), List.of());
  }

  /** One position. */
  static void poolAll(OnnxNode node, PoolingType type, OnnxStack stack) {
    requireSequence(node, stack);
    stack.add(
        new GlobalPoolingLayer.Builder(type).name(stack.name(node)).build(),
        stack.width(),
        0,
        List.of());
    stack.single();
  }

  private static void requireSequence(OnnxNode node, OnnxStack stack) {
    node.requireData(0);
    if (stack.steps() == 0) {
      throw node.refused(
          "a row that is a vector", "an input of 3 dimensions: rows, channels and positions");
    }
  }

  private static int above(OnnxNode node, Window window, OnnxStack stack) {
    int above = window.above(stack.steps());
    if (above < 1) {
      throw node.refused(
          "a window of " + window.kernel() + " over " + stack.steps() + " positions",
          "a smaller window");
    }
    return above;
  }

  private static Window window(OnnxNode node, long kernel, int steps) {
    String automatic = node.attributes().text("auto_pad", "NOTSET");
    List<Long> pads = node.attributes().numbers("pads");
    Window same =
        new Window(
            size(node, "kernel_shape", kernel, 1),
            size(node, "strides", single(node, "strides"), 1),
            size(node, "dilations", single(node, "dilations"), 1),
            0,
            true);
    boolean even = pads.isEmpty() || pads.size() == 2 && pads.get(0).equals(pads.get(1));
    boolean counted = automatic.equals("NOTSET") && !even && pads.equals(same.pads(steps));
    if (automatic.equals("SAME_UPPER") || counted) {
      return same;
    }
    if (!List.of("NOTSET", "VALID").contains(automatic) || !even) {
      throw node.refused(
          "auto_pad " + automatic + ", pads " + pads, "the same padding at both ends");
    }
    int padding =
        pads.isEmpty() || automatic.equals("VALID") ? 0 : size(node, "pads", pads.get(0), 0);
    Window window = new Window(same.kernel, same.stride, same.dilation, padding, false);
    if (window.padding() >= window.dilation() * window.kernel()) {
      throw node.refused("pads " + pads, "padding below the window's width");
    }
    return window;
  }

  private static long single(OnnxNode node, String name) {
    List<Long> values = node.attributes().numbers(name);
    if (values.size() > 1) {
      throw node.refused(name + " " + values, "one number, as a row has positions only");
    }
    return values.isEmpty() ? 1 : values.get(0);
  }

  private static int size(OnnxNode node, String name, long value, int least) {
    if (value < least || value > 1 << 20) {
      throw node.refused(name + " " + value, "a number from " + least + " to " + (1 << 20));
    }
    return (int) value;
  }
}
