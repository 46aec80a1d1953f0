package dev.strata.driver.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.driver.models.PretrainedLayer;
import dev.strata.driver.models.PretrainedLayerBuilder;
import dev.strata.driver.mutation.MutationCheck;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.json.Json;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.Checksum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Damaged and hostile finished layers: such a layer is trained again. */
class DamagedLayersTest {
  private static final String FILES = "round-000000000008-000/";
  private static final String MANIFEST = FILES + "manifest.json";
  private static final String STATE = FILES + "state.json";
  private static final String NONE = "none";

  @TempDir Path work;
  private RunFolder run;
  private Path folder;

  @BeforeEach
  void write() {
    run = RunFolder.of(new Configuration(), work.toString());
    folder = work.resolve("layers/layer-1");
    List<DenseShape> encoder = List.of(new DenseShape(3, 2, "sigmoid"));
    List<DenseShape> decoder = List.of(new DenseShape(2, 3, "identity"));
    PretrainedLayer story =
        PretrainedLayerBuilder.builder()
            .name("hidden-1")
            .kind("rbm")
            .inputs(3)
            .units(2)
            .activation("sigmoid")
            .epochs(2)
            .rounds(8)
            .examples(64)
            .trainSeconds(0.5)
            .stoppedEarly(false)
            .settings(Map.of("units", "2"))
            .metrics(Map.of("loss", 0.5))
            .build();
    new FinishedLayers(run, notice -> {})
        .save("layer-1", new FinishedLayer(story, "cafe", encoder, decoder, vector(8), vector(9)));
  }

  private static StateVector vector(int length) {
    float[] values = new float[length];
    Arrays.fill(values, length);
    return StateVector.of(values);
  }

  private Object content(List<String> notices) {
    return new FinishedLayers(run, notices::add)
        .find("layer-1", "cafe")
        .map(
            layer ->
                List.of(
                        layer.story(),
                        layer.encoder(),
                        layer.decoder(),
                        Arrays.toString(layer.encoderParameters().toFloats()),
                        Arrays.toString(layer.decoderParameters().toFloats()))
                    .toString())
        .orElse(NONE);
  }

  @Test
  void unsignedDamageIsToldAndTheLayerTrainedAgain() throws Exception {
    MutationCheck check = new MutationCheck(folder, Set.of(NONE), this::content);
    check.unsigned(3);
    assertThat(check.outcomes()).containsKey("repaired, told").doesNotContainKey("repaired");
  }

  @Test
  void whatDoesNotFitIsNotTakenThoughSigned() throws Exception {
    MutationCheck check = new MutationCheck(folder, Set.of(NONE), this::content);
    check.signed(STATE, 4, this::sign);
    check.signed(MANIFEST, 4, this::sign);
  }

  @ParameterizedTest
  @CsvSource({
    "/encoder/0/units, -2",
    "/encoder/0/units, 1000000",
    "/encoder/0/inputs, 2147483647",
    "/encoder/0/activation, null",
    "/encoder, null",
    "/encoder, []",
    "/encoder, [null]",
    "/decoder/0/units, 2",
    "/decoder, []",
    "/story, null",
    "/story/rounds, 9",
    "/story/units, 3",
    "/dataSha256, null"
  })
  void aFieldThatDoesNotFit(String field, String value) throws IOException {
    ObjectNode state = (ObjectNode) Json.mapper().readTree(folder.resolve(STATE).toFile());
    int slash = field.lastIndexOf('/');
    ((ObjectNode) state.at(field.substring(0, slash)))
        .set(field.substring(slash + 1), Json.mapper().readTree(value));
    put(STATE, Json.pretty(state));
    sign(STATE, this::put);
    List<String> notices = new ArrayList<>();
    assertThat(content(notices)).isEqualTo(NONE);
    assertThat(notices.get(0)).containsPattern("(state.json|(en|de)coder.bin); found");
  }

  private void sign(String name, MutationCheck.Writing write) throws IOException {
    ObjectNode manifest =
        (ObjectNode) Json.mapper().readTree(Files.readString(folder.resolve(MANIFEST)));
    if (!name.equals(MANIFEST)) {
      for (JsonNode file : manifest.get("files")) {
        byte[] bytes = Files.readAllBytes(folder.resolve(FILES + file.get("name").asText()));
        ObjectNode entry = (ObjectNode) file;
        entry.put("bytes", bytes.length).put("sha256", Checksum.of(bytes));
        entry.putArray("chunks").add(bytes.length);
      }
    }
    write.write(MANIFEST, MutationCheck.selfSigned(Json.pretty(manifest)));
  }

  private void put(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.writeString(file, text);
  }
}
