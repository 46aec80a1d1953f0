package dev.strata.driver.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChunksTest {
  @Test
  void floatsAreLittleEndianAndComeBackBitForBit() {
    float[] values = {1f, -0f, Float.NaN, Float.MIN_VALUE, Float.NEGATIVE_INFINITY};
    byte[][] chunks = Chunks.ofFloats(values);

    assertThat(chunks).hasDimensions(1, 20);
    assertThat(chunks[0]).startsWith(0, 0, (byte) 0x80, 0x3f);
    assertThat(Chunks.toFloats(chunks)).containsExactly(values);
  }

  @Test
  void valuesAreSpreadOverChunksInOrder() {
    byte[][] chunks = Chunks.ofFloats(new float[] {1, 2, 3, 4, 5}, 2);

    assertThat(Stream.of(chunks).map(chunk -> chunk.length)).containsExactly(8, 8, 4);
    assertThat(Chunks.toFloats(chunks)).containsExactly(1, 2, 3, 4, 5);
    assertThat(Chunks.bytes(chunks)).isEqualTo(20);
  }

  @Test
  void bytesComeBack() {
    byte[] bytes = {1, 2, 3};
    assertThat(Chunks.toBytes(Chunks.ofBytes(bytes))).containsExactly(bytes);
    assertThat(Chunks.ofBytes(new byte[0])).isEmpty();
    assertThat(Chunks.ofFloats(new float[0])).isEmpty();
    assertThat(Chunks.toFloats(new byte[0][])).isEmpty();
  }

  @Test
  void halfAValueIsRefused() {
    assertThatThrownBy(() -> Chunks.toFloats(new byte[][] {new byte[6], new byte[2]}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6 bytes");
  }
}
