package dev.strata.executor.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for arrays of any type and shape, and for any damage of their files. */
class NpyProperties {
  @Provide
  Arbitrary<NpyHeader> headers() {
    return Combinators.combine(
            Arbitraries.of(ElementType.class),
            Arbitraries.integers().between(0, 9),
            Arbitraries.integers().between(0, 5).list().ofMaxSize(4))
        .as(NpyHeader::new);
  }

  private static byte[] rows(NpyHeader header, long seed) {
    byte[] rows = new byte[(int) header.dataBytes()];
    new Random(seed).nextBytes(rows);
    return rows;
  }

  private static byte[] file(NpyHeader header, byte[] rows) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    NpyWriter writer = new NpyWriter(out, header);
    int width = (int) header.rowBytes();
    for (int row = 0; row < header.rows(); row++) {
      writer.row().put(rows, row * width, width);
      writer.endRow();
    }
    BlockSpec.FileSpec written = writer.close("a.npy");
    assertThat(written.bytes()).isEqualTo(out.size());
    assertThat(written.sha256()).isEqualTo(Checksum.of(out.toByteArray()));
    return out.toByteArray();
  }

  @Property
  void whatIsWrittenIsRead(@ForAll("headers") NpyHeader header, @ForAll long seed)
      throws IOException {
    byte[] rows = rows(header, seed);
    byte[] file = file(header, rows);
    assertThat((file.length - rows.length) % 64).isZero();

    NpyReader read = NpyReader.read(ByteBuffer.wrap(file), "a.npy");

    assertThat(read.header()).isEqualTo(header);
    byte[] found = new byte[read.data().remaining()];
    read.data().get(found);
    assertThat(found).isEqualTo(rows);
  }

  @Property
  void aFileOfAnotherLengthIsRefused(
      @ForAll("headers") NpyHeader header, @ForAll @IntRange(min = 1) int by, @ForAll long seed)
      throws IOException {
    byte[] file = file(header, rows(header, seed));
    for (int length : new int[] {by % file.length, file.length + 1 + by % 70}) {
      assertThatThrownBy(
              () -> NpyReader.read(ByteBuffer.wrap(Arrays.copyOf(file, length)), "b.npy"))
          .isInstanceOfSatisfying(
              StrataException.class,
              refused -> {
                assertThat(refused.kind()).isEqualTo(FailureKind.DATA);
                assertThat(refused).hasMessageContaining("b.npy");
              });
    }
  }

  /** A changed header is read as what it says, with all its rows there, or refused by name. */
  @Property(tries = 500)
  void aDamagedFileIsReadWholeOrRefused(
      @ForAll("headers") NpyHeader header,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int changes)
      throws IOException {
    Random random = new Random(seed);
    byte[] file = file(header, rows(header, seed));
    int start = file.length - (int) header.dataBytes();
    for (int i = 0; i < changes; i++) {
      // Digits and signs of the header's own language reach further than any byte.
      file[random.nextInt(start)] =
          random.nextBoolean()
              ? (byte) random.nextInt()
              : (byte) "0123456789,()'<f".charAt(random.nextInt(16));
    }
    try {
      NpyReader read = NpyReader.read(ByteBuffer.wrap(file), "c.npy");
      assertThat((long) read.data().remaining()).isEqualTo(read.header().dataBytes());
      assertThat(read.data().remaining()).isLessThan(file.length);
    } catch (StrataException refused) {
      assertThat(refused.kind()).isEqualTo(FailureKind.DATA);
      assertThat(refused).hasMessageContaining("c.npy");
    }
  }
}
