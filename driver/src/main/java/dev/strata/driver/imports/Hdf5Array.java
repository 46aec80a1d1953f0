package dev.strata.driver.imports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * The numbers of one array: stored in the header, in one piece, or in chunks that may be compressed
 * (source: HDF5 File Format Specification 3.0, section IV.A.2.i).
 */
final class Hdf5Array {
  private static final int COMPACT = 0;
  private static final int CONTIGUOUS = 1;
  private static final int RANK_LIMIT = 32;

  private final Hdf5Bytes bytes;
  private final Hdf5Type type;
  private final long[] shape;
  private final Hdf5Filters filters;
  private float[] values;

  private Hdf5Array(Hdf5Bytes bytes, Hdf5Header header) throws IOException {
    this.bytes = bytes;
    this.type = Hdf5Type.read(required(header, Hdf5Header.DATATYPE));
    this.shape = shape(bytes, required(header, Hdf5Header.DATASPACE));
    this.filters = Hdf5Filters.read(header.first(Hdf5Header.FILTERS), type.size());
    if (header.has(Hdf5Header.EXTERNAL)) {
      throw new IOException("its numbers lie in another file");
    }
  }

  private static ByteBuffer required(Hdf5Header header, int type) throws IOException {
    Optional<ByteBuffer> found = header.first(type);
    return found.orElseThrow(() -> new IOException("it has no type, shape or place"));
  }

  /** Type and shape alone. */
  static Hdf5File.Values describe(Hdf5Bytes bytes, Hdf5Header header) throws IOException {
    Hdf5Array array = new Hdf5Array(bytes, header);
    return new Hdf5File.Values(array.shape, new float[0], array.type.name(), array.type.isFloat());
  }

  /**
   * @param limit greatest number of bytes that the numbers may take as float32
   * @throws IOException where it holds no floating-point numbers, is damaged, or larger
   */
  static Hdf5File.Values read(Hdf5Bytes bytes, Hdf5Header header, long limit) throws IOException {
    Hdf5Array array = new Hdf5Array(bytes, header);
    if (!array.type.isFloat()) {
      throw new IOException("it has elements of type " + array.type.name());
    }
    array.values = new float[array.count(limit)];
    array.fill(required(header, Hdf5Header.LAYOUT));
    return new Hdf5File.Values(array.shape, array.values, array.type.name(), true);
  }

  /** Dimensions; none of a single number. */
  static long[] shape(Hdf5Bytes bytes, ByteBuffer space) throws IOException {
    int version = space.get();
    int rank = Byte.toUnsignedInt(space.get());
    space.get();
    if (version != 1 && version != 2 || rank > RANK_LIMIT) {
      throw new IOException("a shape of " + rank + " dimensions, version " + version);
    }
    int kind = space.get();
    if (version == 1) {
      space.getInt();
    } else if (kind == 2) {
      throw new IOException("it has no elements");
    }
    long[] shape = new long[rank];
    for (int i = 0; i < rank; i++) {
      shape[i] = bytes.size(space);
    }
    return shape;
  }

  private int count(long limit) throws IOException {
    long count;
    try {
      count = LongStream.of(shape).anyMatch(size -> size < 0) ? -1 : product(shape);
    } catch (ArithmeticException e) {
      count = -1;
    }
    if (count < 0 || count > Integer.MAX_VALUE - 16 || count * Float.BYTES > limit) {
      throw new IOException("it is larger than a file of this length should hold");
    }
    return (int) count;
  }

  private static long product(long[] sizes) {
    return LongStream.of(sizes).reduce(1, Math::multiplyExact);
  }

  private void fill(ByteBuffer layout) throws IOException {
    int version = layout.get();
    if (version == 1 || version == 2) {
      fillOld(layout);
      return;
    }
    if (version != 3 && version != 4) {
      throw unknown("version " + version);
    }
    int kind = layout.get();
    if (kind == COMPACT) {
      int size = Short.toUnsignedInt(layout.getShort());
      put(layout.slice(layout.position(), size), size);
    } else if (kind == CONTIGUOUS) {
      long address = bytes.offset(layout);
      contiguous(address, bytes.size(layout));
    } else if (kind == 2 && version == 3) {
      int rank = Byte.toUnsignedInt(layout.get()) - 1;
      long tree = bytes.offset(layout);
      chunks(layout, rank).readTree(tree);
    } else if (kind == 2) {
      fillSingleChunk(layout);
    } else {
      throw unknown("kind " + kind);
    }
  }

  private void fillOld(ByteBuffer layout) throws IOException {
    int rank = Byte.toUnsignedInt(layout.get());
    int kind = layout.get();
    layout.position(layout.position() + 5);
    if (kind != CONTIGUOUS && kind != 2) {
      throw unknown("kind " + kind + " of an old version");
    }
    long address = bytes.offset(layout);
    if (kind == CONTIGUOUS) {
      contiguous(address, (long) values.length * type.size());
    } else {
      chunks(layout, rank - 1).readTree(address);
    }
  }

  /** The newest layout, where all numbers are one chunk; other indexes are not read. */
  private void fillSingleChunk(ByteBuffer layout) throws IOException {
    int flags = layout.get();
    int rank = Byte.toUnsignedInt(layout.get()) - 1;
    int width = layout.get();
    long[] chunk = new long[rank < 0 || rank > RANK_LIMIT ? 0 : rank];
    for (int i = 0; i < chunk.length; i++) {
      chunk[i] = Hdf5Bytes.number(layout, width);
    }
    Hdf5Bytes.number(layout, width);
    if (layout.get() != 1 || !Arrays.equals(chunk, shape)) {
      throw unknown("an index of chunks");
    }
    long stored = (long) values.length * type.size();
    int mask = 0;
    if ((flags & 2) != 0) {
      stored = bytes.size(layout);
      mask = layout.getInt();
    }
    long address = bytes.offset(layout);
    new Hdf5Chunks(bytes, filters, type, shape, chunk, values)
        .readChunk(address, stored, mask, new long[chunk.length]);
  }

  private Hdf5Chunks chunks(ByteBuffer layout, int rank) throws IOException {
    if (rank != shape.length) {
      throw unknown("chunks of " + rank + " dimensions");
    }
    long[] chunk = new long[rank];
    for (int i = 0; i < rank; i++) {
      chunk[i] = Integer.toUnsignedLong(layout.getInt());
    }
    return new Hdf5Chunks(bytes, filters, type, shape, chunk, values);
  }

  private void contiguous(long address, long stored) throws IOException {
    long size = (long) values.length * type.size();
    if (size == 0) {
      return;
    }
    if (address == -1 || stored < size) {
      throw new IOException("its numbers were never written");
    }
    // Before anything is read: the file must hold all of them.
    if (size > bytes.length()) {
      throw new IOException("it is larger than the file");
    }
    int each = Hdf5Bytes.PIECE / type.size();
    for (int done = 0; done < values.length; done += each) {
      int some = Math.min(each, values.length - done);
      ByteBuffer piece = bytes.at(address + (long) done * type.size(), (long) some * type.size());
      for (int i = 0; i < some; i++) {
        values[done + i] = type.number(piece, i * type.size());
      }
    }
  }

  private void put(ByteBuffer stored, int size) throws IOException {
    if (size < (long) values.length * type.size()) {
      throw new IOException("its numbers were never written");
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = type.number(stored, i * type.size());
    }
  }

  private static IOException unknown(String found) {
    return new IOException(
        "it is stored in a way that Strata does not read ("
            + found
            + "): write the file with h5py's default libver");
  }
}
