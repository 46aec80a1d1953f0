package dev.strata.executor.shard;

import static dev.strata.executor.shard.TinyShards.CONFIGURATION;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;

/** Five labelled rows, of values below 100, with seven unlabelled ones, of values from 100 on. */
class UnlabelledReaderTest {
  private static final int RATIO = 2;

  @TempDir private Path folder;
  private ShardManifest labelled;
  private ShardSet labelledSet;
  private ShardSet unlabelled;

  @BeforeEach
  void write() {
    labelledSet = write("labelled", 0, true, List.of(3, 2));
    labelled = ManifestFile.read(CONFIGURATION, labelledSet);
    unlabelled = write("unlabelled", 100, false, List.of(4, 0, 3));
  }

  private ShardSet write(String name, int from, boolean classes, List<Integer> rows) {
    List<ArraySpec> arrays = new ArrayList<>();
    arrays.add(TinyShards.input(0, ElementType.F32, 2));
    if (classes) {
      arrays.add(TinyShards.classes(0, 2));
    }
    return TinyShards.write(
        new org.apache.hadoop.fs.Path(folder.resolve(name).toUri()),
        arrays,
        rows,
        (array, block, row, element) -> array == 0 ? from + 10 * block + row : row % 2);
  }

  private UnlabelledReader reader() {
    return new UnlabelledReader(
        new MinibatchReader(CONFIGURATION, labelledSet, labelled, DataType.FLOAT),
        CONFIGURATION,
        new UnlabelledRows(unlabelled, RATIO, 3),
        (manifest, pass) -> EpochOrder.of(manifest, 0, 1, 2, 40 + pass));
  }

  /** The unlabelled values of minibatches of 2, 2 and 1 rows in each of some passes. */
  private List<Float> values(int fromPass, int toPass) {
    List<Float> values = new ArrayList<>();
    try (UnlabelledReader reader = reader()) {
      for (int pass = fromPass; pass < toPass; pass++) {
        EpochOrder order = EpochOrder.of(labelled, 0, 1, 2, pass);
        reader.pass(pass);
        for (int from = 0; from < 5; from += 2) {
          int count = Math.min(2, 5 - from);
          Minibatch both = reader.read(order, 0, from, count);
          assertThat(both.rows()).isEqualTo(count);
          assertThat(both.labels()[0].size(0)).isEqualTo(count);
          assertThat(both.inputs()[0].size(0)).isEqualTo(count);
          assertThat(both.inputs()[1].size(0)).isEqualTo((long) count * RATIO);
          assertThat(both.rowNumbers()).hasSize(count * (1 + RATIO));
          for (int i = 0; i < count; i++) {
            assertThat(both.inputs()[0].getFloat(i, 0)).isLessThan(100);
          }
          for (int i = 0; i < count * RATIO; i++) {
            float value = both.inputs()[1].getFloat(i, 0);
            // 4 rows of the first block, none of the second, 3 of the third.
            float expected = both.rowNumbers()[count + i];
            assertThat(value).isEqualTo(expected < 4 ? 100 + expected : 120 + expected - 4);
            values.add(value);
          }
        }
      }
    }
    return values;
  }

  @Test
  void eachRowComesOnceBeforeAnyComesAgainInAnotherOrder() {
    List<Float> values = values(0, 7);
    List<Float> all = Arrays.asList(100f, 101f, 102f, 103f, 120f, 121f, 122f);
    for (int from = 0; from + 7 <= values.size(); from += 7) {
      assertThat(values.subList(from, from + 7)).containsExactlyInAnyOrderElementsOf(all);
    }
    assertThat(values.subList(0, 7)).isNotEqualTo(values.subList(7, 14));
  }

  @Test
  void whichRowsComeFollowsFromThePassAndThePosition() {
    List<Float> all = values(0, 4);
    assertThat(values(2, 4)).isEqualTo(all.subList(20, 40));
  }

  @Test
  void anEpochSeesEachUnlabelledRowOnce() {
    assertThat(UnlabelledRows.passes(50_000, 100, 4)).isEqualTo(125);
    assertThat(UnlabelledRows.passes(50_001, 100, 4)).isEqualTo(126);
    assertThat(UnlabelledRows.passes(10, 100, 4)).isEqualTo(1);
  }
}
