package dev.strata.driver.imports;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A safetensors file: 8 bytes with the little-endian length of a JSON header, the header (name →
 * {@code dtype}, {@code shape}, {@code data_offsets}, and {@code __metadata__}), then the tensors'
 * bytes side by side, little-endian, in C order (source: the format's description in the
 * safetensors project). The header is checked as a whole before a tensor is read.
 */
final class SafetensorsFile {
  private static final String METADATA = "__metadata__";

  /** The limit of the safetensors library. */
  private static final long HEADER_LIMIT = 100_000_000;

  private static final int PIECE = 1 << 16;

  /** As in NumPy. */
  private static final int RANK_LIMIT = 64;

  private static final String READ = "F64, F32, F16 or BF16";

  /** Programs whose dense layers have weights {@code [inputs, units]}. */
  private static final Set<String> IN_OUT = Set.of("tf", "flax", "jax", "np", "numpy", "keras");

  private static final Map<String, Integer> BYTES =
      Map.ofEntries(
          Map.entry("BOOL", 1),
          Map.entry("U8", 1),
          Map.entry("I8", 1),
          Map.entry("F8_E5M2", 1),
          Map.entry("F8_E4M3", 1),
          Map.entry("I16", 2),
          Map.entry("U16", 2),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("I32", 4),
          Map.entry("U32", 4),
          Map.entry("F32", 4),
          Map.entry("I64", 8),
          Map.entry("U64", 8),
          Map.entry("F64", 8));

  private final ImportSource source;
  private final Map<String, Tensor> tensors = new TreeMap<>();
  private String format = "";
  private long begin;

  private SafetensorsFile(ImportSource source) {
    this.source = source;
  }

  /** Offsets are from the end of the header. */
  private record Tensor(String type, List<Integer> shape, long from, long to) {}

  /**
   * Whether a file may be one: the length of a header that is not beyond the limit, and the brace
   * that it begins with.
   *
   * @param head its first bytes
   */
  static boolean isMeant(byte[] head, long size) {
    if (size <= Long.BYTES + 1 || head.length <= Long.BYTES || head[Long.BYTES] != '{') {
      return false;
    }
    long header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return header > 1 && header <= HEADER_LIMIT;
  }

  /**
   * Reads the header.
   *
   * @throws StrataException (data) where it is damaged, or does not fit the file
   */
  static SafetensorsFile open(ImportSource source) {
    SafetensorsFile file = new SafetensorsFile(source);
    try {
      file.header();
      return file;
    } catch (JsonProcessingException e) {
      throw file.damaged("a header that is not JSON: " + e.getOriginalMessage(), "a JSON header");
    } catch (IOException e) {
      throw file.damaged(String.valueOf(e.getMessage()), "a safetensors file");
    }
  }

