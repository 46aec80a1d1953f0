package dev.strata.executor.shard;

import static dev.strata.executor.shard.TinyShards.CONFIGURATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockWriterTest {
  private static final List<ArraySpec> ARRAYS =
      List.of(TinyShards.input(0, ElementType.F32, 3), TinyShards.classes(0, 2));

  @TempDir private Path folder;
  private org.apache.hadoop.fs.Path path;
  private FileSystem files;

  @BeforeEach
  void open() throws IOException {
    path = new org.apache.hadoop.fs.Path(folder.toUri());
    files = path.getFileSystem(CONFIGURATION);
  }

  @Test
  void tellsTheManifestWhatItWrote() throws IOException {
    BlockSpec block = write(7, 2);

    assertThat(block.index()).isEqualTo(7);
    assertThat(block.rows()).isEqualTo(2);
    assertThat(block.files()).containsOnlyKeys("input-0", "label-0");
    for (BlockSpec.FileSpec file : block.files().values()) {
      byte[] bytes = Files.readAllBytes(folder.resolve(file.path()));
      assertThat(file.bytes()).isEqualTo(bytes.length);
      assertThat(file.sha256()).isEqualTo(Checksum.of(bytes));
    }
  }

  @Test
  void aRepeatedTaskOverwritesWhatAnEarlierAttemptLeft() {
    BlockWriter earlier = BlockWriter.create(files, path, 7, 5, ARRAYS);
    earlier.put(0, new float[] {9, 9, 9});
    earlier.abort();

    assertThat(write(7, 2)).isEqualTo(write(7, 2));
  }

  @Test
  void oneCallPutsAWholeRow() {
    BlockWriter writer = BlockWriter.create(files, path, 0, 1, ARRAYS);
    writer.put(0, new float[] {0, 1, 2});
    writer.row(1).putInt(1);
    writer.endRow();
    BlockSpec put = writer.close();

    assertThat(put).isEqualTo(write(0, 1));
  }

  @Test
  void wrongNumbersOfRowsAndElementsAreMistakesOfTheCaller() {
    BlockWriter writer = BlockWriter.create(files, path, 0, 1, ARRAYS);
    writer.put(0, new float[] {0, 1});
    assertThatIllegalStateException().isThrownBy(writer::endRow).withMessageContaining("8 bytes");
    assertThatIllegalStateException().isThrownBy(writer::close).withMessageContaining("0 of 1");
    writer.abort();

    BlockWriter full = BlockWriter.create(files, path, 0, 0, List.of(ARRAYS.get(1)));
    full.row(0).putInt(1);
    assertThatIllegalStateException().isThrownBy(full::endRow).withMessageContaining("more rows");
    full.abort();
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Files.writeString(folder.resolve("block-00003"), "in the way");

    assertThatThrownBy(() -> BlockWriter.create(files, path, 3, 1, ARRAYS))
        .isInstanceOfSatisfying(
            StrataException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageContainingAll("block 3", folder.toString());
  }

  @Test
  void descriptionsTravelToTasksAndBack() throws Exception {
    ArraySpec scaled = TinyShards.scaled(ARRAYS.get(0), List.of(0.1f), List.of(1f, 2f, 3f));
    BlockSpec block = write(0, 1);

    assertThat(travel(scaled)).isEqualTo(scaled);
    assertThat(travel(ARRAYS.get(1))).isEqualTo(ARRAYS.get(1));
    assertThat(travel(block)).isEqualTo(block);
  }

  private BlockSpec write(int index, int rows) {
    BlockWriter writer = BlockWriter.create(files, path, index, rows, ARRAYS);
    for (int row = 0; row < rows; row++) {
      ByteBuffer input = writer.row(0);
      for (int i = 0; i < 3; i++) {
        input.putFloat(row + i);
      }
      writer.row(1).putInt(1);
      writer.endRow();
    }
    return writer.close();
  }

  private static Object travel(Object value) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
