package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.imports.OnnxFile.Constant;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import onnx.Onnx;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Perceptrons as several programs write them compute what plain loops compute. */
class OnnxImportTest {
  private static final double[][] ROWS = PlainNetwork.rows(7, 4);

  private final Random random = new Random(4);
  private final Constant kernel = random(4, 3);
  private final Constant bias = random(3);
  private final Constant top = random(3, 2);
  private final Constant shift = random(2);

  @TempDir private Path folder;

  /** A sound file. */
  static byte[] whole() {
    return new OnnxImportTest().torch().model().toByteArray();
  }

  /** As PyTorch's exporter: Gemm with transB, names with slashes, an activation of its own. */
  private OnnxFile torch() {
    OnnxFile file =
        new OnnxFile(4)
            .constant("fc1.weight", kernel.turned())
            .constant("fc1.bias", bias)
            .constant("fc2.weight", top.turned())
            .constant("fc2.bias", shift);
    file.node("/Flatten", "Flatten", "f", "input");
    file.node("/fc1/Gemm", "Gemm", "a", "f", "fc1.weight", "fc1.bias").number("transB", 1);
    file.node("/Tanh", "Tanh", "b", "a");
    file.node("/Dropout", "Dropout", "c", "b");
    file.node("/fc2/Gemm", "Gemm", "d", "c", "fc2.weight", "fc2.bias")
        .number("transB", 1)
        .real("alpha", 1f);
    file.node("/Softmax", "Softmax", "output", "d").number("axis", 1);
    return file;
  }

  @Test
  void gemmWithTurnedWeights() throws IOException {
    ImportedModel imported = run(torch());
    assertThat(imported.format()).isEqualTo(ImportFormat.ONNX);
    assertThat(imported.scores()).isTrue();
    check(imported, "fc1", "fc2");
  }

  /** As scikit-learn's: MatMul and Add, constants of shape [1, n], the class's name first. */
  @Test
  void matMulWithAddAndOtherOutputs() throws IOException {
    OnnxFile file =
        new OnnxFile(4)
            .constant("coefficient", kernel)
            .constant("intercepts", new Constant(new int[] {1, 3}, bias.values()))
            .constantNode("coefficient1", top)
            .constant("intercepts1", new Constant(new int[] {1, 2}, shift.values()));
    file.output("label", Onnx.TensorProto.DataType.INT64_VALUE);
    file.node("Cast", "Cast", "x", "input").number("to", 1);
    file.node("MatMul", "MatMul", "a", "x", "coefficient");
    file.node("Add", "Add", "b", "intercepts", "a");
    file.node("", "Tanh", "c", "b");
    file.node("", "MatMul", "d", "c", "coefficient1");
    file.node("Add1", "Add", "e", "d", "intercepts1");
    file.node("", "Identity", "i", "e");
    file.node("", "Softmax", "output", "i");
    file.node("ArgMax", "ArgMax", "label", "output");
    check(run(file), "MatMul", "matmul-1");
  }

  @Test
  void batchNormalizationAndActivationsOnTheirOwn() throws IOException {
    Constant gamma = random(4);
    Constant beta = random(4);
    Constant mean = random(4);
    Constant variance = random(4);
    for (int i = 0; i < 4; i++) {
      variance.values()[i] = 0.3f + Math.abs(variance.values()[i]);
    }
    OnnxFile file =
        new OnnxFile(4)
            .constant("g", gamma)
            .constant("b", beta)
            .constant("m", mean)
            .constant("v", variance)
            .constant("w", kernel);
    file.node("norm", "BatchNormalization", "x", "input", "g", "b", "m", "v")
        .real("epsilon", 0.01f);
    file.node("act", "LeakyRelu", "y", "x").real("alpha", 0.3f);
    file.node("top", "Gemm", "output", "y", "w").real("alpha", 0.5f);
    double[][] norm =
        PlainNetwork.normalise(
            ROWS, gamma.weights(), beta.weights(), mean.weights(), variance.weights(), 0.01f);
    double[][] act = PlainNetwork.each(norm, x -> x < 0 ? 0.3f * x : x);
    double[][] output =
        PlainNetwork.each(
            PlainNetwork.dense(
                act, kernel.weights(), new Constant(new int[] {3}, new float[3]).weights()),
            x -> 0.5 * x);
    Imports.assertLayers(
        run(file).model().newModel(), ROWS, Map.of("norm", norm, "act", act, "top", output));
  }

  @ParameterizedTest
  @CsvSource({
    "ConvTranspose, operator ConvTranspose",
    "LSTM, operator LSTM",
    "Exp, operator Exp",
    "Add, operator Add",
    "Transpose, operator Transpose"
  })
  void otherOperatorsAreRefusedByNameAndNode(String operator, String words) throws IOException {
    OnnxFile file = new OnnxFile(4).constant("w", kernel);
    file.node("first", "Gemm", "a", "input", "w");
    file.node("the node", operator, "output", "a");
    assertThat(refused(file)).hasMessageContainingAll(words, "node \"the node\"", "expected: Gemm");
  }

