package dev.strata.executor.shard;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Objects;

/**
 * The rows of one array of one block, mapped. Only absolute gets: any number of threads may read
 * it.
 *
 * <p>Scaling is {@code (x - shift) / divisor} in float32, for every element type; double values are
 * widened from it. Where nothing is scaled, doubles are what is stored.
 */
final class BlockArray {
  private static final int BYTE_VALUES = 256;

  private final ArraySpec spec;
  private final int rows;
  private final int length;
  private final ByteBuffer bytes;
  private final IntBuffer ints;
  private final FloatBuffer floats;
  private final DoubleBuffer doubles;
  private final float[] shift;
  private final float[] divisor;

  /** Scaled value of each unsigned byte; null unless one scaling holds for all elements of U8. */
  private final float[] byteValues;

  BlockArray(ArraySpec spec, int rows, ByteBuffer bytes) {
    this.spec = spec;
    this.rows = rows;
    this.length = spec.rowLength();
    this.bytes = bytes;
    this.ints = bytes.asIntBuffer();
    this.floats = bytes.asFloatBuffer();
    this.doubles = bytes.asDoubleBuffer();
    this.shift = spec.scaling().map(scaling -> unboxed(scaling.shift())).orElse(null);
    this.divisor = spec.scaling().map(scaling -> unboxed(scaling.divisor())).orElse(null);
    boolean uniform = shift == null || shift.length == 1 && divisor.length == 1;
    this.byteValues = spec.type() == ElementType.U8 && uniform ? byteValues() : null;
  }

  ArraySpec spec() {
    return spec;
  }

  /** All rows, little-endian, from position 0, read-only. */
  ByteBuffer raw() {
    return NpyReader.littleEndian(bytes.asReadOnlyBuffer());
  }

  /** Bytes that {@link #read} needs in {@code scratch}. */
  int scratchBytes() {
    return spec.type() == ElementType.U8 ? length : 0;
  }

  /** Whether the stored floats are the loaded ones, so that rows can be copied as they are. */
  boolean storedAsLoaded() {
    return spec.type() == ElementType.F32 && shift == null;
  }

  /** Copies a row that is {@link #storedAsLoaded} from memory to memory. */
  void copy(int row, FloatBuffer into, int offset) {
    into.put(offset, floats, start(row), length);
  }

  void read(int row, float[] into, int offset, byte[] scratch) {
    int from = start(row);
    switch (spec.type()) {
      case U8 -> {
        bytes.get(from, scratch, 0, length);
        widen(scratch, into, offset);
        if (byteValues != null) {
          return;
        }
      }
      case I32 -> {
        for (int i = 0; i < length; i++) {
          into[offset + i] = ints.get(from + i);
        }
      }
      case F32 -> floats.get(from, into, offset, length);
      case F64 -> {
        for (int i = 0; i < length; i++) {
          into[offset + i] = (float) doubles.get(from + i);
        }
      }
    }
    if (shift != null) {
      scale(into, offset);
    }
  }

  void read(int row, double[] into, int offset) {
    int from = start(row);
    if (shift == null && spec.type() == ElementType.F64) {
      doubles.get(from, into, offset, length);
    } else if (shift == null && spec.type() == ElementType.I32) {
      for (int i = 0; i < length; i++) {
        into[offset + i] = ints.get(from + i);
      }
    } else {
      float[] values = new float[length];
      read(row, values, 0, new byte[scratchBytes()]);
      for (int i = 0; i < length; i++) {
        into[offset + i] = values[i];
      }
    }
  }

  /** The first element of a row of an I32 array. */
  int integer(int row) {
    return ints.get(start(row));
  }

  private int start(int row) {
    return Objects.checkIndex(row, rows) * length;
  }

  private void widen(byte[] from, float[] into, int offset) {
    if (byteValues == null) {
      for (int i = 0; i < length; i++) {
        into[offset + i] = from[i] & 0xFF;
      }
    } else {
      for (int i = 0; i < length; i++) {
        into[offset + i] = byteValues[from[i] & 0xFF];
      }
    }
  }

  private void scale(float[] values, int offset) {
    if (shift.length == 1 && divisor.length == 1) {
      float by = divisor[0];
      float minus = shift[0];
      for (int i = 0; i < length; i++) {
        values[offset + i] = (values[offset + i] - minus) / by;
      }
    } else {
      for (int i = 0; i < length; i++) {
        values[offset + i] = (values[offset + i] - of(shift, i)) / of(divisor, i);
      }
    }
  }

  private float[] byteValues() {
    float[] values = new float[BYTE_VALUES];
    for (int i = 0; i < BYTE_VALUES; i++) {
      values[i] = shift == null ? i : (i - shift[0]) / divisor[0];
    }
    return values;
  }

  private static float of(float[] values, int element) {
    return values.length == 1 ? values[0] : values[element];
  }

  private static float[] unboxed(List<Float> values) {
    float[] unboxed = new float[values.size()];
    for (int i = 0; i < unboxed.length; i++) {
      unboxed[i] = values.get(i);
    }
    return unboxed;
  }
}
