package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.averaging.TrainingStateBuilder;
import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.mutation.MutationCheck;
import dev.strata.executor.json.Json;
import dev.strata.executor.round.RoundCut;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerState;
import dev.strata.executor.shard.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged and hostile checkpoints of a training: the one before is taken. */
class DamagedRunStateTest {
  private static final String LAST = "round-000000000002-000/";
  private static final String MANIFEST = LAST + "manifest.json";
  private static final String STATE = LAST + "state.json";
  private static final String NONE = "none";

  @TempDir Path work;
  private Path folder;

  @BeforeEach
  void write() {
    folder = work.resolve("checkpoints");
    for (long round = 1; round <= 2; round++) {
      store(new ArrayList<>()).save(state(round).toCheckpoint());
    }
  }

  private CheckpointStore store(List<String> notices) {
    return new CheckpointStore(
        new Configuration(), new org.apache.hadoop.fs.Path(folder.toUri()), 2, notices::add);
  }

  private static RunState state(long round) {
    WorkerState worker = new WorkerState(vector(round, 3), new byte[] {1, 2, (byte) round});
    return RunStateBuilder.builder()
        .phase("supervised")
        .training(
            TrainingStateBuilder.builder()
                .epoch(1)
                .roundInEpoch(2)
                .round(round)
                .iteration(10 * round)
                .examples(100 * round)
                .parameters(vector(round, 5))
                .model(vector(round + 7, 5))
                .velocity(vector(-round, 5))
                .optimizerState(StateVector.zeros(0))
                .workers(List.of(worker, worker))
                .build())
        .best(new BestModel(0.25, 1, 1, vector(round / 2f, 5), Map.of("loss", 0.25)))
        .firstLoss(1.5)
        .trainSeconds(0.5)
        .stopped(false)
        .kernel("linux-x86_64 avx2")
        .cut(RoundCut.EVEN)
        .regular(Optional.of(new BestModel(0.5, 0, 0, vector(-round, 5), Map.of("loss", 0.5))))
        .build();
  }

  private static StateVector vector(float first, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = first + i;
    }
    return StateVector.of(values);
  }

  private Object content(List<String> notices) {
    return store(notices)
        .newest(RunState::fromCheckpoint)
        .map(DamagedRunStateTest::text)
        .orElse(NONE);
  }

  private static String text(RunState state) {
    TrainingState t = state.training();
    List<Object> parts =
        new ArrayList<>(
            List.of(t.epoch(), t.roundInEpoch(), t.round(), t.iteration(), t.examples()));
    List<StateVector> vectors =
        new ArrayList<>(
            List.of(t.parameters(), t.velocity(), t.optimizerState(), state.best().parameters()));
    for (WorkerState own : t.workers()) {
      vectors.add(own.optimizerState());
      parts.add(Arrays.toString(own.learnerState()));
    }
    vectors.forEach(v -> parts.add(Arrays.toString(v.toFloats())));
    parts.addAll(
        List.of(
            state.phase(),
            state.best().value(),
            state.best().round(),
            state.best().stale(),
            state.best().metrics(),
            state.firstLoss(),
            state.trainSeconds(),
            state.stopped(),
            state.kernel()));
    return parts.toString();
  }

  private MutationCheck check() throws Exception {
    return new MutationCheck(folder, Set.of(text(state(1)), NONE), this::content);
  }

  @Test
  void unsignedDamageFallsBackAndIsTold() throws Exception {
    MutationCheck check = check();
    check.unsigned(7);
    assertThat(check.files()).contains(MANIFEST, STATE, LAST + "parameters.bin");
    assertThat(check.outcomes()).containsKey("repaired, told").doesNotContainKey("repaired");
  }

  @Test
  void whatDoesNotFitFallsBackThoughSigned() throws Exception {
    MutationCheck check = check();
    check.signed(STATE, 8, this::sign);
    check.signed(MANIFEST, 8, this::sign);
  }

  /** The manifest with the lengths and checksums of the files as they are, and its own. */
  private void sign(String name, MutationCheck.Writing write) throws IOException {
    ObjectNode manifest =
        (ObjectNode) Json.mapper().readTree(Files.readString(folder.resolve(MANIFEST)));
    if (!name.equals(MANIFEST)) {
      for (JsonNode file : manifest.get("files")) {
        byte[] bytes = Files.readAllBytes(folder.resolve(LAST + file.get("name").asText()));
        ObjectNode entry = (ObjectNode) file;
        boolean same = entry.get("bytes").asLong() == bytes.length;
        entry.put("bytes", bytes.length).put("sha256", Checksum.of(bytes));
        if (!same) {
          ArrayNode chunks = entry.putArray("chunks");
          chunks.add(bytes.length);
        }
      }
    }
    write.write(MANIFEST, MutationCheck.selfSigned(Json.pretty(manifest)));
  }

  private String fallenBack() {
    List<String> notices = new ArrayList<>();
    assertThat(content(notices)).isEqualTo(text(state(1)));
    return notices.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[16,4]", "[4,16]", "[20,0]", "[18,2]", "[-4,24]", "[21]", "null", "[null]"})
  void parametersCutInAnotherWayFallBack(String chunks) throws IOException {
    ObjectNode manifest =
        (ObjectNode) Json.mapper().readTree(Files.readString(folder.resolve(MANIFEST)));
    for (JsonNode file : manifest.get("files")) {
      if (file.get("name").asText().equals("parameters.bin")) {
        assertThat(file.get("chunks").toString()).isEqualTo("[20]");
        ((ObjectNode) file).set("chunks", Json.mapper().readTree(chunks));
      }
    }
    // Signed, so that nothing but the chunks is wrong.
    replace(MANIFEST, MutationCheck.selfSigned(Json.pretty(manifest)));
    assertThat(fallenBack()).contains("chunks");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"parameters", "outer-velocity", "worker-0-optimizer-state", "optimizer-state"})
  void numbersThatAreNotFiniteFallBack(String array) throws IOException {
    Path file = folder.resolve(LAST + array + ".bin");
    byte[] bytes = Files.readAllBytes(file);
    byte[] with = bytes.length == 0 ? new byte[4] : bytes;
    ByteBuffer.wrap(with).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, Float.NaN);
    write(array + ".bin", with);
    if (array.equals("parameters")) {
      // Told as divergence, when training is to go on from them.
      assertThat(content(new ArrayList<>()).toString()).contains("NaN");
    } else {
      assertThat(fallenBack()).contains(array + ".bin", "finite");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"outer-velocity", "best-parameters"})
  void vectorsOfAnotherLengthThanTheParametersFallBack(String array) throws IOException {
    write(array + ".bin", new byte[24]);
    assertThat(fallenBack()).contains(array + ".bin", "6 elements");
  }

  @Test
  void aManifestOfVersionOneNeedsNoChecksum() throws IOException {
    String signed = Files.readString(folder.resolve(MANIFEST));
    ObjectNode manifest = (ObjectNode) Json.mapper().readTree(signed);
    manifest.remove("selfSha256");
    replace(MANIFEST, Json.pretty(manifest));
    assertThat(fallenBack()).contains("manifest.json", "selfSha256");
    replace(MANIFEST, Json.pretty(manifest.put("formatVersion", 1)));
    assertThat(content(new ArrayList<>())).isEqualTo(text(state(2)));
    assertThat(Optional.of(signed)).hasValueSatisfying(s -> assertThat(s).contains("selfSha256"));
  }

  private void write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(LAST + name);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, bytes);
    sign(LAST + name, (other, text) -> replace(other, text));
  }

  private void replace(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.writeString(file, text);
  }
}
