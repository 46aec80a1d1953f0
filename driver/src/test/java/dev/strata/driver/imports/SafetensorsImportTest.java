package dev.strata.driver.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.imports.ImportSettings.WeightsOrder;
import dev.strata.driver.testing.KerasModelFile.Weights;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** States of PyTorch in safetensors compute what plain loops compute, or are refused in words. */
class SafetensorsImportTest {
  private static final double[][] ROWS = PlainNetwork.rows(7, 4);

  private final Random random = new Random(8);
  private final Weights kernel = random(4, 3);
  private final Weights bias = random(3);
  private final Weights gamma = random(3);
  private final Weights beta = random(3);
  private final Weights mean = random(3);
  private final Weights variance = Imports.positive(random(3));
  private final Weights top = random(3, 2);
  private final Weights shift = random(2);

  @TempDir private Path folder;

  /** A tensor by hand. */
  private record Tensor(String type, String shape, byte[] data) {}

  @ParameterizedTest
  @CsvSource({
    "hidden, norm, head",
    "net.0, net.2, net.10",
    "backbone.linear, backbone.bn, classifier",
    "encoder.1.fc, encoder.2.fc, encoder.3.fc"
  })
  void aStateOfPyTorchIsMatchedByNamesNumbersOrShapes(String first, String second, String third)
      throws IOException {
    check(run(file(state(first, second, third, "F32")), Map.of(), WeightsOrder.AUTO), 1e-5);
  }

  @ParameterizedTest
  @CsvSource({"F64, 1e-5", "F16, 2e-3", "BF16, 2e-2"})
  void otherTypesOfNumbers(String type, double most) throws IOException {
    check(run(file(state("hidden", "norm", "head", type)), Map.of(), WeightsOrder.AUTO), most);
  }

  @Test
  void importArraysNamesTensorsAndTheMetadataTheLayout() throws IOException {
    Map<String, Tensor> state = state("x", "y", "z", "F32");
    state.put("other.weight", state.get("x.weight"));
    state.put("other.bias", state.get("x.bias"));
    assertThat(refused(state))
        .hasMessageContainingAll("several modules fit", "import.arrays.hidden", "other, x");
    Map<String, Map<String, String>> mapping =
        Map.of("hidden", Map.of("weights", "x.weight", "bias", "x.bias"));
    assertThat(
            Imports.refused(
                FailureKind.DATA,
                () -> run(file(state), Map.of("head", Map.of()), WeightsOrder.AUTO)))
        .hasMessageContaining("several modules fit");
    check(run(file(state), mapping, WeightsOrder.AUTO), 1e-5);

    Map<String, Tensor> keras = state("hidden", "norm", "head", "F32");
    keras.put("hidden.weight", tensor("F32", "[4,3]", kernel.values()));
    keras.put("head.weight", tensor("F32", "[3,2]", top.values()));
    check(
        run(file(keras, "\"__metadata__\":{\"format\":\"tf\"},"), Map.of(), WeightsOrder.AUTO),
        1e-5);
    check(run(file(keras), Map.of(), WeightsOrder.IN_OUT), 1e-5);
    assertThat(refused(keras)).hasMessageContainingAll("hidden", "[4, 3]", "[3, 4]");
  }

  @Test
  void modulesThatNoLayerUsesAreRefused() throws IOException {
    Map<String, Tensor> state = state("net.0", "net.2", "net.3", "F32");
    // Between the others: left out, the network would compute something else.
    state.put("net.1.weight", tensor("F32", "[3,3]", random(3, 3).values()));
    state.put("net.1.bias", tensor("F32", "[3]", bias.values()));
    assertThat(refused(state))
        .hasMessageContainingAll(
            "no layer of network.layers uses", "found: net.1", "import.arrays");
    Map<String, Map<String, String>> mapping =
        Map.of("hidden", Map.of("weights", "net.0.weight", "bias", "net.0.bias"));
    check(run(file(state), mapping, WeightsOrder.AUTO), 1e-5);
  }

