package dev.strata.executor.shard;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.BlockSpec.FileSpec;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes one block, row by row: for each row fill {@link #row} of every array, then {@link
 * #endRow}. The same rows give the same files, so that a repeated task overwrites what an earlier
 * attempt left.
 */
public final class BlockWriter {
  private final FileSystem files;
  private final Path folder;
  private final int blockIndex;
  private final int rows;
  private final List<ArraySpec> arrays;
  private final NpyWriter[] writers;
  private final List<OutputStream> streams = new ArrayList<>();

  private BlockWriter(
      FileSystem files, Path folder, int blockIndex, int rows, List<ArraySpec> arrays) {
    this.files = files;
    this.folder = folder;
    this.blockIndex = blockIndex;
    this.rows = rows;
    this.arrays = List.copyOf(arrays);
    this.writers = new NpyWriter[arrays.size()];
  }

  /**
   * @param folder of the ShardSet; the block's files go to a folder below it
   * @param rows that will be written, exactly
   */
  public static BlockWriter create(
      FileSystem files, Path folder, int blockIndex, int rows, List<ArraySpec> arrays) {
    BlockWriter writer = new BlockWriter(files, folder, blockIndex, rows, arrays);
    try {
      writer.open();
    } catch (IOException | FSError e) {
      writer.abort();
      throw writer.failed(e);
    }
    return writer;
  }

  private void open() throws IOException {
    for (int i = 0; i < writers.length; i++) {
      ArraySpec array = arrays.get(i);
      Path file = new Path(folder, fileOf(array));
      // A new file instead of an overwritten one: whoever has the old one mapped keeps it.
      files.delete(file, false);
      OutputStream stream = files.create(file, true);
      streams.add(stream);
      writers[i] = new NpyWriter(stream, new NpyHeader(array.type(), rows, array.rowShape()));
    }
  }

  /**
   * Writes a whole block; after a failure of its content the next attempt overwrites what there is.
   *
   * @param content puts all rows
   * @return what the manifest must say of the block
   */
  public static BlockSpec write(
      Configuration hadoop,
      Path folder,
      int blockIndex,
      int rows,
      List<ArraySpec> arrays,
      Consumer<BlockWriter> content) {
    try {
      BlockWriter writer = create(Storage.of(folder, hadoop), folder, blockIndex, rows, arrays);
      boolean whole = false;
      try {
        content.accept(writer);
        BlockSpec written = writer.close();
        whole = true;
        return written;
      } finally {
        if (!whole) {
          writer.abort();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The row under construction of an array: a little-endian buffer in which exactly one row is
   * left. Put all its bytes (relative puts), then call {@link #endRow}.
   */
  public ByteBuffer row(int arrayPosition) {
    return writers[arrayPosition].row();
  }

  /** Puts the row of an F32 array at once. */
  public void put(int arrayPosition, float[] row) {
    ByteBuffer bytes = writers[arrayPosition].row();
    FloatBuffer floats = bytes.asFloatBuffer();
    floats.put(row);
    bytes.position(bytes.position() + floats.position() * Float.BYTES);
  }

  /**
   * Ends the row in all arrays.
   *
   * @throws IllegalStateException where an array's row is not complete, or the row is one too many
   */
  public void endRow() {
    try {
      for (NpyWriter writer : writers) {
        writer.endRow();
      }
    } catch (IOException | FSError e) {
      throw failed(e);
    }
  }

  /**
   * Completes the files.
   *
   * @return what the manifest must say of the block
   * @throws IllegalStateException where rows are missing
   */
  public BlockSpec close() {
    Map<String, FileSpec> written = new TreeMap<>();
    try {
      for (int i = 0; i < writers.length; i++) {
        written.put(arrays.get(i).name(), writers[i].close(fileOf(arrays.get(i))));
      }
    } catch (IOException | FSError e) {
      throw failed(e);
    }
    return new BlockSpec(blockIndex, rows, written);
  }

  /**
   * Closes the files after a failure; what was written of them is overwritten by the next attempt.
   */
  public void abort() {
    for (OutputStream stream : streams) {
      try {
        stream.close();
      } catch (IOException | FSError ignored) {
        // The failure that led here is the one to report.
      }
    }
  }

  private String fileOf(ArraySpec array) {
    return String.format(Locale.ROOT, "block-%05d/%s.npy", blockIndex, array.name());
  }

  private StrataException failed(Throwable thrown) {
    return StrataException.cluster("cannot write block " + blockIndex)
        .file(folder)
        .found(thrown.getMessage())
        .expected("a writable folder with enough space")
        .cause(thrown)
        .build();
  }
}