  @Test
  void otherFormsAreRefusedInWords() throws IOException {
    OnnxFile two = new OnnxFile(4).constant("w", kernel);
    two.node("sum", "Add", "output", "input", "input2").alsoInput("input2");
    assertThat(refused(two)).hasMessageContainingAll("inputs [input, input2]", "--encoded-input");

    OnnxFile itself = new OnnxFile(4);
    itself.node("a", "Relu", "x", "y");
    itself.node("b", "Relu", "y", "x");
    itself.node("c", "Relu", "output", "y");
    assertThat(refused(itself)).hasMessageContaining("nodes that depend on themselves");

    OnnxFile wide = new OnnxFile(5).constant("w", kernel);
    wide.node("fc", "Gemm", "output", "input", "w");
    assertThat(refused(wide)).hasMessageContainingAll("node \"fc\"", "weights for 4 inputs", "5");

    OnnxFile residual = new OnnxFile(4).constant("w", random(4, 4));
    residual.node("fc", "Gemm", "a", "input", "w");
    residual.node("sum", "Add", "output", "a", "input");
    assertThat(refused(residual)).hasMessageContainingAll("operator Add", "one computed input");

    OnnxFile elu = new OnnxFile(4).constant("w", kernel);
    elu.node("fc", "Gemm", "a", "input", "w");
    elu.node("elu", "Elu", "output", "a").real("alpha", 2);
    assertThat(refused(elu)).hasMessageContainingAll("operator Elu", "alpha 2.0");

    OnnxFile domain = new OnnxFile(4).constant("w", kernel);
    domain.node("fc", "Gemm", "a", "input", "w");
    domain.node("scale", "Scaler", "output", "a").domain("ai.onnx.ml");
    assertThat(refused(domain)).hasMessageContaining("operator ai.onnx.ml.Scaler");

    OnnxFile old = new OnnxFile(4).operators(6);
    assertThat(refused(old)).hasMessageContainingAll("operator set 6", "7 or later");
  }

  @Test
  void tensorsThatDoNotHoldWhatTheyClaimAreRefused() throws IOException {
    OnnxFile file = new OnnxFile(4).constant("w", kernel);
    file.node("fc", "Gemm", "output", "input", "w");
    Onnx.ModelProto whole = file.model();
    assertThat(refused(with(whole, Onnx.TensorProto.newBuilder().addDims(4).addDims(4))))
        .hasMessageContainingAll("tensor w of shape [4, 4] with 12 numbers", "16 numbers");
    assertThat(
            refused(
                with(
                    whole,
                    Onnx.TensorProto.newBuilder()
                        .addDims(1L << 31)
                        .addDims(1L << 31)
                        .addDims(1L << 31))))
        .hasMessageContaining("tensor w of shape");
    assertThat(refused(with(whole, Onnx.TensorProto.newBuilder().addDims(-4).addDims(-3))))
        .hasMessageContaining("tensor w of shape [-4, -3]");
    assertThat(
            refused(
                with(
                    whole,
                    Onnx.TensorProto.newBuilder().addDims(4).addDims(3).setDataLocationValue(1))))
        .hasMessageContainingAll("in another file", "save_as_external_data=False");
    assertThat(
            refused(
                with(whole, Onnx.TensorProto.newBuilder().addDims(4).addDims(3).setDataType(7))))
        .hasMessageContainingAll("tensor w of type INT64", "FLOAT");
    byte[] bytes = whole.toByteArray();
    Path cut =
        Files.write(folder.resolve("cut.onnx"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThat(Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(cut))))
        .hasMessageContainingAll("cannot read the ONNX model", "cut.onnx");
  }

  /** The first initialiser with other fields. */
  private static Onnx.ModelProto with(Onnx.ModelProto whole, Onnx.TensorProto.Builder fields) {
    Onnx.TensorProto own = whole.getGraph().getInitializer(0);
    Onnx.TensorProto.Builder changed = own.toBuilder().clearDims().mergeFrom(fields.build());
    return whole.toBuilder()
        .setGraph(whole.getGraph().toBuilder().setInitializer(0, changed))
        .build();
  }

  private void check(ImportedModel imported, String first, String second) {
    double[][] hidden =
        PlainNetwork.each(PlainNetwork.dense(ROWS, kernel.weights(), bias.weights()), Math::tanh);
    double[][] head =
        PlainNetwork.softmax(PlainNetwork.dense(hidden, top.weights(), shift.weights()));
    Imports.assertLayers(imported.model().newModel(), ROWS, Map.of(first, hidden, second, head));
    assertThat(imported.preprocessing().classes()).isEqualTo(List.of("0", "1"));
  }

  private ImportedModel run(OnnxFile file) throws IOException {
    return Imports.run(Imports.from(file.write(folder)));
  }

  private StrataException refused(OnnxFile file) {
    return Imports.refused(FailureKind.DATA, () -> run(file));
  }

  private StrataException refused(Onnx.ModelProto model) throws IOException {
    Path file = Files.write(folder.resolve("m.onnx"), model.toByteArray());
    return Imports.refused(FailureKind.DATA, () -> Imports.run(Imports.from(file)));
  }

  private Constant random(int... shape) {
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
}
