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
    String table = weights(layer);
    String vectors = graph.node("Gather", name, List.of(table, whole), attribute("axis", 0L));
    String turned =
        graph.node(
            "Transpose", name, List.of(vectors), OnnxGraph.longs("perm", List.of(0L, 2L, 1L)));
    return filled(turned, name, 0);
  }

  /** As PyTorch has them: {@code [words, units]}, {@code [units, inputs, kernel]}. */
  private String weights(ModelLayer layer) {
    NamedArray own =
        NamedArray.of(List.of(layer)).stream()
            .filter(array -> array.parameter().equals("weights"))
            .findFirst()
            .orElseThrow()
            .outIn();
    long[] sizes = own.shape().stream().mapToLong(Integer::longValue).toArray();
    return graph.floats(own.torchName(), own.floats(), sizes);
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
    List<String> arguments = new ArrayList<>(List.of(x));
    arguments.add(weights(layer));
    if (layer.parameters().containsKey("b")) {
      float[] bias = layer.parameters().get("b").dup('c').data().asFloat();
      arguments.add(graph.floats(name + ".bias", bias, bias.length));
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
