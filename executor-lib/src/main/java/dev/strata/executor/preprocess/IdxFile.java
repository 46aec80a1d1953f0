package dev.strata.executor.preprocess;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A file in the IDX format of the MNIST database, of unsigned bytes, plain or compressed by gzip:
 * {@code 0 0 8 d}, then d dimensions as big-endian 32-bit integers, then the bytes. The first
 * dimension counts the rows.
 *
 * @param shape of one row; empty for one byte a row
 */
public record IdxFile(String path, boolean compressed, int rows, List<Integer> shape)
    implements Serializable {
  private static final int UNSIGNED_BYTE = 8;
  private static final int BUFFER = 1 << 16;

  public IdxFile {
    shape = List.copyOf(shape);
  }

  /**
   * Reads the header.
   *
   * @throws StrataException (data) where there is no such file, it is no IDX file of unsigned
   *     bytes, or its length does not fit its header (a compressed one shows that only on reading)
   */
  public static IdxFile open(Configuration configuration, String file) {
    Path path = new Path(file);
    try (InputStream raw = buffered(configuration, path)) {
      boolean compressed = isCompressed(raw);
      DataInputStream in = new DataInputStream(compressed ? new GZIPInputStream(raw) : raw);
      int magic = in.readInt();
      int dimensions = magic & 0xFF;
      if (magic >>> 8 != UNSIGNED_BYTE || dimensions == 0) {
        throw StrataException.data("not an IDX file of unsigned bytes")
            .file(file)
            .found("first bytes 0x%08x".formatted(magic))
            .expected("0x00000803 for images, 0x00000801 for labels")
            .build();
      }
      int rows = dimension(in, file);
      List<Integer> shape = new ArrayList<>();
      for (int i = 1; i < dimensions; i++) {
        shape.add(dimension(in, file));
      }
      IdxFile found = new IdxFile(file, compressed, rows, shape);
      found.checkLength(Storage.of(path, configuration).getFileStatus(path).getLen());
      return found;
    } catch (FileNotFoundException e) {
      throw StrataException.data("file not found").file(file).expected("an IDX file").build();
    } catch (EOFException e) {
      throw StrataException.data("the IDX file ends within its header").file(file).build();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Bytes of one row. */
  public int rowBytes() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /**
   * The rows {@code from … to}, read as they are asked for; after the file's last row its end is
   * checked.
   *
   * @throws StrataException (data) while iterating, where the file ends before or continues after
   *     its last row
   */
  public Iterator<byte[]> read(Configuration configuration, int from, int to) {
    try {
      InputStream raw = buffered(configuration, new Path(path));
      InputStream in = compressed ? new GZIPInputStream(raw, BUFFER) : raw;
      in.skipNBytes(headerBytes() + (long) from * rowBytes());
      return new Rows(in, from, to);
    } catch (EOFException e) {
      throw truncated(from);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  private long headerBytes() {
    return Integer.BYTES * (2L + shape.size());
  }

  private void checkLength(long length) {
    long expected = headerBytes() + (long) rows * rowBytes();
    if (!compressed && length != expected) {
      throw StrataException.data(
              length < expected ? "the IDX file is truncated" : "the IDX file is too long")
          .file(path)
          .found(length + " bytes")
          .expected(expected + " bytes for " + rows + " rows of shape " + shape)
          .build();
    }
  }

  private StrataException truncated(int row) {
    return StrataException.data("the IDX file is truncated")
        .file(path)
        .row(row)
        .found("the end of the file")
        .expected(rows + " rows of shape " + shape)
        .build();
  }

  private static int dimension(DataInputStream in, String file) throws IOException {
    int size = in.readInt();
    if (size < 0) {
      throw StrataException.data("the IDX file has a negative dimension").file(file).build();
    }
    return size;
  }

  private static InputStream buffered(Configuration configuration, Path path) throws IOException {
    return new BufferedInputStream(Storage.of(path, configuration).open(path), BUFFER);
  }

  private static boolean isCompressed(InputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip;
  }

  private static StrataException unreadable(String file, IOException thrown) {
    return StrataException.data("cannot read the IDX file")
        .file(file)
        .found(thrown.getMessage())
        .cause(thrown)
        .build();
  }

  private final class Rows implements Iterator<byte[]> {
    private final InputStream in;
    private final int to;
    private int next;

    Rows(InputStream in, int from, int to) {
      this.in = in;
      this.next = from;
      this.to = to;
    }

    @Override
    public boolean hasNext() {
      return next < to;
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      try {
        byte[] row = in.readNBytes(rowBytes());
        if (row.length < rowBytes()) {
          throw truncated(next);
        }
        next++;
        if (next == to) {
          close();
        }
        return row;
      } catch (EOFException e) {
        throw truncated(next);
      } catch (IOException e) {
        throw unreadable(path, e);
      }
    }

    private void close() throws IOException {
      if (to == rows && in.read() >= 0) {
        throw StrataException.data("the IDX file is too long")
            .file(path)
            .found("bytes after the last row")
            .expected(rows + " rows of shape " + shape)
            .build();
      }
      in.close();
    }
  }
}