  private void header() throws IOException {
    long size = Files.size(source.local());
    try (SeekableByteChannel in = Files.newByteChannel(source.local())) {
      ByteBuffer prefix = bytes(in, Long.BYTES);
      long length = prefix.getLong();
      begin = Long.BYTES + length;
      if (length < 0 || length > HEADER_LIMIT || begin > size) {
        throw damaged(
            "a header of " + Long.toUnsignedString(length) + " bytes in a file of " + size,
            "a header within the file");
      }
      JsonNode root = json(bytes(in, (int) length).array());
      for (Map.Entry<String, JsonNode> entry : root.properties()) {
        if (entry.getKey().equals(METADATA)) {
          format = entry.getValue().path("format").asText("");
        } else {
          tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue()));
        }
      }
    }
    requireSideBySide(size - begin);
  }

  private JsonNode json(byte[] header) throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    try (JsonParser parser = mapper.createParser(header)) {
      JsonNode root = mapper.readTree(parser);
      if (root == null || !root.isObject()) {
        throw damaged("a header that is no JSON object", "tensors by their names");
      }
      if (parser.nextToken() != null) {
        throw damaged("a header with text after its JSON object", "spaces only");
      }
      return root;
    }
  }

  private ByteBuffer bytes(SeekableByteChannel in, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (in.read(bytes) < 0) {
        throw damaged("the file ends within its header", "a complete file");
      }
    }
    return bytes.flip();
  }

  private Tensor tensor(String name, JsonNode entry) {
    JsonNode offsets = entry.path("data_offsets");
    JsonNode sizes = entry.path("shape");
    boolean whole =
        entry.path("dtype").isTextual()
            && sizes.isArray()
            && sizes.size() <= RANK_LIMIT
            && offsets.isArray()
            && offsets.size() == 2;
    if (!whole) {
      throw damaged("tensor " + name + ": " + entry, "dtype, shape and two data_offsets");
    }
    List<Integer> shape = new ArrayList<>();
    for (JsonNode size : sizes) {
      if (!size.isIntegralNumber() || !size.canConvertToInt() || size.intValue() < 0) {
        throw damaged(
            "tensor " + name + " with a dimension of " + size, "whole numbers below 2^31");
      }
      shape.add(size.intValue());
    }
    for (JsonNode offset : offsets) {
      if (!offset.isIntegralNumber() || !offset.canConvertToLong() || offset.longValue() < 0) {
        throw damaged("tensor " + name + " at offset " + offset, "whole numbers, 0 or more");
      }
    }
    Tensor tensor =
        new Tensor(
            entry.get("dtype").textValue(),
            List.copyOf(shape),
            offsets.get(0).longValue(),
            offsets.get(1).longValue());
    requireSize(name, tensor);
    return tensor;
  }

  private void requireSize(String name, Tensor tensor) {
    Integer each = BYTES.get(tensor.type());
    if (tensor.to() < tensor.from()) {
      throw damaged(
          "tensor " + name + " from offset " + tensor.from() + " to " + tensor.to(),
          "an end behind its begin");
    }
    long bytes = tensor.to() - tensor.from();
    if (each != null && !Long.valueOf(bytes).equals(size(tensor.shape(), each))) {
      throw damaged(
          "tensor "
              + name
              + " of shape "
              + tensor.shape()
              + " and type "
              + tensor.type()
              + " in "
              + bytes
              + " bytes",
          "as many bytes as its shape needs");
    }
  }

  /** Null where it is beyond 64 bits. */
  private static Long size(List<Integer> shape, int each) {
    if (shape.contains(0)) {
      return 0L;
    }
    long size = each;
    try {
      for (int next : shape) {
        size = Math.multiplyExact(size, next);
      }
      return size;
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** Without overlaps, holes or bytes beyond the end, as the format demands. */
  private void requireSideBySide(long data) {
    long at = 0;
    List<Map.Entry<String, Tensor>> order = new ArrayList<>(tensors.entrySet());
    order.sort(
        Comparator.comparing(
                (Map.Entry<String, Tensor> entry) -> entry.getValue(),
                Comparator.comparingLong(Tensor::from).thenComparingLong(Tensor::to))
            .thenComparing(Map.Entry::getKey));
    for (Map.Entry<String, Tensor> entry : order) {
      if (entry.getValue().from() != at) {
        throw damaged(
            "tensor " + entry.getKey() + " at offset " + entry.getValue().from(),
            "offset " + at + ", side by side with the one before");
      }
      at = entry.getValue().to();
    }
    if (at != data) {
      throw damaged(data + " bytes of tensors", at + " bytes, as the header says");
    }
  }

  /** Whether the file says that it is of a program that keeps weights {@code [inputs, units]}. */
  boolean isInOut() {
    return IN_OUT.contains(format);
  }

  /** Name → shape, of all tensors. */
  Map<String, List<Integer>> shapes() {
    Map<String, List<Integer>> shapes = new TreeMap<>();
    tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
    return shapes;
  }

  /**
   * Reads some tensors; names that are not there are left out.
   *
   * @throws StrataException (data) where one has elements of a type that is not read
   */
  WeightArrays read(Set<String> wanted) throws IOException {
    Map<String, NumpyArray> arrays = new TreeMap<>();
    try (SeekableByteChannel in = Files.newByteChannel(source.local())) {
      for (String name : wanted) {
        Tensor tensor = tensors.get(name);
        if (tensor != null) {
          arrays.put(name, read(in, name, tensor));
        }
      }
    }
    return WeightArrays.of(tensors.keySet(), arrays);
  }

  private NumpyArray read(SeekableByteChannel in, String name, Tensor tensor) throws IOException {
    Numbers numbers =
        numbers(tensor.type())
            .orElseThrow(
                () ->
                    damaged(
                        "tensor " + name + " of type " + tensor.type(),
                        READ + ": tensor.float() before it is saved"));
    int each = BYTES.get(tensor.type());
    long count = (tensor.to() - tensor.from()) / each;
    if (count > Integer.MAX_VALUE - 16) {
      throw damaged("tensor " + name + " of " + count + " numbers", "less than 2^31 numbers");
    }
    float[] values = new float[(int) count];
    double[] exact =
        each == Double.BYTES && tensor.shape().size() == 1 ? new double[(int) count] : null;
    in.position(begin + tensor.from());
    for (int done = 0; done < values.length; ) {
      int some = Math.min(PIECE, values.length - done);
      ByteBuffer piece = bytes(in, some * each);
      for (int i = 0; i < some; i++) {
        double value = numbers.at(piece, i * each);
        values[done + i] = (float) value;
        if (exact != null) {
          exact[done + i] = value;
        }
      }
      done += some;
    }
    return new NumpyArray(tensor.shape(), values, exact);
  }

  private interface Numbers {
    double at(ByteBuffer bytes, int position);
  }

  private static Optional<Numbers> numbers(String type) {
    return switch (type) {
      case "F64" -> Optional.of(ByteBuffer::getDouble);
      case "F32" -> Optional.of(ByteBuffer::getFloat);
      case "F16" -> Optional.of((bytes, at) -> NumpyType.half(bytes.getShort(at)));
      case "BF16" ->
          Optional.of((bytes, at) -> Float.intBitsToFloat(bytes.getShort(at) << Short.SIZE));
      default -> Optional.empty();
    };
  }

  private StrataException damaged(String found, String expected) {
    return StrataException.data("cannot read the safetensors file")
        .file(source.name())
        .found(found)
        .expected(expected)
        .build();
  }
}
