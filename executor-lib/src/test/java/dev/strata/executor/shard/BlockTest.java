package dev.strata.executor.shard;

import static dev.strata.executor.shard.TinyShards.CONFIGURATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockTest {
  private static final int ROWS = 5;

  @TempDir private Path folder;

  /** All four types hold it exactly, U8 as an unsigned byte. */
  private static double at(int array, int block, int row, int element) {
    return 50 * row + element;
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeIsReadAsFloatAndDouble(ElementType type) {
    Block block = block(TinyShards.input(0, type, 3));
    for (int row = 0; row < ROWS; row++) {
      float[] floats = new float[5];
      double[] doubles = new double[5];
      block.read(0, row, floats, 1);
      block.read(0, row, doubles, 1);
      assertThat(floats).containsExactly(0, 50 * row, 50 * row + 1, 50 * row + 2, 0);
      assertThat(doubles).containsExactly(0, 50 * row, 50 * row + 1, 50 * row + 2, 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneScalingForAllElements(ElementType type) {
    ArraySpec array = TinyShards.input(0, type, 3);
    Block block = block(TinyShards.scaled(array, List.of(3f), List.of(255f)));

    assertScaled(block, new float[] {3, 3, 3}, new float[] {255, 255, 255});
  }

  @ParameterizedTest
  @EnumSource
  void aScalingForEachElement(ElementType type) {
    ArraySpec array = TinyShards.input(0, type, 3);
    Block shifted = block(TinyShards.scaled(array, List.of(1f, 2f, 3f), List.of(7f)));
    Block divided = block(TinyShards.scaled(array, List.of(1f), List.of(7f, 0.3f, -2f)));

    assertScaled(shifted, new float[] {1, 2, 3}, new float[] {7, 7, 7});
    assertScaled(divided, new float[] {1, 1, 1}, new float[] {7, 0.3f, -2});
  }

  private static void assertScaled(Block block, float[] shift, float[] divisor) {
    for (int row = 0; row < ROWS; row++) {
      float[] floats = new float[3];
      double[] doubles = new double[3];
      block.read(0, row, floats, 0);
      block.read(0, row, doubles, 0);
      for (int i = 0; i < 3; i++) {
        assertThat(floats[i]).isEqualTo(((float) at(0, 0, row, i) - shift[i]) / divisor[i]);
        assertThat(doubles[i]).isEqualTo(floats[i]);
      }
    }
  }

  @Test
  void doublesAndLargeIntegersKeepTheirPrecision() {
    ArraySpec f64 = TinyShards.input(0, ElementType.F64, 1);
    ArraySpec i32 = TinyShards.input(1, ElementType.I32);
    Block block =
        block(
            List.of(f64, i32),
            (array, index, row, element) -> array == 0 ? row + 0.1 : Integer.MAX_VALUE - row);
    double[] values = new double[2];
    block.read(0, 3, values, 0);
    block.read(1, 4, values, 1);

    assertThat(values).containsExactly(3.1, Integer.MAX_VALUE - 4.0);
  }

  @Test
  void rawBytesAreTheStoredOnes() {
    ByteBuffer raw = block(TinyShards.input(0, ElementType.I32, 2)).raw(0);

    assertThat(raw.isReadOnly()).isTrue();
    assertThat(raw.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(raw.remaining()).isEqualTo(ROWS * 2 * Integer.BYTES);
    assertThat(raw.getInt(4 * 2 * Integer.BYTES)).isEqualTo(200);
  }

  @Test
  void labelsOutOfRangeAreNamed() {
    Block block = block(List.of(TinyShards.classes(0, 3)), (array, index, row, element) -> row - 1);

    assertThat(block.classIndex(0, 1)).isZero();
    assertThat(block.classIndex(0, 3)).isEqualTo(2);
    assertOutOfRange(block, 0, "class -1");
    assertOutOfRange(block, 4, "class 3");
  }

  private static void assertOutOfRange(Block block, int row, String found) {
    assertThatThrownBy(() -> block.classIndex(0, row))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.row()).contains(String.valueOf(row));
              assertThat(e.file().orElseThrow()).endsWith("block-00000/label-0.npy");
            })
        .hasMessageContainingAll(found, "0 to 2");
  }

  @Test
  void otherRowsAndOtherArraysAreRefused() {
    Block block = block(TinyShards.input(0, ElementType.U8, 3));

    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> block.read(0, ROWS, new float[3], 0));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> block.read(0, -1, new double[3], 0));
    assertThatIllegalArgumentException().isThrownBy(() -> block.classIndex(0, 0));
  }

  private Block block(ArraySpec array) {
    return block(List.of(array), BlockTest::at);
  }

  private Block block(List<ArraySpec> arrays, TinyShards.Values values) {
    ShardSet set =
        TinyShards.write(
            new org.apache.hadoop.fs.Path(folder.toUri()), arrays, List.of(ROWS), values);
    ShardManifest manifest = ManifestFile.read(CONFIGURATION, set);
    return BlockStore.shared().open(CONFIGURATION, set, manifest, 0);
  }
}
