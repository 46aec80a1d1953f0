package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.strata.driver.imports.OnnxFile.Constant;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Networks of 1-D convolutions compute here what ONNX Runtime computes of the same file. */
class OnnxConvolutionTest {
  private static final int ROWS = 6;

  @TempDir private Path folder;

  /** A sound file. */
  static byte[] whole() {
    return network("", 1, 1, 1, "MaxPool").model().toByteArray();
  }

  private static Constant random(Random random, int... shape) {
    int count = 1;
    for (int size : shape) {
      count *= size;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return new Constant(shape, values);
  }

  /** As PyTorch's Conv1d, ReLU, pooling, Conv1d, Tanh, flatten, Linear: rows of 3 × 12 numbers. */
  private static OnnxFile network(
      String automatic, int padding, int stride, int dilation, String pooling) {
    Random random = new Random(6);
    OnnxFile file =
        new OnnxFile(3, 12)
            .constant("w1", random(random, 4, 3, 3))
            .constant("b1", random(random, 4))
            .constant("w2", random(random, 2, 4, 2));
    OnnxFile.Node first =
        file.node("/conv1/Conv", "Conv", "a", "input", "w1", "b1")
            .numbers("kernel_shape", 3)
            .numbers("strides", stride)
            .numbers("dilations", dilation);
    if (automatic.isEmpty()) {
      first.numbers("pads", padding, padding);
    } else {
      first.text("auto_pad", automatic);
    }
    file.node("/Relu", "Relu", "b", "a");
    OnnxFile.Node pool = file.node("/pool", pooling, "c", "b");
    if (pooling.startsWith("Global")) {
      file.node("/Flatten", "Flatten", "output", "c").number("axis", 1);
      return file;
    }
    pool.numbers("kernel_shape", 2).numbers("strides", 2);
    file.node("/conv2/Conv", "Conv", "d", "c", "w2").numbers("kernel_shape", 2);
    file.node("/Tanh", "Tanh", "e", "d");
    int kernel = dilation * 2 + 1;
    int above =
        automatic.equals("SAME_UPPER")
            ? (12 + stride - 1) / stride
            : (12 + 2 * padding - kernel) / stride + 1;
    int width = 2 * (above / 2 - 1);
    file.sizes("shape", -1, width);
    file.node("/Reshape", "Reshape", "f", "e", "shape");
    file.constant("w3", random(random, width, 3)).constant("b3", random(random, 3));
    file.node("/fc/Gemm", "Gemm", "g", "f", "w3", "b3");
    file.node("/Softmax", "Softmax", "output", "g").number("axis", 1);
    return file;
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0, 1, 1, MaxPool",
    "'', 1, 1, 1, MaxPool",
    "'', 1, 2, 1, MaxPool",
    "'', 2, 1, 2, MaxPool",
    "'VALID', 0, 1, 1, MaxPool",
    "'SAME_UPPER', 0, 1, 1, MaxPool",
    "'SAME_UPPER', 0, 2, 1, MaxPool",
    "'', 1, 1, 1, GlobalMaxPool",
    "'', 0, 2, 1, GlobalAveragePool"
  })
  void computeWhatOnnxRuntimeComputes(
      String automatic, int padding, int stride, int dilation, String pooling)
      throws IOException, OrtException {
    OnnxFile file = network(automatic, padding, stride, dilation, pooling);
    ImportedModel imported = Imports.run(Imports.from(file.write(folder)));
    assertSame(file, imported.model().newModel());
  }

  private static void assertSame(OnnxFile file, Model model) throws OrtException {
    float[][][] rows = new float[ROWS][3][12];
    float[][] flat = new float[ROWS][36];
    Random random = new Random(9);
    for (int i = 0; i < ROWS * 36; i++) {
      float value = (float) random.nextGaussian();
      rows[i / 36][i % 36 / 12][i % 12] = value;
      flat[i / 36][i % 36] = value;
    }
    assertSame(file, model, rows, flat);
  }

  /**
   * @param rows as the file takes them
   * @param flat the same numbers as Strata takes them
   */
  private static void assertSame(OnnxFile file, Model model, Object rows, float[][] flat)
      throws OrtException {
    LayerActivations activations = new LayerActivations(model);
    INDArray found =
        activations
            .compute(Nd4j.createFromArray(flat), List.of(activations.names().size() - 1))
            .get(0);
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (OrtSession session = runtime.createSession(file.model().toByteArray());
        OrtSession.Result result =
            session.run(Map.of("input", OnnxTensor.createTensor(runtime, rows)))) {
      float[][] expected = (float[][]) result.get(0).getValue();
      assertThat(found.shape()).containsExactly(ROWS, expected[0].length);
      for (int r = 0; r < ROWS; r++) {
        for (int i = 0; i < expected[r].length; i++) {
          double scale = Math.max(1, Math.abs(expected[r][i]));
          assertThat((double) found.getFloat(r, i)).isCloseTo(expected[r][i], within(1e-5 * scale));
        }
      }
    }
  }

  /** {@code x.mean(-1)}, {@code x.amax(-1)} and {@code x.squeeze(-1)}; axes before and since. */
  @ParameterizedTest
  @CsvSource({
    "ReduceMean, 13, 2",
    "ReduceMean, 18, -1",
    "ReduceMax, 11, -1",
    "ReduceMax, 18, 2",
    "Squeeze, 11, 2",
    "Squeeze, 13, -1"
  })
  void positionsArePooledByOtherOperatorsToo(String operator, int operators, int axis)
      throws IOException, OrtException {
    Random random = new Random(7);
    OnnxFile file =
        new OnnxFile(3, 12)
            .operators(operators)
            .constant("w", random(random, 4, 3, 3))
            .constant("v", random(random, 4, 2))
            .sizes("axes", axis);
    file.node("conv", "Conv", "a", "input", "w").numbers("kernel_shape", 3);
    boolean squeezed = operator.equals("Squeeze");
    if (squeezed) {
      file.node("pool", "GlobalAveragePool", "b", "a");
    }
    String below = squeezed ? "b" : "a";
    OnnxFile.Node node;
    if (operators >= (squeezed ? 13 : 18)) {
      node = file.node("shape", operator, "c", below, "axes");
    } else {
      node = file.node("shape", operator, "c", below).numbers("axes", axis);
    }
    if (!squeezed) {
      node.number("keepdims", 0);
    }
    file.node("fc", "MatMul", "output", "c", "v");
    assertSame(file, Imports.run(Imports.from(file.write(folder))).model().newModel());
  }

