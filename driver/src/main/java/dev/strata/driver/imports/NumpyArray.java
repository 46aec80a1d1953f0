package dev.strata.driver.imports;

import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An array as {@code numpy.save} writes it: format versions 1 to 3, any byte order, C or Fortran
 * order, booleans, integers and floats (source: {@code numpy.lib.format}). Python objects are
 * refused, never unpacked.
 *
 * @param shape its dimensions; empty for a single number
 * @param values as float32, in C order
 * @param exact the same as float64; null but for float64 arrays of one dimension, whose variances
 *     would change in float32
 */
record NumpyArray(List<Integer> shape, float[] values, double[] exact) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** A header of numbers is one page at most; of more, the dictionary would not be numpy's. */
  private static final int HEADER_LIMIT = 1 << 16;

  private static final int PIECE = 1 << 16;

  /** As in NumPy. */
  private static final int RANK_LIMIT = 64;

  private static final Pattern DESCRIPTOR =
      Pattern.compile("['\"]descr['\"]\\s*:\\s*(?:['\"]([^'\"]*)['\"]|(\\[.{0,200}))");
  private static final Pattern FORTRAN =
      Pattern.compile("['\"]fortran_order['\"]\\s*:\\s*(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("['\"]shape['\"]\\s*:\\s*\\(([0-9L,\\s]*)\\)");

  NumpyArray(List<Integer> shape, float[] values) {
    this(shape, values, null);
  }

  /** First dimension; 1 of a single number. */
  int rows() {
    return shape.isEmpty() ? 1 : shape.get(0);
  }

  /** The other dimensions. */
  List<Integer> rowShape() {
    return shape.isEmpty() ? List.of() : shape.subList(1, shape.size());
  }

  /**
   * Reads an array to the end of its stream.
   *
   * @param held most bytes that the stream can give; what its header claims beyond is refused
   *     before any memory is taken
   * @param limit greatest number of bytes that the elements may take, here and as float32
   * @param file names file and array in errors
   * @throws StrataException (data) where it is no such array, or larger
   */
  static NumpyArray read(InputStream in, long held, long limit, String file) throws IOException {
    return new Reader(in, held, limit, file).read();
  }

  private record Reader(InputStream in, long held, long limit, String file) {
    NumpyArray read() throws IOException {
      String header = header();
      boolean fortran = field(FORTRAN, header).equals("True");
      String descriptor = field(DESCRIPTOR, header);
      NumpyType type =
          NumpyType.of(descriptor)
              .orElseThrow(
                  () ->
                      refused(
                          "elements of " + NumpyType.words(descriptor),
                          NumpyType.KNOWN + ": array.astype(\"float32\") before it is saved"));
      List<Integer> shape = shape(field(SHAPE, header));
      float[] values = new float[count(shape, type)];
      double[] exact = type.isDouble() && shape.size() == 1 ? new double[values.length] : null;
      fill(values, exact, type);
      return new NumpyArray(shape, fortran ? turned(values, shape) : values, exact);
    }

    private String header() throws IOException {
      byte[] prefix = in.readNBytes(MAGIC.length + 2);
      boolean magic = prefix.length == MAGIC.length + 2;
      for (int i = 0; magic && i < MAGIC.length; i++) {
        magic = prefix[i] == MAGIC[i];
      }
      if (!magic) {
        throw refused("unknown first bytes", "a .npy file");
      }
      int version = prefix[MAGIC.length];
      if (version < 1 || version > 3) {
        throw refused("format version " + version, "1, 2 or 3");
      }
      int sizeBytes = version == 1 ? Short.BYTES : Integer.BYTES;
      ByteBuffer size = bytes(sizeBytes);
      long length = version == 1 ? Short.toUnsignedInt(size.getShort()) : size.getInt();
      if (length < 0 || length > HEADER_LIMIT) {
        throw refused(
            "a header of " + Integer.toUnsignedString((int) length) + " bytes",
            "at most " + HEADER_LIMIT);
      }
      byte[] text = bytes((int) length).array();
      return new String(text, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    private ByteBuffer bytes(int count) throws IOException {
      byte[] read = in.readNBytes(count);
      if (read.length < count) {
        throw refused("the file ends within its header", "a complete .npy file");
      }
      return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String field(Pattern pattern, String header) {
      Matcher matcher = pattern.matcher(header);
      if (!matcher.find()) {
        throw refused(
            "header " + header.strip().substring(0, Math.min(200, header.strip().length())),
            "descr, fortran_order and shape");
      }
      return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }

    private List<Integer> shape(String sizes) {
      List<Integer> shape = new ArrayList<>();
      for (String size : sizes.split(",")) {
        if (!size.isBlank()) {
          try {
            // Python 2 wrote long integers with an L.
            shape.add(Integer.parseInt(size.strip().replace("L", "")));
          } catch (NumberFormatException e) {
            throw refused("a dimension of " + size.strip(), "at most " + Integer.MAX_VALUE);
          }
        }
      }
      if (shape.size() > RANK_LIMIT) {
        throw refused(shape.size() + " dimensions", "at most " + RANK_LIMIT);
      }
      return List.copyOf(shape);
    }

    private int count(List<Integer> shape, NumpyType type) {
      long count = 1;
      try {
        for (int size : shape) {
          count = Math.multiplyExact(count, size);
        }
        count = shape.contains(0) ? 0 : count;
        long bytes = Math.multiplyExact(count, Math.max(type.bytes(), Float.BYTES));
        if (bytes > limit || count > Integer.MAX_VALUE - 16) {
          throw tooLarge(bytes);
        }
      } catch (ArithmeticException e) {
        if (!shape.contains(0)) {
          throw tooLarge(Long.MAX_VALUE);
        }
        count = 0;
      }
      if (count * type.bytes() > held) {
        throw differs("an array file is truncated", held, count * type.bytes());
      }
      return (int) count;
    }

    private StrataException tooLarge(long bytes) {
      return StrataException.data("the arrays are larger than the file allows")
          .file(file)
          .found(bytes + " bytes of numbers, with " + limit + " left")
          .expected("arrays of the network's size")
          .build();
    }

    private void fill(float[] values, double[] exact, NumpyType type) throws IOException {
      byte[] piece = new byte[(int) Math.min(PIECE, (long) values.length * type.bytes())];
      ByteBuffer view = ByteBuffer.wrap(piece).order(type.order());
      int each = piece.length / type.bytes();
      for (int done = 0; done < values.length; done += each) {
        int some = Math.min(each, values.length - done);
        int read = in.readNBytes(piece, 0, some * type.bytes());
        if (read < some * type.bytes()) {
          throw differs(
              "an array file is truncated",
              (long) done * type.bytes() + read,
              (long) values.length * type.bytes());
        }
        for (int i = 0; i < some; i++) {
          values[done + i] = type.number(view, i * type.bytes());
          if (exact != null) {
            exact[done + i] = view.getDouble(i * type.bytes());
          }
        }
      }
      if (in.read() >= 0) {
        throw StrataException.data("an array file is longer than its header says")
            .file(file)
            .found("bytes after its elements")
            .expected((long) values.length * type.bytes() + " bytes of elements")
            .build();
      }
    }

    private StrataException differs(String what, long found, long expected) {
      return StrataException.data(what)
          .file(file)
          .found(found + " bytes of elements at most")
          .expected(expected + " bytes, as its header says")
          .build();
    }

    private StrataException refused(String found, String expected) {
      return StrataException.data("cannot read the array file")
          .file(file)
          .found(found)
          .expected(expected)
          .build();
    }
  }

  /** From Fortran order, the first index fastest, to C order. */
  private static float[] turned(float[] values, List<Integer> shape) {
    float[] turned = new float[values.length];
    int[] at = new int[shape.size()];
    for (float value : values) {
      int target = 0;
      for (int d = 0; d < at.length; d++) {
        target = target * shape.get(d) + at[d];
      }
      turned[target] = value;
      for (int d = 0; d < at.length && ++at[d] == shape.get(d); d++) {
        at[d] = 0;
      }
    }
    return turned;
  }
}
