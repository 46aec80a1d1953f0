package dev.strata.driver.imports;

import io.jhdf.AbstractNode;
import io.jhdf.GlobalHeap;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.dataset.DatasetBase;
import io.jhdf.exceptions.HdfException;
import io.jhdf.exceptions.UnsupportedHdfException;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.message.DataLayoutMessage.ContiguousDataLayoutMessage;
import io.jhdf.storage.HdfBackingStorage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Groups, arrays of floating-point numbers and attributes of text of an HDF5 file, read by jHDF. It
 * is Java alone: the C library ends the process on some damaged files. Every failure is an
 * IOException. Sizes are checked before memory is taken: no more than the file's length allows.
 */
final class Hdf5File implements Closeable {
  /** An array may be compressed; a file that grows by more is made to fill the memory. */
  private static final int UNPACKING = 64;

  /** Groups within groups, and objects in all. */
  private static final int DEPTH = 32;

  private static final int OBJECT_LIMIT = 100_000;

  /** Bytes that are mapped at once. */
  private static final int PIECE = 1 << 26;

  private final HdfFile file;
  private final long length;
  private long left;
  private int objects;

  /**
   * An array.
   *
   * @param shape its dimensions; empty for a single number
   * @param values in C order
   * @param type of its elements in the file, in words
   * @param floating whether they are floating-point numbers
   */
  record Values(long[] shape, float[] values, String type, boolean floating) {}

  private interface Reading<T> {
    T run() throws IOException;
  }

  /**
   * @param local path on this machine's disk
   */
  Hdf5File(Path local) throws IOException {
    try (FileChannel channel = FileChannel.open(local, StandardOpenOption.READ)) {
      length = channel.size();
      left = Math.multiplyExact(length, UNPACKING);
      // Mapped as a whole, jHDF cuts pieces out of it. From a path it would allocate whatever size
      // a damaged file claims, up to 2 GiB: less than the length of those that cannot be mapped.
      file =
          reading(
              "the file's head",
              () ->
                  length <= Integer.MAX_VALUE
                      ? HdfFile.fromByteBuffer(
                          channel.map(FileChannel.MapMode.READ_ONLY, 0, length))
                      : new HdfFile(local));
    }
  }

  /** What is damaged is found by numbers that make no sense, or by a structure without an end. */
  private static <T> T reading(String what, Reading<T> reading) throws IOException {
    try {
      return reading.run();
    } catch (IOException e) {
      throw new IOException(what + ": " + e.getMessage(), e);
    } catch (RuntimeException | StackOverflowError e) {
      throw new IOException(what + reason(e), e);
    }
  }