  @Test
  void equalLayersWithoutNumbersAreAmbiguous() throws IOException {
    Map<String, Tensor> state = new LinkedHashMap<>();
    Weights square = random(4, 4);
    for (String name : List.of("query", "key")) {
      state.put(name + ".weight", tensor("F32", "[4,4]", square.values()));
      state.put(name + ".bias", tensor("F32", "[4]", new float[4]));
    }
    List<LayerSettings> layers =
        List.of(LayerSettings.dense(4, "tanh").withName("a"), Imports.output("b", 4));
    Path file = file(state);
    assertThat(
            Imports.refused(
                FailureKind.DATA,
                () -> Imports.run(Imports.mapped(file, Map.of(), WeightsOrder.AUTO), layers, 4)))
        .hasMessageContainingAll("several modules fit a layer", "key, query", "import.arrays.a");
    state.put("9.weight", state.remove("query.weight"));
    state.put("9.bias", state.remove("query.bias"));
    state.put("10.weight", state.remove("key.weight"));
    state.put("10.bias", tensor("F32", "[4]", new float[] {1, 2, 3, 4}));
    state.remove("key.bias");
    ImportedModel numbered =
        Imports.run(Imports.mapped(file(state), Map.of(), WeightsOrder.AUTO), layers, 4);
    float[] parameters = numbered.model().parameters().toFloats();
    assertThat(parameters[parameters.length - 1]).as("10 comes after 9").isEqualTo(4);
  }

  @Test
  void damagedHeadersAreRefusedInWords() throws IOException {
    String bias = "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    assertThat(header("{" + bias + "}", 8).getMessage()).contains("no tensors fit a layer");
    assertThat(header("{" + bias + "}", 4)).hasMessageContaining("4 bytes of tensors");
    assertThat(header("{" + bias + "}", 9)).hasMessageContaining("9 bytes of tensors");
    assertThat(header("{" + bias + "," + bias + "}", 8)).hasMessageContaining("Duplicate field");
    assertThat(header("{" + bias + "," + bias.replace("\"b\"", "\"c\"") + "}", 8))
        .hasMessageContainingAll("tensor c at offset 0", "side by side");
    assertThat(header("{" + bias.replace("[0,8]", "[8,16]") + "}", 16))
        .hasMessageContaining("tensor b at offset 8");
    assertThat(header("{" + bias.replace("[0,8]", "[8,0]") + "}", 8))
        .hasMessageContaining("from offset 8 to 0");
    assertThat(header("{" + bias.replace("[2]", "[3]") + "}", 8))
        .hasMessageContaining("shape [3] and type F32 in 8 bytes");
    assertThat(header("{" + bias.replace("[2]", "[2147483647,2147483647,2147483647]") + "}", 8))
        .hasMessageContaining("in 8 bytes");
    assertThat(header("{" + bias.replace("[2]", "[-2]") + "}", 8))
        .hasMessageContaining("a dimension of -2");
    assertThat(header("{" + bias.replace("[2]", "[1e400]") + "}", 8))
        .hasMessageContaining("a dimension of");
    assertThat(header("{" + bias.replace("8]", "99999999999999999999]") + "}", 8))
        .hasMessageContaining("at offset 99999999999999999999");
    assertThat(header("{\"a\":" + "[".repeat(100_000), 8)).hasMessageContaining("not JSON");
    assertThat(header("{" + bias + "} {}", 8)).hasMessageContaining("text after its JSON object");
    assertThat(header("{\"a\":[]}", 0)).hasMessageContaining("dtype, shape and two data_offsets");
    byte[] longer = bytes("{}", 0);
    longer[1] = 1;
    assertThat(refused(Files.write(folder.resolve("long.bin"), longer)))
        .hasMessageContainingAll("a header of 258 bytes in a file of 10", "within the file");
    Map<String, Tensor> whole = state("hidden", "norm", "head", "F32");
    whole.put("head.bias", new Tensor("I32", "[2]", new byte[8]));
    assertThat(refused(whole)).hasMessageContainingAll("head.bias", "type I32", "tensor.float()");
  }

  private StrataException header(String json, int data) throws IOException {
    return refused(Files.write(folder.resolve("header.bin"), bytes(json, data)));
  }

  private static byte[] bytes(String json, int data) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  private StrataException refused(Map<String, Tensor> state) throws IOException {
    return refused(file(state));
  }

