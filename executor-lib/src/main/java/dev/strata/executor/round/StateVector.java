package dev.strata.executor.round;

import dev.strata.executor.device.HostMemory;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A flat float32 vector as it travels and is stored: little-endian bytes in chunks of at most
 * {@link #CHUNK_BYTES}. Bytes cross Spark's serialisers as one copy, where an array of floats is
 * written number by number.
 */
public final class StateVector implements Serializable {
  private static final long serialVersionUID = 1L;

  /** 64 MiB: far below the 2 GiB that one Java array or one Kryo buffer can hold. */
  public static final int CHUNK_BYTES = 64 << 20;

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[][] chunks;

  /**
   * True if the code that wrote the elements found them finite; another process starts at false.
   */
  private transient volatile boolean finite;

  private StateVector(byte[][] chunks) {
    this.chunks = chunks;
  }

  /** All zeros. */
  public static StateVector zeros(long length) {
    long bytes = Math.multiplyExact(length, (long) Float.BYTES);
    int count = Math.toIntExact((bytes + CHUNK_BYTES - 1) / CHUNK_BYTES);
    byte[][] chunks = new byte[count][];
    for (int i = 0; i < count; i++) {
      chunks[i] = new byte[(int) Math.min(CHUNK_BYTES, bytes - (long) i * CHUNK_BYTES)];
    }
    return new StateVector(chunks);
  }

  /**
   * A copy of a flat array.
   *
   * @param flat contiguous float32 vector, or null for the empty vector
   */
  public static StateVector of(INDArray flat) {
    if (flat == null || flat.isEmpty()) {
      return zeros(0);
    }
    StateVector vector = zeros(flat.length());
    vector.overwrite(flat);
    return vector;
  }

  /**
   * As {@link #of(INDArray)}, into the memory of another vector where that has the same length.
   *
   * @param former a vector that is no longer needed
   */
  public static StateVector of(INDArray flat, StateVector former) {
    if (flat == null || flat.isEmpty() || former.length() != flat.length()) {
      return of(flat);
    }
    StateVector vector = new StateVector(former.chunks);
    vector.overwrite(flat);
    return vector;
  }

  private void overwrite(INDArray flat) {
    try (Pointer memory = memoryOf(flat)) {
      long at = 0;
      for (byte[] chunk : chunks) {
        view(memory, at, chunk.length).get(chunk);
        at += chunk.length;
      }
    }
  }

  public static StateVector of(float[] values) {
    StateVector vector = zeros(values.length);
    int perChunk = CHUNK_BYTES / Float.BYTES;
    for (int i = 0; i < vector.chunks.length; i++) {
      byte[] chunk = vector.chunks[i];
      ByteBuffer.wrap(chunk)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .put(values, i * perChunk, chunk.length / Float.BYTES);
    }
    return vector;
  }

  /** Takes the chunks as they are, without a copy. */
  public static StateVector ofChunks(byte[][] chunks) {
    for (int i = 0; i < chunks.length; i++) {
      boolean last = i == chunks.length - 1;
      if (chunks[i].length % Float.BYTES != 0 || (!last && chunks[i].length != CHUNK_BYTES)) {
        throw new IllegalArgumentException("chunk " + i + " has " + chunks[i].length + " bytes");
      }
    }
    return new StateVector(chunks);
  }

  /** A copy of elements {@code [from, from + length)}. */
  public StateVector part(long from, long length) {
    StateVector part = zeros(length);
    copy(this, from, part, 0, length);
    return part;
  }

  /** The vectors' elements, one vector after the other. */
  public static StateVector joined(List<StateVector> vectors) {
    StateVector all = zeros(vectors.stream().mapToLong(StateVector::length).sum());
    long at = 0;
    for (StateVector vector : vectors) {
      copy(vector, 0, all, at, vector.length());
      at += vector.length();
    }
    return all;
  }

  /** This vector's elements, then the other's. */
  public StateVector followedBy(StateVector other) {
    return joined(List.of(this, other));
  }

  private static void copy(
      StateVector source, long from, StateVector target, long to, long length) {
    long at = from * Float.BYTES;
    long into = to * Float.BYTES;
    long left = length * Float.BYTES;
    while (left > 0) {
      byte[] read = source.chunks[(int) (at / CHUNK_BYTES)];
      byte[] written = target.chunks[(int) (into / CHUNK_BYTES)];
      int readFrom = (int) (at % CHUNK_BYTES);
      int writeTo = (int) (into % CHUNK_BYTES);
      int size = (int) Math.min(left, Math.min(read.length - readFrom, written.length - writeTo));
      System.arraycopy(read, readFrom, written, writeTo, size);
      at += size;
      into += size;
      left -= size;
    }
  }

  /** Remembers, until an element is changed, that no element is NaN or infinite. */
  public void markFinite() {
    finite = true;
  }

  /** Whether it is known that no element is NaN or infinite; false says nothing. */
  public boolean isMarkedFinite() {
    return finite;
  }

  /** The chunks themselves, not a copy; to be read. */
  public byte[][] chunks() {
    return chunks;
  }

  /** Number of float32 elements. */
  public long length() {
    long bytes = 0;
    for (byte[] chunk : chunks) {
      bytes += chunk.length;
    }
    return bytes / Float.BYTES;
  }

  public float get(long index) {
    int perChunk = CHUNK_BYTES / Float.BYTES;
    return (float)
        FLOAT.get(chunks[(int) (index / perChunk)], (int) (index % perChunk) * Float.BYTES);
  }

  public void set(long index, float value) {
    finite = false;
    int perChunk = CHUNK_BYTES / Float.BYTES;
    FLOAT.set(chunks[(int) (index / perChunk)], (int) (index % perChunk) * Float.BYTES, value);
  }

  /** Copies elements {@code [from, from + size)}; a range must not cross a chunk's end. */
  public void read(long from, float[] into, int size) {
    view(from, size).get(into, 0, size);
  }

  /** Overwrites elements {@code [from, from + size)}; a range must not cross a chunk's end. */
  public void write(long from, float[] values, int size) {
    finite = false;
    view(from, size).put(values, 0, size);
  }

  private FloatBuffer view(long from, int size) {
    int perChunk = CHUNK_BYTES / Float.BYTES;
    int within = (int) (from % perChunk);
    return ByteBuffer.wrap(
            chunks[(int) (from / perChunk)], within * Float.BYTES, size * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer();
  }

  /** Overwrites a flat array, contiguous float32 of the same length; null where this is empty. */
  public void copyTo(INDArray flat) {
    long there = flat == null ? 0 : flat.length();
    if (there != length()) {
      throw new IllegalArgumentException(
          "the vector has " + length() + " elements, the array has " + there);
    }
    if (there == 0) {
      return;
    }
    try (Pointer memory = memoryOf(flat)) {
      long at = 0;
      for (byte[] chunk : chunks) {
        view(memory, at, chunk.length).put(chunk);
        at += chunk.length;
      }
    }
  }

  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(length())];
    int perChunk = CHUNK_BYTES / Float.BYTES;
    for (int i = 0; i < chunks.length; i++) {
      ByteBuffer.wrap(chunks[i])
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values, i * perChunk, chunks[i].length / Float.BYTES);
    }
    return values;
  }

  private static Pointer memoryOf(INDArray flat) {
    if (flat.dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException("only float32 state travels, not " + flat.dataType());
    }
    if (flat.elementWiseStride() != 1) {
      throw new IllegalArgumentException("the array is not contiguous");
    }
    return new BytePointer(HostMemory.of(flat));
  }

  private static ByteBuffer view(Pointer memory, long from, int bytes) {
    return new BytePointer(memory).position(from).limit(from + bytes).asByteBuffer();
  }
}
