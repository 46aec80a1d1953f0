package dev.strata.executor.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.BlockSpec.FileSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  static Stream<Arguments> numpyFiles() {
    return Stream.of(
        Arguments.of("u8", ElementType.U8, 3, List.of(2), List.of(0.0, 1.0, 2.0, 3.0, 4.0, 5.0)),
        Arguments.of("i32", ElementType.I32, 2, List.of(), List.of(-1.0, 2.0)),
        Arguments.of("f32", ElementType.F32, 1, List.of(2, 2), List.of(0.5, -1.0, 2.0, 3.25)),
        Arguments.of("f64", ElementType.F64, 2, List.of(2), List.of(0.1, -1e300, 2.0, Math.PI)),
        Arguments.of("empty", ElementType.F32, 0, List.of(3), List.of()));
  }

  @ParameterizedTest
  @MethodSource("numpyFiles")
  void readsWhatNumpyWrites(
      String file, ElementType type, int rows, List<Integer> rowShape, List<Double> values)
      throws IOException {
    NpyReader read = NpyReader.read(ByteBuffer.wrap(numpy(file)), file);

    assertThat(read.header()).isEqualTo(new NpyHeader(type, rows, rowShape));
    ByteBuffer data = read.data();
    for (double value : values) {
      assertThat(next(data, type)).isEqualTo(value);
    }
    assertThat(data.hasRemaining()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("numpyFiles")
  void writesTheBytesThatNumpyWrites(
      String file, ElementType type, int rows, List<Integer> rowShape, List<Double> values)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NpyWriter writer = new NpyWriter(out, new NpyHeader(type, rows, rowShape));
    int width = rows == 0 ? 0 : values.size() / rows;
    for (int row = 0; row < rows; row++) {
      for (double value : values.subList(row * width, (row + 1) * width)) {
        put(writer.row(), type, value);
      }
      writer.endRow();
    }
    FileSpec written = writer.close("there/a.npy");

    byte[] expected = numpy(file);
    assertThat(out.toByteArray()).isEqualTo(expected);
    assertThat(written)
        .isEqualTo(new FileSpec("there/a.npy", expected.length, Checksum.of(expected)));
  }

  @Test
  void readsLongHeadersThatNumpyPadsInAnotherWay() throws IOException {
    NpyReader read = NpyReader.read(ByteBuffer.wrap(numpy("long")), "long");

    assertThat(read.header())
        .isEqualTo(new NpyHeader(ElementType.F32, 2, List.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 100_000})
  void everyHeaderIsReadBackAndAligned(int rows) {
    for (ElementType type : ElementType.values()) {
      NpyHeader header = new NpyHeader(type, rows, List.of(28, 28));
      byte[] bytes = header.encode();

      assertThat(bytes.length % 64).isZero();
      ByteBuffer buffer = NpyReader.littleEndian(ByteBuffer.wrap(bytes));
      assertThat(NpyHeader.decode(buffer, "a")).isEqualTo(header);
      assertThat(buffer.hasRemaining()).isFalse();
    }
  }

  @Test
  void rowsBeyondTheStagingBufferArriveWhole() throws IOException {
    int width = 10_007;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NpyWriter writer = new NpyWriter(out, new NpyHeader(ElementType.I32, 50, List.of(width)));
    for (int row = 0; row < 50; row++) {
      for (int i = 0; i < width; i++) {
        writer.row().putInt(row * width + i);
      }
      writer.endRow();
    }
    writer.close("a");

    ByteBuffer data = NpyReader.read(ByteBuffer.wrap(out.toByteArray()), "a").data();
    for (int i = 0; i < 50 * width; i++) {
      assertThat(data.getInt()).isEqualTo(i);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fortran, Fortran order, C order",
    "big-endian, >f4, <f4",
    "scalar, a scalar, rows",
    "version-2, unknown first bytes, version 1.0"
  })
  void refusesWhatShardsNeverHold(String file, String found, String expected) throws IOException {
    byte[] bytes = numpy(file);
    assertData(() -> NpyReader.read(ByteBuffer.wrap(bytes), file + ".npy"), file, found, expected);
  }

  @Test
  void refusesTruncatedAndOverlongFiles() throws IOException {
    byte[] bytes = numpy("f64");
    for (int length = 0; length < bytes.length; length++) {
      ByteBuffer part = ByteBuffer.wrap(Arrays.copyOf(bytes, length));
      assertData(() -> NpyReader.read(part, "cut.npy"), "cut.npy", "found", "expected");
    }
    ByteBuffer longer = ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 1));
    assertData(() -> NpyReader.read(longer, "more.npy"), "more.npy", "33 bytes", "32 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f4', 'shape': (1,), }",
        "{'descr': '<f4', 'fortran_order': False, }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }"
      })
  void refusesIncompleteHeaders(String header) {
    ByteBuffer bytes = NpyReader.littleEndian(ByteBuffer.allocate(10 + header.length()));
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    bytes.putShort((short) header.length()).put(header.getBytes(StandardCharsets.US_ASCII)).flip();

    assertData(() -> NpyReader.read(bytes, "a.npy"), "a.npy", "found", "expected");
  }

  @Test
  void rowsMustBeWholeAndAsManyAsAnnounced() throws IOException {
    NpyHeader header = new NpyHeader(ElementType.F32, 1, List.of(2));
    NpyWriter writer = new NpyWriter(new ByteArrayOutputStream(), header);

    assertThatIllegalStateException()
        .isThrownBy(() -> writer.close("a"))
        .withMessageContaining("0 of 1 rows");
    writer.row().putFloat(1);
    assertThatIllegalStateException()
        .isThrownBy(writer::endRow)
        .withMessageContaining("4 bytes instead of 8");
    writer.row().putFloat(2);
    writer.endRow();
    writer.row().putFloat(3).putFloat(4);
    assertThatIllegalStateException().isThrownBy(writer::endRow).withMessageContaining("more rows");
  }

  private static void assertData(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
        .hasMessageContainingAll(parts);
  }

  private static double next(ByteBuffer data, ElementType type) {
    return switch (type) {
      case U8 -> data.get() & 0xFF;
      case I32 -> data.getInt();
      case F32 -> data.getFloat();
      case F64 -> data.getDouble();
    };
  }

  private static void put(ByteBuffer row, ElementType type, double value) {
    switch (type) {
      case U8 -> row.put((byte) value);
      case I32 -> row.putInt((int) value);
      case F32 -> row.putFloat((float) value);
      case F64 -> row.putDouble(value);
    }
  }

  private static byte[] numpy(String file) throws IOException {
    try (InputStream in = NpyTest.class.getResourceAsStream("/numpy/" + file + ".npy")) {
      return in.readAllBytes();
    }
  }
}
