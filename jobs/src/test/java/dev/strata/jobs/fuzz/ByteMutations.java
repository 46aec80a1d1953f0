package dev.strata.jobs.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Damage to files of bytes: as by a bad disk, a broken copy, or somebody who means harm. */
final class ByteMutations {
  private static final int[] BYTES = {0, 1, 0x7F, 0x80, 0xFE, 0xFF};
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xFFFF,
    0x8000,
    1 << 24,
    1 << 28,
    Integer.MAX_VALUE - 15L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1L << 32,
    1L << 40
  };

  private final Random random;
  private final StringBuilder said = new StringBuilder();
  private boolean keepsLength;

  ByteMutations(Random random) {
    this.random = random;
  }

  /** Only what is within {@code from … to}, whose length stays. */
  byte[] damage(byte[] sound, int from, int to) {
    keepsLength = true;
    byte[] part = damage(Arrays.copyOfRange(sound, from, to));
    keepsLength = false;
    byte[] bytes = sound.clone();
    System.arraycopy(part, 0, bytes, from, part.length);
    said.append(", counted from byte ").append(from);
    return bytes;
  }

  /** One to three mutations. */
  byte[] damage(byte[] sound) {
    byte[] bytes = sound.clone();
    int count = 1 + (random.nextInt(3) == 0 ? 1 : 0) + (random.nextInt(6) == 0 ? 1 : 0);
    for (int i = 0; i < count; i++) {
      bytes = once(bytes);
    }
    return bytes;
  }

  /** What was done. */
  String said() {
    return said.toString();
  }

  private byte[] once(byte[] bytes) {
    if (bytes.length == 0) {
      return inserted(bytes);
    }
    return switch (random.nextInt(12)) {
      case 0, 1 -> flipped(bytes);
      case 2 -> set(bytes);
      case 3 -> keepsLength ? noise(bytes) : inserted(bytes);
      case 4 -> keepsLength ? zeros(bytes) : without(bytes);
      case 5 -> keepsLength ? set(bytes) : truncated(bytes);
      case 6 -> keepsLength ? flipped(bytes) : duplicated(bytes);
      case 7 -> swapped(bytes);
      case 8, 9 -> number(bytes);
      case 10 -> zeros(bytes);
      default -> noise(bytes);
    };
  }

  /** Half of them near the begin or the end, where headers and indexes are. */
  private int place(int length) {
    int near = Math.min(length, 64);
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(near);
      case 1 -> length - 1 - random.nextInt(near);
      default -> random.nextInt(length);
    };
  }

  private int piece(int most) {
    int bound = random.nextBoolean() ? Math.min(most, 8) : most;
    return bound <= 1 ? bound : 1 + random.nextInt(bound);
  }

  private void say(String format, Object... values) {
    said.append(said.isEmpty() ? "" : ", ").append(format.formatted(values));
  }

  private byte[] flipped(byte[] bytes) {
    int at = place(bytes.length);
    int bit = random.nextInt(8);
    bytes[at] ^= (byte) (1 << bit);
    say("bit %d of byte %d flipped", bit, at);
    return bytes;
  }

  private byte[] set(byte[] bytes) {
    int at = place(bytes.length);
    bytes[at] = (byte) BYTES[random.nextInt(BYTES.length)];
    say("byte %d set to 0x%02x", at, bytes[at]);
    return bytes;
  }

  private byte[] inserted(byte[] bytes) {
    int at = bytes.length == 0 ? 0 : place(bytes.length);
    byte[] more = new byte[1 + random.nextInt(16)];
    random.nextBytes(more);
    say("%d bytes inserted at %d", more.length, at);
    return spliced(bytes, at, at, more);
  }

  private byte[] without(byte[] bytes) {
    int at = place(bytes.length);
    int end = at + piece(bytes.length - at);
    say("bytes %d to %d deleted", at, end);
    return spliced(bytes, at, end, new byte[0]);
  }

  private byte[] truncated(byte[] bytes) {
    int end = place(bytes.length);
    say("truncated to %d bytes", end);
    return Arrays.copyOf(bytes, end);
  }

  private byte[] duplicated(byte[] bytes) {
    int at = place(bytes.length);
    int end = at + piece(bytes.length - at);
    say("bytes %d to %d twice", at, end);
    return spliced(bytes, end, end, Arrays.copyOfRange(bytes, at, end));
  }

  private byte[] swapped(byte[] bytes) {
    int length = piece(bytes.length / 2);
    if (length == 0) {
      return flipped(bytes);
    }
    int first = random.nextInt(bytes.length / 2 - length + 1);
    int second = bytes.length / 2 + random.nextInt(bytes.length - bytes.length / 2 - length + 1);
    byte[] other = bytes.clone();
    System.arraycopy(bytes, first, other, second, length);
    System.arraycopy(bytes, second, other, first, length);
    say("%d bytes at %d and %d swapped", length, first, second);
    return other;
  }

  private byte[] number(byte[] bytes) {
    int width = 1 << (1 + random.nextInt(3));
    if (bytes.length < width) {
      return flipped(bytes);
    }
    int at = Math.min(place(bytes.length), bytes.length - width);
    long value = NUMBERS[random.nextInt(NUMBERS.length)];
    boolean little = random.nextBoolean();
    ByteBuffer buffer =
        ByteBuffer.wrap(bytes).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    switch (width) {
      case 2 -> buffer.putShort(at, (short) value);
      case 4 -> buffer.putInt(at, (int) value);
      default -> buffer.putLong(at, value);
    }
    say("%d at %d in %d bytes, %s-endian", value, at, width, little ? "little" : "big");
    return bytes;
  }

  private byte[] zeros(byte[] bytes) {
    int at = place(bytes.length);
    int end = at + piece(bytes.length - at);
    Arrays.fill(bytes, at, end, (byte) 0);
    say("bytes %d to %d zeroed", at, end);
    return bytes;
  }

  private byte[] noise(byte[] bytes) {
    int at = place(bytes.length);
    byte[] more = new byte[Math.min(1 + random.nextInt(16), bytes.length - at)];
    random.nextBytes(more);
    System.arraycopy(more, 0, bytes, at, more.length);
    say("%d random bytes at %d", more.length, at);
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] between) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + between.length);
    out.write(bytes, 0, from);
    out.writeBytes(between);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
