package dev.strata.driver.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Vectors as chunks of little-endian bytes, each at most {@link #LARGEST} bytes; an empty vector
 * has no chunk.
 */
public final class Chunks {
  /** 64 MiB: small enough for every transport between driver and executors. */
  public static final int LARGEST = 64 << 20;

  private Chunks() {}

  /** Float32 values, little-endian. */
  public static byte[][] ofFloats(float[] values) {
    return ofFloats(values, LARGEST / Float.BYTES);
  }

  static byte[][] ofFloats(float[] values, int valuesPerChunk) {
    byte[][] chunks = new byte[count(values.length, valuesPerChunk)][];
    for (int c = 0; c < chunks.length; c++) {
      int from = c * valuesPerChunk;
      int length = Math.min(valuesPerChunk, values.length - from);
      chunks[c] = new byte[length * Float.BYTES];
      ByteBuffer.wrap(chunks[c])
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .put(values, from, length);
    }
    return chunks;
  }

  /**
   * The values that {@link #ofFloats} took.
   *
   * @throws IllegalArgumentException where a chunk does not hold whole values
   */
  public static float[] toFloats(byte[][] chunks) {
    float[] values = new float[Math.toIntExact(bytes(chunks) / Float.BYTES)];
    int at = 0;
    for (byte[] chunk : chunks) {
      if (chunk.length % Float.BYTES != 0) {
        throw new IllegalArgumentException(
            "a chunk of " + chunk.length + " bytes holds no whole float32 values");
      }
      int length = chunk.length / Float.BYTES;
      ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values, at, length);
      at += length;
    }
    return values;
  }

  public static byte[][] ofBytes(byte[] bytes) {
    byte[][] chunks = new byte[count(bytes.length, LARGEST)][];
    for (int c = 0; c < chunks.length; c++) {
      int from = c * LARGEST;
      chunks[c] = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + LARGEST));
    }
    return chunks;
  }

  public static byte[] toBytes(byte[][] chunks) {
    ByteBuffer joined = ByteBuffer.allocate(Math.toIntExact(bytes(chunks)));
    for (byte[] chunk : chunks) {
      joined.put(chunk);
    }
    return joined.array();
  }

  /** Bytes of all chunks together. */
  public static long bytes(byte[][] chunks) {
    return Arrays.stream(chunks).mapToLong(chunk -> chunk.length).sum();
  }

  private static int count(int length, int perChunk) {
    return Math.toIntExact(((long) length + perChunk - 1) / perChunk);
  }
}
