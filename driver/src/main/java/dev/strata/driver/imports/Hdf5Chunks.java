package dev.strata.driver.imports;

import dev.strata.driver.models.ModelZip;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Puts the chunks of an array, which a tree finds, into their places (C order). */
final class Hdf5Chunks {
  private static final int DEPTH = 32;
  private static final int NODE_LIMIT = 1_000_000;

  private final Hdf5Bytes bytes;
  private final Hdf5Filters filters;
  private final Hdf5Type type;
  private final long[] shape;
  private final long[] chunk;
  private final float[] values;
  private final long chunkBytes;

  /** Chunks that cover the array. */
  private final long wanted;

  private long done;
  private int nodes;

  Hdf5Chunks(
      Hdf5Bytes bytes,
      Hdf5Filters filters,
      Hdf5Type type,
      long[] shape,
      long[] chunk,
      float[] values)
      throws IOException {
    this.bytes = bytes;
    this.filters = filters;
    this.type = type;
    this.shape = shape;
    this.chunk = chunk;
    this.values = values;
    long elements = 1;
    for (long size : chunk) {
      if (size < 1 || size > Integer.MAX_VALUE || elements > Integer.MAX_VALUE / size) {
        throw new IOException("chunks that are too large");
      }
      elements *= size;
    }
    chunkBytes = elements * type.size();
    if (chunkBytes > Integer.MAX_VALUE - 16 || chunkBytes > bytes.length() * ModelZip.MOST_PACKED) {
      throw new IOException("chunks that are larger than a file of this length should hold");
    }
    long covering = 1;
    for (int i = 0; i < shape.length; i++) {
      covering *= (shape[i] + chunk[i] - 1) / chunk[i];
    }
    wanted = covering;
  }

  void readTree(long address) throws IOException {
    if (values.length == 0) {
      return;
    }
    if (address == -1) {
      throw new IOException("its numbers were never written");
    }
    readNode(address, 0);
    if (done != wanted) {
      throw new IOException(done + " of its " + wanted + " chunks");
    }
  }

  private void readNode(long address, int depth) throws IOException {
    if (depth > DEPTH || ++nodes > NODE_LIMIT) {
      throw new IOException("an index of chunks without an end");
    }
    int key = 8 + Long.BYTES * (shape.length + 1);
    ByteBuffer head = bytes.at(address, 8L + 2L * bytes.offsetBytes());
    Hdf5Bytes.require(head, "TREE");
    boolean chunks = head.get() == 1;
    int level = Byte.toUnsignedInt(head.get());
    int entries = Short.toUnsignedInt(head.getShort());
    if (!chunks) {
      throw new IOException("an index that is none of chunks");
    }
    ByteBuffer node =
        bytes.at(address + head.limit(), (long) entries * (key + bytes.offsetBytes()));
    for (int i = 0; i < entries; i++) {
      long stored = Integer.toUnsignedLong(node.getInt());
      int mask = node.getInt();
      long[] place = new long[shape.length];
      for (int d = 0; d < place.length; d++) {
        place[d] = node.getLong();
      }
      node.getLong();
      long child = bytes.offset(node);
      if (level > 0) {
        readNode(child, depth + 1);
      } else {
        readChunk(child, stored, mask, place);
      }
    }
  }

  /**
   * @param stored bytes in the file
   * @param place of the first element
   */
  void readChunk(long address, long stored, int mask, long[] place) throws IOException {
    for (int d = 0; d < place.length; d++) {
      if (place[d] < 0 || place[d] >= shape[d] || place[d] % chunk[d] != 0) {
        throw new IOException("a chunk outside of its array");
      }
    }
    if (++done > wanted) {
      throw new IOException("more chunks than the " + wanted + " of the array");
    }
    ByteBuffer raw = bytes.at(address, stored);
    ByteBuffer plain = ByteBuffer.wrap(filters.undo(raw.array(), mask, (int) chunkBytes));
    copy(plain, place);
  }

  /** Row by row; what stands out of the array is padding. */
  private void copy(ByteBuffer plain, long[] place) {
    int elements = (int) (chunkBytes / type.size());
    long[] at = new long[chunk.length];
    for (int i = 0; i < elements; i++) {
      long target = 0;
      boolean inside = true;
      for (int d = 0; d < at.length; d++) {
        long position = place[d] + at[d];
        inside &= position < shape[d];
        target = target * shape[d] + position;
      }
      if (inside) {
        values[(int) target] = type.number(plain, i * type.size());
      }
      for (int d = at.length - 1; d >= 0 && ++at[d] == chunk[d]; d--) {
        at[d] = 0;
      }
    }
  }
}
