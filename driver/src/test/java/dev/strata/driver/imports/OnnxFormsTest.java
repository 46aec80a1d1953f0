package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.imports.OnnxFile.Constant;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import onnx.Onnx;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms of single nodes that would be read wrongly if a detail of them were overlooked. */
class OnnxFormsTest {
  private static final double[][] ROWS = PlainNetwork.rows(7, 3);
  private static final Constant KERNEL =
      new Constant(new int[] {3, 3}, new float[] {1, 0.5f, 2, -1, 3, 0.25f, 0, 1, -2});
  private static final float[] BIAS = {0.5f, -1, 2};

  @TempDir private Path folder;

  /** A sound file with nodes of most forms: scaling, channels, pooling, normalization, dropout. */
  static byte[] whole() {
    OnnxFile file =
        new OnnxFile(6)
            .operators(18)
            .doubles("mean", 1, 2, 3, 4, 5, 6)
            .sizes("channel", 1)
            .sizes("positions", 2)
            .truth("mode", false)
            .constant("ratio", new Constant(new int[] {}, new float[] {0.5f}))
            .constant("filters", new Constant(new int[] {3, 1, 2}, new float[] {1, 2, 3, 4, 5, 6}))
            .constant("v", new Constant(new int[] {3}, new float[] {1, 2, 3}))
            .constant("w", KERNEL);
    file.node("", "Constant", "b").reals("value_floats", BIAS);
    file.node("center", "Sub", "x1", "input", "mean");
    file.node("open", "Unsqueeze", "x2", "x1", "channel");
    file.node("conv", "Conv", "x3", "x2", "filters").numbers("kernel_shape", 2);
    file.node("act", "LeakyRelu", "x4", "x3").real("alpha", 0.1f);
    file.node("pool", "ReduceMean", "x5", "x4", "positions").number("keepdims", 0);
    file.node("bn", "BatchNormalization", "x6", "x5", "v", "v", "v", "v").real("epsilon", 0.01f);
    file.node("drop", "Dropout", "x7", "x6", "ratio", "mode");
    file.node("fc", "Gemm", "x8", "x7", "w", "b").number("transB", 1).real("alpha", 2);
    file.node("top", "Softmax", "output", "x8").number("axis", -1);
    return file.model().toByteArray();
  }

  private static OnnxFile file() {
    return new OnnxFile(3).constant("w", KERNEL);
  }

  private ImportedModel run(OnnxFile file) throws IOException {
    return Imports.run(Imports.from(file.write(folder)));
  }

  private StrataException refused(OnnxFile file) {
    return Imports.refused(FailureKind.DATA, () -> run(file));
  }

  private static double[][] dense() {
    return PlainNetwork.dense(ROWS, KERNEL.weights(), new Constant(new int[] {3}, BIAS).weights());
  }

