package dev.strata.executor.shard;

import static dev.strata.executor.shard.TinyShards.CONFIGURATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MinibatchReaderTest {
  private static final List<Integer> BLOCK_ROWS = List.of(5, 0, 7, 3);

  /** Every role and type at once, out of order. */
  private static final List<ArraySpec> ALL =
      List.of(
          TinyShards.array("weight-0", ArrayRole.WEIGHT, 0, ElementType.F32, 0),
          TinyShards.input(1, ElementType.F32, 3),
          TinyShards.scaled(TinyShards.input(0, ElementType.U8, 2, 2), List.of(1f), List.of(255f)),
          TinyShards.array("id-0", ArrayRole.ID, 0, ElementType.I32, 0),
          TinyShards.classes(0, 4),
          TinyShards.values(1, ElementType.F64, 2),
          TinyShards.array("mask-0", ArrayRole.MASK, 0, ElementType.U8, 0, 2));

  @TempDir private Path folder;

  private static double at(int array, int block, int row, int element) {
    return switch (array) {
      case 4 -> row % 4;
      case 6 -> (row + element) % 2;
      default -> 30 * array + 10 * block + row + 0.25 * element;
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void everyArrayOfEveryRowArrives(DataType type) {
    ShardSet set = write(ALL);
    ShardManifest manifest = ManifestFile.read(CONFIGURATION, set);
    EpochOrder order = EpochOrder.of(manifest, 0, 1, 2, 42);
    try (MinibatchReader reader = new MinibatchReader(CONFIGURATION, set, manifest, type)) {
      for (int from = 0; from < order.rows(); from += 4) {
        int rows = Math.min(4, order.rows() - from);
        Minibatch minibatch = reader.read(order, from, rows);
        assertThat(minibatch.rows()).isEqualTo(rows);
        assertShapes(minibatch, rows, type);
        for (int i = 0; i < rows; i++) {
          assertRow(minibatch, i, order.block(from + i), order.row(from + i));
        }
      }
    }
  }

  private static void assertShapes(Minibatch minibatch, int rows, DataType type) {
    List<INDArray> all = new ArrayList<>();
    all.addAll(List.of(minibatch.inputs()));
    all.addAll(List.of(minibatch.labels()));
    all.addAll(List.of(minibatch.masks()));
    all.add(minibatch.weights().orElseThrow());
    assertThat(all)
        .extracting(INDArray::shape)
        .containsExactly(
            new long[] {rows, 2, 2},
            new long[] {rows, 3},
            new long[] {rows, 4},
            new long[] {rows, 2},
            new long[] {rows, 2},
            new long[] {rows, 1});
    assertThat(all).extracting(INDArray::dataType).containsOnly(type);
    assertThat(all).extracting(INDArray::ordering).containsOnly('c');
  }

  private static void assertRow(Minibatch minibatch, int i, int block, int row) {
    for (int element = 0; element < 4; element++) {
      float stored = (int) at(2, block, row, element);
      assertThat(minibatch.inputs()[0].getDouble(i, element / 2, element % 2))
          .isEqualTo((stored - 1f) / 255f);
      assertThat(minibatch.labels()[0].getDouble(i, element)).isEqualTo(row % 4 == element ? 1 : 0);
    }
    for (int element = 0; element < 3; element++) {
      assertThat(minibatch.inputs()[1].getDouble(i, element)).isEqualTo(at(1, block, row, element));
    }
    for (int element = 0; element < 2; element++) {
      assertThat(minibatch.labels()[1].getDouble(i, element)).isEqualTo(at(5, block, row, element));
      assertThat(minibatch.masks()[0].getDouble(i, element)).isEqualTo(at(6, block, row, element));
    }
    assertThat(minibatch.weights().orElseThrow().getDouble(i, 0)).isEqualTo(at(0, block, row, 0));
  }

  @Test
  void rowsKeepTheirNumbersWhateverTheOrder() {
    ShardSet set = write(List.of(TinyShards.input(0, ElementType.F32)));
    ShardManifest manifest = ManifestFile.read(CONFIGURATION, set);
    EpochOrder order = EpochOrder.of(manifest, 1, 2, 2, 42);
    try (MinibatchReader reader =
        new MinibatchReader(CONFIGURATION, set, manifest, DataType.FLOAT)) {
      long[] numbers = reader.read(order, 0, order.rows()).rowNumbers();
      long[] firstOfBlock = {0, 5, 5, 12};
      for (int i = 0; i < order.rows(); i++) {
        assertThat(numbers[i]).isEqualTo(firstOfBlock[order.block(i)] + order.row(i));
      }
      assertThat(LongStream.of(numbers).sorted()).containsExactly(12L, 13L, 14L);
    }
  }

  @Test
  void float64KeepsItsPrecisionInDoubleMinibatches() {
    ArraySpec input = TinyShards.input(0, ElementType.F64, 1);
    ShardSet set = write(List.of(input), (array, block, row, element) -> row / 3.0);

    assertThat(first(set, DataType.DOUBLE, 2).inputs()[0].getDouble(1, 0)).isEqualTo(1 / 3.0);
    assertThat(first(set, DataType.FLOAT, 2).inputs()[0].getDouble(1, 0)).isEqualTo(1 / 3f);
  }

  @Test
  void unlabelledRowsHaveNoLabelsAndNoWeights() {
    ShardSet set = write(List.of(TinyShards.input(0, ElementType.I32)));

    Minibatch minibatch = first(set, DataType.FLOAT, 3);
    assertThat(minibatch.labels()).isEmpty();
    assertThat(minibatch.masks()).isEmpty();
    assertThat(minibatch.weights()).isEmpty();
    assertThat(minibatch.inputs()[0].toFloatMatrix()).isDeepEqualTo(new float[][] {{0}, {1}, {2}});
  }

  @Test
  void arraysAreReusedForEachSizeAndRefilledCompletely() {
    ShardSet set = write(ALL);
    ShardManifest manifest = ManifestFile.read(CONFIGURATION, set);
    EpochOrder order = EpochOrder.sequential(manifest, 0, 2);
    try (MinibatchReader reader =
        new MinibatchReader(CONFIGURATION, set, manifest, DataType.FLOAT)) {
      Minibatch first = reader.read(order, 0, 4);
      Minibatch other = reader.read(order, 4, 3);
      Minibatch again = reader.read(order, 5, 4);

      assertThat(again.inputs()[0]).isSameAs(first.inputs()[0]).isNotSameAs(other.inputs()[0]);
      for (int i = 0; i < 4; i++) {
        assertRow(again, i, 2, i);
      }
    }
  }

  @Test
  void arraysOutliveTheWorkspaceTheyWereAskedForIn() {
    ShardSet set = write(ALL);
    ShardManifest manifest = ManifestFile.read(CONFIGURATION, set);
    EpochOrder order = EpochOrder.sequential(manifest, 0);
    WorkspaceConfiguration small = WorkspaceConfiguration.builder().initialSize(1 << 20).build();
    try (MinibatchReader reader =
        new MinibatchReader(CONFIGURATION, set, manifest, DataType.FLOAT)) {
      try (MemoryWorkspace workspace =
          Nd4j.getWorkspaceManager().getAndActivateWorkspace(small, "passing")) {
        assertThat(workspace.isScopeActive()).isTrue();
        assertThat(reader.read(order, 0, 2).inputs()[0].isAttached()).isFalse();
      }
      assertRow(reader.read(order, 2, 2), 1, 0, 3);
    }
  }

  @Test
  void manySizesAndManyBlocksAreNotKeptForEver() {
    List<Integer> blockRows = IntStream.range(0, 200).mapToObj(i -> 1).toList();
    ShardSet set =
        TinyShards.write(
            new org.apache.hadoop.fs.Path(folder.toUri()),
            List.of(TinyShards.input(0, ElementType.F32)),
            blockRows,
            (array, block, row, element) -> block);
    ShardManifest manifest = ManifestFile.read(CONFIGURATION, set);
    EpochOrder order = EpochOrder.of(manifest, 0, 1, 200, 3);
    try (MinibatchReader reader =
        new MinibatchReader(CONFIGURATION, set, manifest, DataType.FLOAT)) {
      INDArray first = reader.read(order, 0, 1).inputs()[0];
      for (int rows = 2; rows <= 20; rows++) {
        INDArray input = reader.read(order, 200 - rows, rows).inputs()[0];
        for (int i = 0; i < rows; i++) {
          assertThat(input.getInt(i, 0)).isEqualTo(order.block(200 - rows + i));
        }
      }
      assertThat(first.wasClosed()).isTrue();
    }
  }

  @Test
  void closingReturnsTheMemory() {
    ShardSet set = write(ALL);
    ShardManifest manifest = ManifestFile.read(CONFIGURATION, set);
    MinibatchReader reader = new MinibatchReader(CONFIGURATION, set, manifest, DataType.FLOAT);
    Minibatch minibatch = reader.read(EpochOrder.sequential(manifest, 0), 0, 2);
    reader.close();

    assertThat(minibatch.inputs()[0].wasClosed()).isTrue();
    assertThat(minibatch.weights().orElseThrow().wasClosed()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void labelsOutOfRangeAreNamed(DataType type) {
    ShardSet set =
        write(List.of(TinyShards.classes(0, 2)), (array, block, row, element) -> row == 1 ? 2 : 0);

    assertThatThrownBy(() -> first(set, type, 2))
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll("label-0.npy", "row: 1", "class 2", "0 to 1");
  }

  @Test
  void nonsenseIsRefused() {
    ShardSet set = write(List.of(TinyShards.input(0, ElementType.F32)));

    assertThatIllegalArgumentException().isThrownBy(() -> first(set, DataType.HALF, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> first(set, DataType.FLOAT, 0));
    assertThatThrownBy(() -> first(set, DataType.FLOAT, 6))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** The first rows of the first block; left to the garbage collector. */
  private static Minibatch first(ShardSet set, DataType type, int rows) {
    ShardManifest manifest = ManifestFile.read(CONFIGURATION, set);
    return new MinibatchReader(CONFIGURATION, set, manifest, type)
        .read(EpochOrder.sequential(manifest, 0), 0, rows);
  }

  private ShardSet write(List<ArraySpec> arrays) {
    return write(arrays, arrays.size() == 1 ? (a, b, row, e) -> row : MinibatchReaderTest::at);
  }

  private ShardSet write(List<ArraySpec> arrays, TinyShards.Values values) {
    return TinyShards.write(
        new org.apache.hadoop.fs.Path(folder.toUri()), arrays, BLOCK_ROWS, values);
  }
}