  /** Zeros as SAME_UPPER counts them, one more behind, and the largest number of even windows. */
  @ParameterizedTest
  @CsvSource({"2, 1, 1, 0, 1", "4, 1, 1, 1, 2", "3, 2, 1, 0, 1", "2, 1, 3, 1, 2"})
  void pads(int kernel, int stride, int dilation, int before, int after)
      throws IOException, OrtException {
    OnnxFile file = new OnnxFile(3, 12).constant("w", random(new Random(3), 4, 3, kernel));
    file.node("c", "Conv", "a", "input", "w")
        .numbers("kernel_shape", kernel)
        .numbers("strides", stride)
        .numbers("dilations", dilation)
        .numbers("pads", before, after);
    file.node("m", "MaxPool", "b", "a")
        .numbers("kernel_shape", 2)
        .numbers("strides", 2)
        .numbers("pads", 0, 0);
    file.node("f", "Flatten", "output", "b");
    assertSame(file, Imports.run(Imports.from(file.write(folder))).model().newModel());
  }

  /** {@code x.unsqueeze(1)}: vectors as one channel, at the bottom and above a dense layer. */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void aVectorBecomesPositions(boolean above) throws IOException, OrtException {
    Random random = new Random(8);
    OnnxFile file =
        new OnnxFile(12)
            .constant("d", random(random, 12, 9))
            .constant("w", random(random, 4, 1, 3))
            .sizes("axes", 1);
    if (above) {
      file.node("fc", "MatMul", "x", "input", "d");
    }
    file.node("open", "Unsqueeze", "a", above ? "x" : "input", "axes");
    file.node("conv", "Conv", "b", "a", "w").numbers("kernel_shape", 3);
    file.node("act", "Tanh", "c", "b");
    file.node("flat", "Flatten", "output", "c");
    float[][] rows = new float[ROWS][12];
    for (int i = 0; i < ROWS * 12; i++) {
      rows[i / 12][i % 12] = (float) random.nextGaussian();
    }
    Model model = Imports.run(Imports.from(file.write(folder))).model().newModel();
    assertSame(file, model, rows, rows);
  }

  @Test
  void shapesThatAreNoVectorAreRefusedByName() {
    OnnxFile channels = new OnnxFile(3, 12).constant("w", random(new Random(1), 4, 3, 3));
    channels.node("c", "Conv", "a", "input", "w").numbers("kernel_shape", 3);
    channels.node("mean", "ReduceMean", "output", "a").numbers("axes", 1);
    assertThat(refused(channels)).hasMessageContainingAll("node \"mean\"", "axes [1]");
    OnnxFile many = new OnnxFile(3, 12).sizes("axes", 2);
    many.node("squeeze", "Squeeze", "output", "input", "axes");
    assertThat(refused(many)).hasMessageContainingAll("node \"squeeze\"", "axes [2]");
    OnnxFile last = new OnnxFile(12).sizes("axes", 2);
    last.node("open", "Unsqueeze", "output", "input", "axes");
    assertThat(refused(last)).hasMessageContainingAll("node \"open\"", "axes [2]");
  }

  @Test
  void whatDl4jComputesOtherwiseIsRefusedByOperatorAndName() throws IOException {
    assertThat(refused(network("SAME_LOWER", 0, 1, 1, "MaxPool")))
        .hasMessageContainingAll("Conv", "conv1", "SAME_LOWER");
    assertThat(refused(network("", 0, 1, 1, "AveragePool")))
        .hasMessageContainingAll("AveragePool", "node \"/pool\"");
    OnnxFile uneven = new OnnxFile(3, 12).constant("w", random(new Random(1), 4, 3, 3));
    uneven.node("c", "Conv", "output", "input", "w").numbers("pads", 1, 0);
    assertThat(refused(uneven)).hasMessageContainingAll("node \"c\"", "pads [1, 0]");
    OnnxFile grouped = new OnnxFile(4, 12).constant("w", random(new Random(1), 4, 2, 3));
    grouped.node("c", "Conv", "output", "input", "w").number("group", 2);
    assertThat(refused(grouped)).hasMessageContainingAll("group 2");
    OnnxFile norm = new OnnxFile(3, 12).constant("w", random(new Random(1), 3));
    norm.node("n", "BatchNormalization", "output", "input", "w", "w", "w", "w");
    assertThat(refused(norm)).hasMessageContainingAll("node \"n\"", "over positions");
    OnnxFile wide = new OnnxFile(3, 2).constant("w", random(new Random(1), 4, 3, 3));
    wide.node("c", "Conv", "output", "input", "w");
    assertThat(refused(wide)).hasMessageContainingAll("window of 3 over 2");
    OnnxFile vectors = new OnnxFile(12).constant("w", random(new Random(1), 4, 3, 3));
    vectors.node("c", "Conv", "output", "input", "w");
    assertThat(refused(vectors)).hasMessageContainingAll("a row that is a vector");
  }

  private StrataException refused(OnnxFile file) {
    return Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(file.write(folder))));
  }
}
