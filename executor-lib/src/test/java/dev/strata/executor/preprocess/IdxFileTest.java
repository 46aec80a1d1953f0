package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFileTest {
  private static final Configuration CONFIGURATION = new Configuration();
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsRowsInOrderAndFromTheMiddle(boolean compressed) throws IOException {
    IdxFile file = IdxFile.open(CONFIGURATION, file(images(), compressed));
    assertThat(file.rows()).isEqualTo(3);
    assertThat(file.shape()).containsExactly(2, 2);
    assertThat(file.compressed()).isEqualTo(compressed);
    Iterator<byte[]> rows = file.read(CONFIGURATION, 1, 3);
    assertThat(rows.next()).containsExactly(4, 5, 6, 7);
    assertThat(rows.next()).containsExactly(8, 9, 10, -1);
    assertThat(rows.hasNext()).isFalse();
  }

  @Test
  void aTruncatedFileIsNamedWithWhatItShouldHold() throws IOException {
    byte[] whole = images();
    String path = file(Arrays.copyOf(whole, whole.length - 1), false);
    assertThatThrownBy(() -> IdxFile.open(CONFIGURATION, path))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.DATA);
              assertThat(e.file()).hasValue(path);
              assertThat(e).hasMessageContaining("truncated").hasMessageContaining("28 bytes");
            });
  }

  @Test
  void aCompressedFileShowsItsTruncationOnReading() throws IOException {
    byte[] whole = images();
    String shorter = file(Arrays.copyOf(whole, whole.length - 1), true);
    assertFailsOnReading(shorter, "truncated");
    byte[] zipped = Files.readAllBytes(Path.of(file(whole, true)));
    Path cut = temp.resolve("cut.gz");
    Files.write(cut, Arrays.copyOf(zipped, zipped.length - 12));
    assertFailsOnReading(cut.toString(), "truncated");
    assertFailsOnReading(file(Arrays.copyOf(whole, whole.length + 1), true), "too long");
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    String text = file("id,label\n1,2\n".getBytes(java.nio.charset.StandardCharsets.UTF_8), false);
    assertThatThrownBy(() -> IdxFile.open(CONFIGURATION, text))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("not an IDX file");
    String stub = file(new byte[] {0, 0, 8}, false);
    assertThatThrownBy(() -> IdxFile.open(CONFIGURATION, stub))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("ends within its header");
    assertThatThrownBy(() -> IdxFile.open(CONFIGURATION, temp.resolve("none").toString()))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("file not found");
    String longer = file(Arrays.copyOf(images(), 40), false);
    assertThatThrownBy(() -> IdxFile.open(CONFIGURATION, longer))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("too long");
  }

  @Test
  void labelsAreSingleBytes() throws IOException {
    byte[] labels =
        ByteBuffer.allocate(11).putInt(0x801).putInt(3).put(new byte[] {1, 2, 3}).array();
    IdxFile file = IdxFile.open(CONFIGURATION, file(labels, false));
    assertThat(file.shape()).isEqualTo(List.of());
    assertThat(file.read(CONFIGURATION, 2, 3).next()).containsExactly(3);
  }

  private static void assertFailsOnReading(String path, String message) {
    IdxFile file = IdxFile.open(CONFIGURATION, path);
    assertThatThrownBy(() -> file.read(CONFIGURATION, 0, 3).forEachRemaining(row -> {}))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(path);
  }

  /** Three images of 2 × 2. */
  private static byte[] images() {
    ByteBuffer bytes = ByteBuffer.allocate(28).putInt(0x803).putInt(3).putInt(2).putInt(2);
    for (int i = 0; i < 11; i++) {
      bytes.put((byte) i);
    }
    return bytes.put((byte) -1).array();
  }

  private String file(byte[] content, boolean compressed) throws IOException {
    byte[] bytes = content;
    if (compressed) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
        zip.write(content);
      }
      bytes = out.toByteArray();
    }
    Path file = Files.createTempFile(temp, "images", ".idx");
    return Files.write(file, bytes).toString();
  }
}
