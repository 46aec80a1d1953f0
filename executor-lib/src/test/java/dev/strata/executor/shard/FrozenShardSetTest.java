package dev.strata.executor.shard;

import static dev.strata.executor.shard.TinyShards.CONFIGURATION;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** ShardSets that version 1 wrote stay readable, to the bit. */
class FrozenShardSetTest {
  private static final float[] SHIFT = {0.5f, -1f};
  private static final float[] DIVISOR = {2f, 0.1f};

  @Test
  void manifestIsWhatWasWritten() throws Exception {
    ShardManifest manifest = ManifestFile.read(CONFIGURATION, open());

    assertThat(manifest.formatVersion()).isEqualTo(1);
    assertThat(manifest.split()).isEqualTo("train");
    assertThat(manifest.rows()).isEqualTo(5);
    assertThat(manifest.arrays()).isEqualTo(FrozenShardSetGenerator.ARRAYS);
    assertThat(manifest.columns())
        .containsExactly(
            new ColumnSpec("image", "input-0", 0, 6, "image"),
            new ColumnSpec("age", "input-1", 0, 1, "numeric"),
            new ColumnSpec("member", "input-1", 1, 1, "boolean"));
    assertThat(manifest.classes()).containsExactly("low", "middle", "high");
    assertThat(manifest.counts())
        .isEqualTo(Map.of("source", 7L, "used", 5L, "dropped-missing", 2L));
    assertThat(manifest.blocks())
        .extracting(BlockSpec::rows)
        .isEqualTo(FrozenShardSetGenerator.BLOCK_ROWS);
  }

  @Test
  void everyValueIsReadBack() throws Exception {
    ShardSet set = open();
    ShardManifest manifest = ManifestFile.read(CONFIGURATION, set);
    EpochOrder order = EpochOrder.sequential(manifest, 0, 1, 2);
    try (MinibatchReader reader =
        new MinibatchReader(CONFIGURATION, set, manifest, DataType.DOUBLE)) {
      Minibatch minibatch = reader.read(order, 0, 5);
      for (int i = 0; i < 5; i++) {
        int block = i < 3 ? 0 : 2;
        int row = i < 3 ? i : i - 3;
        assertInputs(minibatch.inputs(), i, block, row);
        assertLabels(minibatch.labels(), i, block, row);
        assertThat(minibatch.weights().orElseThrow().getDouble(i, 0))
            .isEqualTo(FrozenShardSetGenerator.stored(4, block, row, 0));
        double[] id = new double[1];
        BlockStore.shared().open(CONFIGURATION, set, manifest, block).read(5, row, id, 0);
        assertThat(id[0]).isEqualTo(FrozenShardSetGenerator.stored(5, block, row, 0));
      }
    }
  }

  private static void assertInputs(INDArray[] inputs, int i, int block, int row) {
    for (int element = 0; element < 6; element++) {
      float stored = (float) FrozenShardSetGenerator.stored(0, block, row, element);
      assertThat(inputs[0].getDouble(i, element / 3, element % 3)).isEqualTo(stored / 255f);
    }
    for (int element = 0; element < 2; element++) {
      float stored = (float) FrozenShardSetGenerator.stored(1, block, row, element);
      assertThat(inputs[1].getDouble(i, element))
          .isEqualTo((stored - SHIFT[element]) / DIVISOR[element]);
    }
  }

  private static void assertLabels(INDArray[] labels, int i, int block, int row) {
    for (int element = 0; element < 3; element++) {
      assertThat(labels[0].getDouble(i, element))
          .isEqualTo(FrozenShardSetGenerator.stored(2, block, row, 0) == element ? 1 : 0);
    }
    for (int element = 0; element < 2; element++) {
      assertThat(labels[1].getDouble(i, element))
          .isEqualTo(FrozenShardSetGenerator.stored(3, block, row, element));
    }
  }

  /** Since version 1 the manifest has only got a checksum of its own. */
  @Test
  void theGeneratorStillWritesTheSameBytes(@TempDir Path folder) throws Exception {
    FrozenShardSetGenerator.write(new org.apache.hadoop.fs.Path(folder.toUri()));

    assertThat(contents(folder)).isEqualTo(contents(frozen()));
    String text = Files.readString(folder.resolve(ShardManifest.FILE_NAME));
    assertThat(
            text.replace("\"formatVersion\" : 2", "\"formatVersion\" : 1")
                .replaceFirst(",\\s*\"selfSha256\" : \"[0-9a-f]{64}\"", ""))
        .isEqualTo(Files.readString(frozen().resolve(ShardManifest.FILE_NAME)));
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.endsWith(ShardManifest.FILE_NAME)) {
          continue;
        }
        contents.put(folder.relativize(file).toString(), Checksum.of(Files.readAllBytes(file)));
      }
    }
    return contents;
  }

  private static ShardSet open() throws URISyntaxException {
    return ManifestFile.open(CONFIGURATION, frozen().toString());
  }

  private static Path frozen() throws URISyntaxException {
    return Path.of(
            FrozenShardSetTest.class.getResource("/frozen/v1/shardset/manifest.json").toURI())
        .getParent();
  }
}
