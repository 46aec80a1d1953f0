package dev.strata.executor.shard;

import dev.strata.executor.failure.StrataException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Header of a NumPy array file of version 1.0 in C order: the magic bytes, a little-endian length
 * and a Python dictionary, padded with spaces and a line feed to a multiple of 64 bytes (source:
 * {@code numpy.lib.format}).
 *
 * @param type of the elements
 * @param rows first dimension
 * @param rowShape the other dimensions; empty for one scalar a row
 */
public record NpyHeader(ElementType type, int rows, List<Integer> rowShape) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int PREFIX = MAGIC.length + 2;
  private static final int ALIGNMENT = 64;
  private static final Pattern DESCRIPTOR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

  public NpyHeader {
    rowShape = List.copyOf(rowShape);
    if (rows < 0 || rowShape.stream().anyMatch(size -> size < 0)) {
      throw new IllegalArgumentException("negative size in (" + rows + ", " + rowShape + ")");
    }
  }

  /** Bytes of one row. */
  public long rowBytes() {
    long elements = 1;
    for (int size : rowShape) {
      elements = Math.multiplyExact(elements, size);
    }
    return Math.multiplyExact(elements, type.bytes());
  }

  /** Bytes of all rows, the header excluded. */
  public long dataBytes() {
    return Math.multiplyExact(rows, rowBytes());
  }

  /** The header as NumPy itself would accept it. */
  public byte[] encode() {
    StringBuilder shape = new StringBuilder().append(rows).append(',');
    for (int i = 0; i < rowShape.size(); i++) {
      shape.append(i == 0 ? " " : ", ").append(rowShape.get(i));
    }
    String dictionary =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(type.descriptor(), shape);
    int unpadded = PREFIX + dictionary.length() + 1;
    int padding = Math.floorMod(-unpadded, ALIGNMENT);
    String text = dictionary + " ".repeat(padding) + "\n";
    ByteBuffer bytes = NpyReader.littleEndian(ByteBuffer.allocate(PREFIX + text.length()));
    bytes.put(MAGIC).putShort((short) text.length()).put(text.getBytes(StandardCharsets.US_ASCII));
    return bytes.array();
  }

  /**
   * Reads the header at the buffer's position and leaves the position behind it.
   *
   * @throws StrataException (data) where it is no such header
   */
  static NpyHeader decode(ByteBuffer bytes, Object file) {
    if (bytes.remaining() < PREFIX) {
      throw damaged(file, bytes.remaining() + " bytes", "a .npy file");
    }
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    for (int i = 0; i < MAGIC.length; i++) {
      if (magic[i] != MAGIC[i]) {
        throw damaged(file, "unknown first bytes", "a .npy file of version 1.0");
      }
    }
    int length = Short.toUnsignedInt(bytes.getShort());
    if (bytes.remaining() < length) {
      throw damaged(file, "the file ends within its header", "a header of " + length + " bytes");
    }
    byte[] text = new byte[length];
    bytes.get(text);
    return parse(new String(text, StandardCharsets.US_ASCII), file);
  }

  private static NpyHeader parse(String text, Object file) {
    if (field(FORTRAN, text, file).equals("True")) {
      throw damaged(file, "Fortran order", "C order; use numpy.ascontiguousarray");
    }
    String descriptor = field(DESCRIPTOR, text, file);
    List<Integer> sizes = new ArrayList<>();
    for (String size : field(SHAPE, text, file).split(",")) {
      if (!size.isBlank()) {
        sizes.add(size(size.trim(), file));
      }
    }
    if (sizes.isEmpty()) {
      throw damaged(file, "a scalar", "an array with rows");
    }
    for (ElementType type : ElementType.values()) {
      if (type.descriptor().equals(descriptor)) {
        return countable(new NpyHeader(type, sizes.get(0), sizes.subList(1, sizes.size())), file);
      }
    }
    throw damaged(file, "elements of type " + descriptor, "|u1, <i4, <f4 or <f8");
  }

  /** Refuses dimensions whose product is beyond 64 bits. */
  private static NpyHeader countable(NpyHeader header, Object file) {
    try {
      header.dataBytes();
      return header;
    } catch (ArithmeticException e) {
      throw damaged(
          file,
          "dimensions " + header.rows() + " and " + header.rowShape(),
          "a product of at most " + Long.MAX_VALUE + " bytes");
    }
  }

  private static int size(String digits, Object file) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw damaged(file, "a dimension of " + digits, "at most " + Integer.MAX_VALUE);
    }
  }

  private static String field(Pattern pattern, String text, Object file) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw damaged(file, "header " + text.trim(), "descr, fortran_order and shape");
    }
    return matcher.group(1);
  }

  private static StrataException damaged(Object file, String found, String expected) {
    return StrataException.data("cannot read the array file")
        .file(file)
        .found(found)
        .expected(expected)
        .build();
  }
}
