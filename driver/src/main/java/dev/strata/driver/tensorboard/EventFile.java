package dev.strata.driver.tensorboard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32C;
import org.nd4j.shade.protobuf.CodedOutputStream;

/**
 * Content of an event file: TFRecords that hold {@code Event} messages, the first with the version
 * of the format, each other with the summary of one step (TensorFlow, {@code
 * tsl/lib/io/record_writer.h}, {@code core/util/event.proto}, {@code
 * core/framework/summary.proto}).
 */
final class EventFile {
  private static final String VERSION = "brain.Event:2";
  private static final int MASK_DELTA = 0xa282ead8;

  /** Numbers of the fields of {@code Event}, {@code Summary}, {@code Summary.Value}. */
  private static final int WALL_TIME = 1;

  private static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  private static final int SUMMARY = 5;
  private static final int VALUE = 1;
  private static final int TAG = 1;
  private static final int SIMPLE_VALUE = 2;
  private static final int HISTOGRAM = 5;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Writes the fields of a message. */
  @FunctionalInterface
  private interface Fields {
    void to(CodedOutputStream out) throws IOException;
  }

  /**
   * One value of a step.
   *
   * @param tag name of its curve; what stands before a slash groups curves
   * @param scalar its value, where it has no histogram
   * @param histogram null: a scalar
   */
  record Value(String tag, double scalar, Histogram histogram) {
    static Value of(String tag, double scalar) {
      return new Value(tag, scalar, null);
    }
  }

  /**
   * Counts of values between ascending limits.
   *
   * @param limits upper limit of each bucket
   * @param counts of the values in it
   * @param sum of the values
   * @param squares sum of their squares
   */
  record Histogram(
      double least,
      double greatest,
      double sum,
      double squares,
      List<Double> limits,
      List<Long> counts) {}

  /**
   * An empty file.
   *
   * @param wallTime seconds since 1970
   */
  EventFile(double wallTime) {
    record(
        message(
            event -> {
              event.writeDouble(WALL_TIME, wallTime);
              event.writeString(FILE_VERSION, VERSION);
            }));
  }

  /**
   * Adds a step.
   *
   * @param wallTime seconds since 1970
   */
  void add(double wallTime, long step, List<Value> values) {
    byte[] summary =
        message(
            out -> {
              for (Value value : values) {
                out.writeByteArray(VALUE, message(fields -> write(value, fields)));
              }
            });
    record(
        message(
            event -> {
              event.writeDouble(WALL_TIME, wallTime);
              event.writeInt64(STEP, step);
              event.writeByteArray(SUMMARY, summary);
            }));
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private static void write(Value value, CodedOutputStream out) throws IOException {
    out.writeString(TAG, value.tag());
    if (value.histogram() == null) {
      out.writeFloat(SIMPLE_VALUE, (float) value.scalar());
    } else {
      out.writeByteArray(HISTOGRAM, message(fields -> write(value.histogram(), fields)));
    }
  }

  /** Fields 1 to 7 of {@code HistogramProto}; the last two are packed. */
  private static void write(Histogram histogram, CodedOutputStream out) throws IOException {
    out.writeDouble(1, histogram.least());
    out.writeDouble(2, histogram.greatest());
    out.writeDouble(3, histogram.counts().stream().mapToLong(Long::longValue).sum());
    out.writeDouble(4, histogram.sum());
    out.writeDouble(5, histogram.squares());
    out.writeByteArray(6, packed(histogram.limits()));
    out.writeByteArray(7, packed(histogram.counts()));
  }

  private static byte[] packed(List<? extends Number> numbers) {
    ByteBuffer packed =
        ByteBuffer.allocate(numbers.size() * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    numbers.forEach(number -> packed.putDouble(number.doubleValue()));
    return packed.array();
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
    try {
      fields.to(coded);
      coded.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Length and its checksum, data and theirs. */
  private void record(byte[] data) {
    byte[] length =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(data.length).array();
    out.writeBytes(length);
    out.writeBytes(checksum(length));
    out.writeBytes(data);
    out.writeBytes(checksum(data));
  }

  private static byte[] checksum(byte[] of) {
    CRC32C crc = new CRC32C();
    crc.update(of);
    int masked = Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(masked).array();
  }
}