  private static String reason(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null && first.getCause() != first) {
      first = first.getCause();
    }
    if (first instanceof UnsupportedHdfException) {
      return " is stored in a way that is not read: " + first.getMessage();
    }
    return " is damaged" + (first instanceof HdfException ? ": " + first.getMessage() : "");
  }

  /** A root attribute of text; absent where there is none. */
  Optional<String> attribute(String name) throws IOException {
    return reading(
        "attribute " + name,
        () -> {
          Attribute found = file.getAttribute(name);
          return found == null ? Optional.empty() : Optional.of(text(found));
        });
  }

  /** A root attribute of several texts; empty where there is none. */
  List<String> texts(String name) throws IOException {
    return reading(
        "attribute " + name,
        () -> {
          Attribute found = file.getAttribute(name);
          return found == null ? List.of() : allTexts(found);
        });
  }

  private String text(Attribute attribute) throws IOException {
    if (attribute.getDataSpace().getTotalLength() != 1) {
      String found = Hdf5Type.of(attribute.getDataType()).name();
      throw new IOException("no text, but several times " + found);
    }
    return allTexts(attribute).get(0);
  }

  /** Read as UTF-8, whatever its character set is said to be: Keras writes UTF-8 as ASCII. */
  private List<String> allTexts(Attribute attribute) throws IOException {
    DataType type = attribute.getDataType();
    long count = attribute.getDataSpace().getTotalLength();
    if (!Hdf5Type.isText(type)) {
      throw new IOException("no text, but " + Hdf5Type.of(type).name());
    }
    if (count < 0 || count > OBJECT_LIMIT) {
      throw new IOException("more than " + OBJECT_LIMIT + " texts");
    }
    List<String> texts = new ArrayList<>();
    if (count == 0) {
      return texts;
    }
    ByteBuffer content = attribute.getBuffer();
    int each = content.remaining() / (int) count;
    for (int i = 0; i < count; i++) {
      ByteBuffer one = content.slice(content.position() + i * each, each).order(content.order());
      ByteBuffer bytes = Hdf5Type.isVariableText(type) ? fromHeap(one) : one;
      texts.add(StandardCharsets.UTF_8.decode(bytes).toString().replace("\0", ""));
    }
    return texts;
  }

  /** The bytes that a length, a heap's address and a number in it stand for. */
  private ByteBuffer fromHeap(ByteBuffer place) throws IOException {
    HdfBackingStorage storage = file.getHdfBackingStorage();
    int bytes = place.getInt();
    long heap =
        storage.getSizeOfOffsets() == Long.BYTES
            ? place.getLong()
            : Integer.toUnsignedLong(place.getInt());
    if (bytes == 0) {
      return ByteBuffer.allocate(0);
    }
    ByteBuffer content = new GlobalHeap(storage, heap).getObjectData(place.getInt());
    if (bytes < 0 || bytes > content.remaining()) {
      throw new IOException("a text that is cut short");
    }
    return content.limit(content.position() + bytes);
  }

  /** Names of the groups and arrays in the root group. */
  List<String> members() throws IOException {
    return reading("the root group", () -> new ArrayList<>(members(file).keySet()));
  }

  /** By name; links are refused, as a file could name any other. */
  private static Map<String, Node> members(Group group) throws IOException {
    Map<String, Node> members = new TreeMap<>(group.getChildren());
    for (Node member : members.values()) {
      if (member.isLink()) {
        throw new IOException("a link called " + member.getName() + " to another place");
      }
      if (member.getName().isEmpty()) {
        throw new IOException("a member without a name");
      }
    }
    return members;
  }

  /** Paths of all arrays, however deep. */
  List<String> arrays() throws IOException {
    List<String> paths = new ArrayList<>();
    reading(
        "the root group",
        () -> {
          for (Map.Entry<String, Node> member : members(file).entrySet()) {
            collect(member.getValue(), member.getKey(), 0, paths);
          }
          return paths;
        });
    return paths;
  }

  /** Paths below a group of the root of all arrays in it, however deep; empty without the group. */
  List<String> arrays(String group) throws IOException {
    List<String> paths = new ArrayList<>();
    reading(
        "group " + group,
        () -> {
          Node found = members(file).get(group);
          if (found != null) {
            collect(found, "", 0, paths);
          }
          return paths;
        });
    return paths;
  }

  private void collect(Node node, String path, int depth, List<String> paths) throws IOException {
    if (depth > DEPTH || ++objects > OBJECT_LIMIT) {
      throw new IOException(
          "groups deeper than " + DEPTH + ", or more than " + OBJECT_LIMIT + " groups and arrays");
    }
    if (node instanceof Dataset) {
      paths.add(path);
      return;
    }
    if (!(node instanceof Group group)) {
      throw new IOException(path + " is neither a group nor an array");
    }
    for (Map.Entry<String, Node> member : members(group).entrySet()) {
      String own = path.isEmpty() ? member.getKey() : path + "/" + member.getKey();
      collect(member.getValue(), own, depth + 1, paths);
    }
  }

  /** Type and shape of an array, without its numbers. */
  Values describe(String path) throws IOException {
    return reading(
        "array " + path,
        () -> {
          Dataset array = array(path);
          Hdf5Type type = Hdf5Type.of(array.getDataType());
          return new Values(array.getDimensionsAsLong(), new float[0], type.name(), type.isFloat());
        });
  }

  /** The numbers of an array of floating-point numbers, as float32. */
  Values read(String path) throws IOException {
    return reading(
        "array " + path,
        () -> {
          Dataset array = array(path);
          Hdf5Type type = Hdf5Type.of(array.getDataType());
          if (!type.isFloat()) {
            throw new IOException("it has elements of type " + type.name());
          }
          long[] shape = array.getDimensionsAsLong();
          float[] values = new float[count(shape)];
          fill(array, shape, type, values);
          left -= (long) values.length * Float.BYTES;
          return new Values(shape, values, type.name(), true);
        });
  }

  private Dataset array(String path) throws IOException {
    Node at = file;
    for (String name : path.split("/")) {
      Node next = at instanceof Group group ? members(group).get(name) : null;
      if (next == null) {
        throw new IOException("there is no " + name);
      }
      at = next;
    }
    if (!(at instanceof Dataset array)) {
      throw new IOException("it is no array");
    }
    return array;
  }

  private int count(long[] shape) throws IOException {
    long count = 1;
    for (long size : shape) {
      count = size < 0 ? -1 : size == 0 || count == 0 ? 0 : product(count, size);
      if (count < 0 || count > Integer.MAX_VALUE - 16 || count * Float.BYTES > left) {
        throw new IOException("it is larger than a file of this length should hold");
      }
    }
    return (int) count;
  }

  private static long product(long count, long size) {
    return count > Long.MAX_VALUE / size ? -1 : count * size;
  }

  private void fill(Dataset array, long[] shape, Hdf5Type type, float[] values) throws IOException {
    if (values.length == 0) {
      return;
    }
    if (array.isEmpty()) {
      throw new IOException("its numbers were never written");
    }
    if (array instanceof ContiguousDataset contiguous) {
      long stored =
          ((AbstractNode) array)
              .getHeader()
              .getMessageOfType(ContiguousDataLayoutMessage.class)
              .getSize();
      // −1 where an old layout has none.
      if (stored >= 0 && stored < (long) values.length * type.size()) {
        throw new IOException("its numbers were never written");
      }
      contiguous(contiguous.getDataAddress(), type, values);
      return;
    }
    if (array instanceof ChunkedDataset chunked) {
      Hdf5Chunks.require(chunked, shape, type.size(), length);
    }
    ByteBuffer numbers = ((DatasetBase) array).getDataBuffer();
    if (numbers.remaining() < (long) values.length * type.size()) {
      throw new IOException("its numbers were never written");
    }
    type.read(numbers, values.length, values, 0);
  }

  private void contiguous(long address, Hdf5Type type, float[] values) throws IOException {
    if ((long) values.length * type.size() > length) {
      throw new IOException("it is larger than the file");
    }
    int each = PIECE / type.size();
    for (int done = 0; done < values.length; done += each) {
      int some = Math.min(each, values.length - done);
      long from = address + (long) done * type.size();
      ByteBuffer piece = file.getHdfBackingStorage().map(from, (long) some * type.size());
      type.read(piece, some, values, done);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