  private StrataException refused(Path file) {
    return Imports.refused(FailureKind.DATA, () -> run(file, Map.of(), WeightsOrder.AUTO));
  }

  /** A sound file. */
  byte[] whole() {
    return bytes(state("net.0", "net.2", "net.3", "F32"), "");
  }

  static void importState(Path file) {
    run(file, Map.of(), WeightsOrder.AUTO);
  }

  private static ImportedModel run(
      Path file, Map<String, Map<String, String>> arrays, WeightsOrder order) {
    List<LayerSettings> layers =
        List.of(
            LayerSettings.dense(3, "tanh").withName("hidden"),
            LayerSettings.batchNorm().withName("norm"),
            Imports.output("head", 2));
    return Imports.run(Imports.mapped(file, arrays, order), layers, 4);
  }

  private void check(ImportedModel imported, double most) {
    assertThat(imported.format()).isEqualTo(ImportFormat.SAFETENSORS);
    double[][] hidden = PlainNetwork.each(PlainNetwork.dense(ROWS, kernel, bias), Math::tanh);
    double[][] norm = PlainNetwork.normalise(hidden, gamma, beta, mean, variance, 1e-5);
    double[][] head = PlainNetwork.softmax(PlainNetwork.dense(norm, top, shift));
    if (most <= 1e-5) {
      Imports.assertLayers(
          imported.model().newModel(), ROWS, Map.of("hidden", hidden, "norm", norm, "head", head));
    } else {
      Imports.assertLayers(imported.model().newModel(), ROWS, Map.of("hidden", hidden), most);
    }
  }

  /** As {@code state_dict} of Linear, BatchNorm1d and Linear has it. */
  private Map<String, Tensor> state(String first, String second, String third, String type) {
    Map<String, Tensor> state = new LinkedHashMap<>();
    state.put(first + ".weight", tensor(type, "[3,4]", Imports.turned(kernel)));
    state.put(first + ".bias", tensor(type, "[3]", bias.values()));
    state.put(second + ".weight", tensor(type, "[3]", gamma.values()));
    state.put(second + ".bias", tensor(type, "[3]", beta.values()));
    state.put(second + ".running_mean", tensor(type, "[3]", mean.values()));
    state.put(second + ".running_var", tensor(type, "[3]", variance.values()));
    state.put(second + ".num_batches_tracked", new Tensor("I64", "[]", new byte[8]));
    state.put(third + ".weight", tensor(type, "[2,3]", Imports.turned(top)));
    state.put(third + ".bias", tensor(type, "[2]", shift.values()));
    return state;
  }

  private Path file(Map<String, Tensor> tensors) throws IOException {
    return file(tensors, "");
  }

  private Path file(Map<String, Tensor> tensors, String metadata) throws IOException {
    return Files.write(Files.createTempFile(folder, "state", ".bin"), bytes(tensors, metadata));
  }

  private static byte[] bytes(Map<String, Tensor> tensors, String metadata) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    List<String> entries = new ArrayList<>();
    tensors.forEach(
        (name, tensor) -> {
          int from = data.size();
          data.writeBytes(tensor.data());
          entries.add(
              "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                  .formatted(name, tensor.type(), tensor.shape(), from, data.size()));
        });
    byte[] head = bytes("{" + metadata + String.join(",", entries) + "}", data.size());
    System.arraycopy(data.toByteArray(), 0, head, head.length - data.size(), data.size());
    return head;
  }

  private static Tensor tensor(String type, String shape, float[] values) {
    int each = type.equals("F64") ? 8 : type.equals("F32") ? 4 : 2;
    ByteBuffer data = ByteBuffer.allocate(each * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      int bits = Float.floatToIntBits(value);
      switch (type) {
        case "F64" -> data.putDouble(value);
        case "F32" -> data.putFloat(value);
        case "BF16" -> data.putShort((short) (bits >>> 16));
        // Sign, exponent with another bias, leading bits: all values here are normal numbers.
        default ->
            data.putShort(
                (short)
                    (bits >>> 16 & 0x8000
                        | (Math.getExponent(value) + 15) << 10
                        | bits >>> 13 & 0x3FF));
      }
    }
    return new Tensor(type, shape, data.array());
  }

  private Weights random(int... shape) {
    return Imports.random(random, shape);
  }
}
