package dev.strata.executor.shard;

import dev.strata.executor.shard.BlockSpec.FileSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Writes one {@code .npy} file row by row and takes its checksum on the way. Rows are gathered in a
 * buffer, so that the stream sees few and large writes.
 */
public final class NpyWriter {
  private static final int STAGING_BYTES = 1 << 16;

  private final NpyHeader header;
  private final OutputStream out;
  private final MessageDigest digest = Checksum.sha256();
  private final int rowBytes;
  private final ByteBuffer staging;
  private long bytes;
  private int rows;
  private int rowStart;

  /** The stream is closed by {@link #close}. */
  public NpyWriter(OutputStream out, NpyHeader header) throws IOException {
    this.out = out;
    this.header = header;
    this.rowBytes = Math.toIntExact(header.rowBytes());
    this.staging = NpyReader.littleEndian(ByteBuffer.allocate(Math.max(STAGING_BYTES, rowBytes)));
    byte[] start = header.encode();
    emit(start, 0, start.length);
    startRow();
  }

  /**
   * Where the next row goes: little-endian, exactly one row is left in it. The same buffer each
   * time.
   */
  public ByteBuffer row() {
    return staging;
  }

  /**
   * Takes the row that was put into {@link #row}.
   *
   * @throws IllegalStateException where the row is not complete, or one too many
   */
  public void endRow() throws IOException {
    if (staging.position() != rowStart + rowBytes) {
      throw new IllegalStateException(
          "row %d has %d bytes instead of %d"
              .formatted(rows, staging.position() - rowStart, rowBytes));
    }
    if (rows == header.rows()) {
      throw new IllegalStateException("more rows than the " + header.rows() + " announced");
    }
    rows++;
    startRow();
  }

  /**
   * @param path as the manifest shall name the file
   * @throws IllegalStateException where rows are missing
   */
  public FileSpec close(String path) throws IOException {
    if (rows != header.rows()) {
      throw new IllegalStateException("%d of %d rows written".formatted(rows, header.rows()));
    }
    flush();
    out.close();
    return new FileSpec(path, bytes, Checksum.hexadecimal(digest));
  }

  private void startRow() throws IOException {
    staging.limit(staging.capacity());
    if (staging.remaining() < rowBytes) {
      flush();
    }
    rowStart = staging.position();
    staging.limit(rowStart + rowBytes);
  }

  private void flush() throws IOException {
    emit(staging.array(), 0, staging.position());
    staging.clear();
  }

  private void emit(byte[] from, int offset, int length) throws IOException {
    out.write(from, offset, length);
    digest.update(from, offset, length);
    bytes += length;
  }
}
