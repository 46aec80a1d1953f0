package dev.strata.driver.exports;

import static dev.strata.driver.exports.OnnxGraph.attribute;

import dev.strata.executor.preprocess.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import onnx.Onnx.TensorProto.DataType;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The layers of text as nodes of ONNX: vectors of words {@code [rows, channels, positions]},
 * convolutions, pooling over positions with words. Positions behind a text's end have the id 0.
 */
final class OnnxSequences {
  private final OnnxGraph graph;
  private String padding;
  private int positions;

  OnnxSequences(OnnxGraph graph) {
    this.graph = graph;
  }

  /** Whether the topmost layer gives a vector for each position. */
  boolean isOpen() {
    return padding != null;
  }

  /**
   * @param ids float32 {@code [rows, positions]}
   */
  String embedding(ModelLayer layer, EmbeddingSequenceLayer settings, String ids) {
    String name = layer.name();
    positions = settings.getInputLength();
    String whole = node("Cast", name, List.of(ids), DataType.INT64);
    String none = graph.longs(name + "/padding", new long[] {Vocabulary.PADDING}, 1);
    String axis = graph.longs(name + "/axis", new long[] {1}, 1);
    String isPadding = graph.node("Equal", name, List.of(whole, none));
    padding = graph.node("Unsqueeze", name, List.of(isPadding, axis));
    INDArray weights = layer.parameters().get("W");
    String table =
        graph.floats(
            name + ".weight", weights.dup('c').data().asFloat(), weights.size(0), weights.size(1));
    String vectors = graph.node("Gather", name, List.of(table, whole), attribute("axis", 0L));
    String turned =
        graph.node(
            "Transpose", name, List.of(vectors), OnnxGraph.longs("perm", List.of(0L, 2L, 1L)));
    return filled(turned, name, 0);
  }

  /** The same with a number at positions without a word. */
  private String filled(String x, String name, float value) {
    String instead = graph.floats(name + "/none", new float[] {value}, 1);
    return graph.node("Where", name, List.of(padding, instead, x));
  }

  /** The sums before the activation. */
  String convolution(ModelLayer layer, Convolution1DLayer settings, String x) {
    String name = layer.name();
    int kernel = settings.getKernelSize()[0];
    boolean same = settings.getConvolutionMode() == ConvolutionMode.Same;
    long before = same ? (kernel - 1) / 2 : 0;
    long after = same ? kernel - 1 - before : 0;
    int inputs = Math.toIntExact(settings.getNIn());
    int units = Math.toIntExact(settings.getNOut());
    List<String> arguments = new ArrayList<>(List.of(x));
    arguments.add(
        graph.floats(
            name + ".weight",
            filters(layer.parameters().get("W"), kernel, inputs, units),
            units,
            inputs,
            kernel));
    if (layer.parameters().containsKey("b")) {
      float[] bias = layer.parameters().get("b").dup('c').data().asFloat();
      arguments.add(graph.floats(name + ".bias", bias, units));
    }
    if (!same && kernel > 1) {
      positions -= kernel - 1;
      // A window counts as soon as there is a word in it.
      String first =
          graph.longs(name + "/windows", LongStream.range(0, positions).toArray(), positions);
      padding = graph.node("Gather", name, List.of(padding, first), attribute("axis", 2L));
    }
    return graph.node(
        "Conv",
        name,
        arguments,
        OnnxGraph.longs("kernel_shape", List.of((long) kernel)),
        OnnxGraph.longs("pads", List.of(before, after)));
  }

  /** DL4J computes with the memory as {@code [kernel, inputs, units]}, whatever shape it shows. */
  private static float[] filters(INDArray weights, int kernel, int inputs, int units) {
    long[] all = {weights.length()};
    INDArray memory = Nd4j.create(weights.data(), all, new long[] {1}, weights.offset(), 'c');
    float[] filters = new float[kernel * inputs * units];
    for (int i = 0; i < filters.length; i++) {
      int position = i % kernel;
      int input = i / kernel % inputs;
      int unit = i / kernel / inputs;
      filters[i] = memory.getFloat((position * inputs + input) * units + unit);
    }
    return filters;
  }

  /** One vector of the positions with words. */
  String pooling(ModelLayer layer, GlobalPoolingLayer settings, String x) {
    String name = layer.name();
    String pooled;
    if (settings.getPoolingType() == PoolingType.MAX) {
      pooled =
          graph.node(
              "ReduceMax",
              name,
              List.of(filled(x, name, Float.NEGATIVE_INFINITY)),
              OnnxGraph.longs("axes", List.of(2L)),
              attribute("keepdims", 0L));
    } else {
      pooled = sum(filled(x, name, 0), name);
      if (settings.getPoolingType() == PoolingType.AVG) {
        String absent = node("Cast", name, List.of(padding), DataType.FLOAT);
        String all = graph.floats(name + "/positions", new float[] {positions}, 1);
        String words = graph.node("Sub", name, List.of(all, sum(absent, name)));
        pooled = graph.node("Div", name, List.of(pooled, words));
      }
    }
    padding = null;
    return pooled;
  }

  private String sum(String x, String name) {
    String axis = graph.longs(name + "/axis", new long[] {2}, 1);
    return graph.node("ReduceSum", name, List.of(x, axis), attribute("keepdims", 0L));
  }

  private String node(String operator, String name, List<String> inputs, DataType to) {
    return graph.node(operator, name, inputs, attribute("to", (long) to.getNumber()));
  }
}
