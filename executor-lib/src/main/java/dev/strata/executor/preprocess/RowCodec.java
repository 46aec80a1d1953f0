package dev.strata.executor.preprocess;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A row as canonical bytes: equal rows have equal bytes, whatever source they came from, so that
 * the bytes can be hashed and sorted.
 *
 * <p>{@code prefix | part 1 | key kind 1 | storage 1 | key 8 | label kind 1, label | weight 8 |
 * number count 4, numbers | text count 4, texts | group}; big-endian, texts as UTF-8 after their
 * length (-1: missing), the group only where a row has one. Numbers take the first storage that
 * holds all of them exactly: unsigned bytes, float32, float64.
 */
public final class RowCodec {
  /** Bytes left free before each row. */
  public static final int PREFIX = 8;

  private static final int PART = PREFIX;
  private static final int KEY_KIND = PART + 1;
  private static final int STORAGE = KEY_KIND + 1;
  private static final int KEY = STORAGE + 1;
  private static final int LABEL = KEY + Long.BYTES;

  private static final byte AS_BYTES = 0;
  private static final byte AS_FLOATS = 1;
  private static final byte AS_DOUBLES = 2;

  private static final byte NO_LABEL = 0;
  private static final byte CLASS_LABEL = 1;
  private static final byte VALUE_LABEL = 2;

  private RowCodec() {}

  /**
   * Split of a row.
   *
   * @param part number of the part, or of a rule that will decide it
   * @param keyKind what kind of value {@code key} stands for
   * @param key what the rule decides by; 0 where it decides by nothing
   */
  public record Place(byte part, byte keyKind, long key) implements Serializable {}

  /** The row's bytes after {@link #PREFIX} zero bytes. */
  public static byte[] encode(PlainRow row, Place place) {
    byte storage = storage(row);
    byte[] label =
        row.labelClass() == null ? null : row.labelClass().getBytes(StandardCharsets.UTF_8);
    byte[][] texts = new byte[row.texts().length][];
    int size = LABEL + 1 + Double.BYTES + 2 * Integer.BYTES + row.count() * width(storage);
    size += label != null ? Integer.BYTES + label.length : 0;
    size += row.labelValues() != null ? Integer.BYTES + Double.BYTES * row.labelValues().length : 0;
    for (int i = 0; i < texts.length; i++) {
      String text = row.texts()[i];
      texts[i] = text == null ? null : text.getBytes(StandardCharsets.UTF_8);
      size += Integer.BYTES + (text == null ? 0 : texts[i].length);
    }
    byte[] group = row.group() == null ? null : row.group().getBytes(StandardCharsets.UTF_8);
    size += group == null ? 0 : Integer.BYTES + group.length;
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putLong(0).put(place.part()).put(place.keyKind()).put(storage).putLong(place.key());
    if (label != null) {
      out.put(CLASS_LABEL).putInt(label.length).put(label);
    } else if (row.labelValues() != null) {
      out.put(VALUE_LABEL).putInt(row.labelValues().length);
      for (double value : row.labelValues()) {
        out.putDouble(value + 0.0);
      }
    } else {
      out.put(NO_LABEL);
    }
    out.putDouble(row.weight());
    putNumbers(out, row, storage);
    out.putInt(texts.length);
    for (byte[] text : texts) {
      out.putInt(text == null ? -1 : text.length);
      if (text != null) {
        out.put(text);
      }
    }
    if (group != null) {
      out.putInt(group.length).put(group);
    }
    return out.array();
  }

  /** Where the row belongs. */
  public static Place place(byte[] row) {
    return new Place(row[PART], row[KEY_KIND], ByteBuffer.wrap(row).getLong(KEY));
  }

  /** The label's class; null where the row has none. */
  public static String labelClass(byte[] row) {
    if (row[LABEL] != CLASS_LABEL) {
      return null;
    }
    int length = ByteBuffer.wrap(row).getInt(LABEL + 1);
    return new String(row, LABEL + 1 + Integer.BYTES, length, StandardCharsets.UTF_8);
  }

  /** Whether all numbers of the row are integers in 0 … 255. */
  public static boolean fitsBytes(byte[] row) {
    return row[STORAGE] == AS_BYTES;
  }

  /** The whole row. */
  public static PlainRow decode(byte[] row) {
    ByteBuffer in = ByteBuffer.wrap(row).position(LABEL);
    String labelClass = null;
    double[] labelValues = null;
    switch (in.get()) {
      case CLASS_LABEL -> labelClass = text(in);
      case VALUE_LABEL -> {
        labelValues = new double[in.getInt()];
        for (int i = 0; i < labelValues.length; i++) {
          labelValues[i] = in.getDouble();
        }
      }
      default -> {}
    }
    double weight = in.getDouble();
    byte[] bytes = null;
    double[] numbers = null;
    int count = in.getInt();
    switch (row[STORAGE]) {
      case AS_BYTES -> {
        bytes = new byte[count];
        in.get(bytes);
      }
      case AS_FLOATS -> {
        numbers = new double[count];
        for (int i = 0; i < count; i++) {
          numbers[i] = in.getFloat();
        }
      }
      default -> {
        numbers = new double[count];
        for (int i = 0; i < count; i++) {
          numbers[i] = in.getDouble();
        }
      }
    }
    String[] texts = new String[in.getInt()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = text(in);
    }
    String group = in.hasRemaining() ? text(in) : null;
    return new PlainRow(
        bytes, numbers, texts, labelClass, labelValues, weight, group, PlainRow.Fate.USED);
  }

  private static String text(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0) {
      return null;
    }
    String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }

  private static void putNumbers(ByteBuffer out, PlainRow row, byte storage) {
    int count = row.count();
    out.putInt(count);
    if (row.bytes() != null) {
      out.put(row.bytes());
      return;
    }
    for (double number : row.numbers()) {
      switch (storage) {
        case AS_BYTES -> out.put((byte) (int) number);
        case AS_FLOATS -> out.putFloat((float) number + 0.0f);
        // Adding zero makes the negative zero positive: equal values, equal bytes.
        default -> out.putDouble(number + 0.0);
      }
    }
  }

  private static byte storage(PlainRow row) {
    if (row.bytes() != null) {
      return AS_BYTES;
    }
    byte storage = AS_BYTES;
    for (double number : row.numbers()) {
      if (storage == AS_BYTES && !(number >= 0 && number <= 255 && number == (int) number)) {
        storage = AS_FLOATS;
      }
      if (storage == AS_FLOATS && !Double.isNaN(number) && number != (float) number) {
        return AS_DOUBLES;
      }
    }
    return storage;
  }

  private static int width(byte storage) {
    return switch (storage) {
      case AS_BYTES -> 1;
      case AS_FLOATS -> Float.BYTES;
      default -> Double.BYTES;
    };
  }
}
