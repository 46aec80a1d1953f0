package dev.strata.driver.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads TensorBoard's event files, from the specifications alone: TFRecords (length, masked CRC-32C
 * of it, data, masked CRC-32C of them), Protocol Buffers' wire format, event.proto, summary.proto.
 */
public final class EventFiles {
  private EventFiles() {}

  /**
   * @param scalars tag → value
   * @param histograms tag → min, max, num, sum, sum of squares, then limits, then counts
   */
  public record Event(
      double wallTime,
      long step,
      String version,
      Map<String, Float> scalars,
      Map<String, List<double[]>> histograms) {}

  /** Events of all files of a folder, in the order of their names, as TensorBoard reads them. */
  public static List<Event> read(Path folder) {
    List<Event> events = new ArrayList<>();
    for (Path file : files(folder)) {
      try {
        events.addAll(parse(Files.readAllBytes(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return events;
  }

  /** Files that TensorBoard takes for event files. */
  public static List<Path> files(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> f.getFileName().toString().contains("tfevents")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Events of one file; fails where a checksum is wrong. */
  public static List<Event> parse(byte[] file) {
    List<Event> events = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      requireSum(length, in.getInt());
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(data);
      requireSum(data, in.getInt());
      events.add(event(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN)));
    }
    return events;
  }

  private static void requireSum(byte[] data, int found) {
    int crc = ~0;
    for (byte b : data) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        // Castagnoli's polynomial, reflected
        crc = (crc >>> 1) ^ ((crc & 1) * 0x82f63b78);
      }
    }
    crc = ~crc;
    int masked = ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    if (masked != found) {
      throw new AssertionError("checksum " + found + " instead of " + masked);
    }
  }

  private static Event event(ByteBuffer in) {
    double wallTime = Double.NaN;
    long step = 0;
    String version = "";
    Map<String, Float> scalars = new TreeMap<>();
    Map<String, List<double[]>> histograms = new TreeMap<>();
    while (in.hasRemaining()) {
      int key = (int) varint(in);
      switch (key) {
        case 1 << 3 | 1 -> wallTime = in.getDouble();
        case 2 << 3 -> step = varint(in);
        case 3 << 3 | 2 -> version = text(part(in));
        case 5 << 3 | 2 -> summary(part(in), scalars, histograms);
        default -> throw new AssertionError("Event has no field " + key);
      }
    }
    return new Event(wallTime, step, version, scalars, histograms);
  }

  private static void summary(
      ByteBuffer in, Map<String, Float> scalars, Map<String, List<double[]>> histograms) {
    while (in.hasRemaining()) {
      if (varint(in) != (1 << 3 | 2)) {
        throw new AssertionError("a Summary has values only");
      }
      ByteBuffer value = part(in);
      String tag = "";
      while (value.hasRemaining()) {
        int key = (int) varint(value);
        switch (key) {
          case 1 << 3 | 2 -> tag = text(part(value));
          case 2 << 3 | 5 -> put(scalars, tag, value.getFloat());
          case 5 << 3 | 2 -> put(histograms, tag, histogram(part(value)));
          default -> throw new AssertionError("no field of a scalar or histogram: " + key);
        }
      }
    }
  }

  private static <T> void put(Map<String, T> values, String tag, T value) {
    if (values.put(tag, value) != null) {
      throw new AssertionError(tag + " is there twice");
    }
  }

  private static List<double[]> histogram(ByteBuffer in) {
    double[] head = new double[5];
    double[] limits = {};
    double[] counts = {};
    while (in.hasRemaining()) {
      int key = (int) varint(in);
      int field = key >> 3;
      if ((key & 7) == 1 && field <= 5) {
        head[field - 1] = in.getDouble();
      } else if (key == (6 << 3 | 2)) {
        limits = doubles(part(in));
      } else if (key == (7 << 3 | 2)) {
        counts = doubles(part(in));
      } else {
        throw new AssertionError("HistogramProto has no field " + key);
      }
    }
    return List.of(head, limits, counts);
  }

  private static double[] doubles(ByteBuffer in) {
    double[] all = new double[in.remaining() / Double.BYTES];
    for (int i = 0; i < all.length; i++) {
      all[i] = in.getDouble();
    }
    return all;
  }

  private static ByteBuffer part(ByteBuffer in) {
    int length = (int) varint(in);
    ByteBuffer part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + length);
    return part;
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }
}