  @Test
  void aFileOfManyFormsIsRead() throws IOException {
    Path file = Files.write(folder.resolve("whole.onnx"), whole());
    ImportedModel imported = Imports.run(Imports.from(file));
    assertThat(new dev.strata.executor.layer.LayerActivations(imported.model().newModel()).names())
        .containsExactly("conv", "pool", "bn", "fc");
    assertThat(imported.preprocessing().statistics().get(0).mean())
        .containsExactly(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
  }

  /** Added to three rows of three numbers, a column is a number a row. */
  @Test
  void aBiasThatIsAColumnIsRefused() {
    for (int[] shape : new int[][] {{3, 1}, {1, 1, 3}}) {
      OnnxFile sum = file().constant("b", new Constant(shape, BIAS));
      sum.node("", "MatMul", "a", "input", "w");
      sum.node("plus", "Add", "output", "a", "b");
      assertThat(refused(sum)).hasMessageContainingAll("node \"plus\"", "a constant of shape");
    }
    OnnxFile gemm = file().constant("b", new Constant(new int[] {3, 1}, BIAS));
    gemm.node("fc", "Gemm", "output", "input", "w", "b");
    assertThat(refused(gemm)).hasMessageContainingAll("node \"fc\"", "a constant of shape [3, 1]");
  }

  private static OnnxFile norm() {
    return file()
        .constant("g", new Constant(new int[] {3}, new float[] {1, 2, 3}))
        .constant("v", new Constant(new int[] {3}, new float[] {1, 2, 3}));
  }

  @Test
  void batchNormalizationKeepsItsMomentumAndIsRefusedInTrainingMode() throws IOException {
    OnnxFile sound = norm();
    sound.node("fc", "MatMul", "x", "input", "w");
    sound
        .node("bn", "BatchNormalization", "output", "x", "g", "g", "g", "v")
        .real("momentum", 0.7f);
    MultiLayerNetwork network = (MultiLayerNetwork) run(sound).model().newModel();
    BatchNormalization layer = (BatchNormalization) network.getLayer(1).conf().getLayer();
    assertThat(layer.getDecay()).isCloseTo(0.7, within(1e-7));
    assertThat(layer.getEps()).isCloseTo(1e-5, within(1e-11));

    OnnxFile flag = norm();
    flag.node("bn", "BatchNormalization", "output", "input", "g", "g", "g", "v")
        .number("training_mode", 1);
    assertThat(refused(flag)).hasMessageContainingAll("node \"bn\"", "training", "model.eval()");
    OnnxFile outputs = norm().operators(9);
    outputs
        .node("bn", "BatchNormalization", "output", "input", "g", "g", "g", "v")
        .alsoOutput("batch_mean");
    assertThat(refused(outputs)).hasMessageContainingAll("node \"bn\"", "training");
    OnnxFile odd = norm();
    odd.node("bn", "BatchNormalization", "output", "input", "g", "g", "g", "v").real("momentum", 2);
    assertThat(refused(odd)).hasMessageContainingAll("node \"bn\"", "momentum 2.0");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void dropoutThatIsOnIsRefused(boolean on) throws IOException {
    OnnxFile file = file().constant("ratio", new Constant(new int[] {}, new float[] {0.5f}));
    file.truth("mode", on);
    file.node("fc", "MatMul", "a", "input", "w");
    file.node("drop", "Dropout", "output", "a", "ratio", "mode");
    if (on) {
      assertThat(refused(file)).hasMessageContainingAll("node \"drop\"", "training_mode = true");
    } else {
      assertThat(run(file).model().parameters().length()).isEqualTo(9);
    }
  }

  @ParameterizedTest
  @CsvSource({"LeakyRelu, alpha", "Elu, alpha", "Selu, gamma", "HardSigmoid, beta"})
  void anAttributeThatIsNoNumberIsRefused(String operator, String attribute) {
    OnnxFile file = file();
    file.node("fc", "MatMul", "a", "input", "w");
    file.node("act", operator, "output", "a").real(attribute, Float.NaN);
    assertThat(refused(file)).hasMessageContainingAll("node \"act\"", attribute + " NaN");
  }

  /** Limits are inputs, or attributes before operator set 11. */
  @ParameterizedTest
  @CsvSource({"0, 6, 13", "0, 6, 9", "-1, 1, 13", "0, 3.4028235e38, 7", "0, 5, 13", "-2, 2, 7"})
  void clipsThatDl4jHas(float least, float most, int operators) throws IOException {
    OnnxFile file =
        file()
            .operators(operators)
            .constant("b", new Constant(new int[] {3}, BIAS))
            .constant("least", new Constant(new int[] {}, new float[] {least}))
            .constant("most", new Constant(new int[] {}, new float[] {most}));
    file.node("fc", "Gemm", "a", "input", "w", "b");
    if (operators > 10) {
      file.node("clip", "Clip", "output", "a", "least", "most");
    } else {
      file.node("clip", "Clip", "output", "a").real("min", least).real("max", most);
    }
    if (most == 5 || most == 2) {
      assertThat(refused(file)).hasMessageContainingAll("node \"clip\"", "to " + (double) most);
      return;
    }
    double[][] expected = PlainNetwork.each(dense(), x -> Math.max(least, Math.min(most, x)));
    Imports.assertLayers(run(file).model().newModel(), ROWS, Map.of("fc", expected));
  }

  @Test
  void theThresholdOfARectifier() throws IOException {
    OnnxFile file = file().constant("b", new Constant(new int[] {3}, BIAS));
    file.node("fc", "Gemm", "a", "input", "w", "b");
    file.node("act", "ThresholdedRelu", "output", "a").real("alpha", 0.5f);
    Imports.assertLayers(
        run(file).model().newModel(),
        ROWS,
        Map.of("fc", PlainNetwork.each(dense(), x -> x > 0.5 ? x : 0)));
  }

  /** As exporters of mixed precision write it. */
  @Test
  void castsToFloat16ChangeNothingButTheRounding() throws IOException {
    OnnxFile file = file().constant("b", new Constant(new int[] {3}, BIAS));
    file.node("down", "Cast", "h", "input").number("to", Onnx.TensorProto.DataType.FLOAT16_VALUE);
    file.node("fc", "Gemm", "a", "h", "w", "b");
    file.node("up", "Cast", "output", "a").number("to", Onnx.TensorProto.DataType.FLOAT_VALUE);
    Imports.assertLayers(run(file).model().newModel(), ROWS, Map.of("fc", dense()));
    OnnxFile whole = file();
    whole.node("down", "Cast", "h", "input").number("to", Onnx.TensorProto.DataType.INT64_VALUE);
    whole.node("fc", "MatMul", "output", "h", "w");
    assertThat(refused(whole)).hasMessageContainingAll("node \"down\"", "type 7", "float16");
  }

  /** Operator set 12 and later: numbers without a tensor. */
  @Test
  void constantsThatAreAttributes() throws IOException {
    OnnxFile file = file();
    file.node("", "Constant", "b").reals("value_floats", BIAS);
    file.node("", "Constant", "two").real("value_float", 2);
    file.node("", "Constant", "shape").numbers("value_ints", -1, 3);
    file.node("", "Mul", "x", "input", "two");
    file.node("", "Reshape", "y", "x", "shape");
    file.node("fc", "Gemm", "output", "y", "w", "b");
    ImportedModel imported = run(file);
    Imports.assertLayers(imported.model().newModel(), ROWS, Map.of("fc", dense()));
    assertThat(imported.preprocessing().statistics().get(0).deviation()).containsOnly(0.5);
  }

  /** A file of one row a call, as PyTorch writes it without dynamic axes. */
  @ParameterizedTest
  @CsvSource({"1, 3, true", "1, -1, true", "0, -1, true", "2, 3, false", "-1, -1, false"})
  void reshapeOfAFixedNumberOfRows(long rows, long width, boolean sound) throws IOException {
    OnnxFile file = file().constant("b", new Constant(new int[] {3}, BIAS)).sizes("s", rows, width);
    file.node("flat", "Reshape", "x", "input", "s");
    file.node("fc", "Gemm", "output", "x", "w", "b");
    Onnx.ModelProto.Builder model = file.model().toBuilder();
    model
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .setDimValue(1);
    Path path = Files.write(folder.resolve("one.onnx"), model.build().toByteArray());
    if (sound) {
      ImportedModel imported = Imports.run(Imports.from(path));
      Imports.assertLayers(imported.model().newModel(), ROWS, Map.of("fc", dense()));
    } else {
      assertThat(Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(path))))
          .hasMessageContainingAll("node \"flat\"", "shape [" + rows + ", " + width + "]");
    }
  }

  @Test
  void classifiersOfScikitLearnNeedTheirOptionOfTensors() throws IOException {
    OnnxFile file = file();
    file.node("fc", "MatMul", "output", "input", "w");
    Onnx.ModelProto.Builder model = file.model().toBuilder();
    model
        .getGraphBuilder()
        .getOutputBuilder(0)
        .getTypeBuilder()
        .setSequenceType(Onnx.TypeProto.Sequence.getDefaultInstance());
    Path path = Files.write(folder.resolve("maps.onnx"), model.build().toByteArray());
    assertThat(Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(path))))
        .hasMessageContainingAll("none of floating point numbers", "\"zipmap\": False");
  }
}
