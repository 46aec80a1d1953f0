package dev.strata.driver.imports;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads groups, arrays of floating-point numbers and attributes of text from an HDF5 file, as
 * HDF5's own libraries write it by default. It is Java alone: the C library ends the process on
 * some damaged files. Every failure is an IOException, and no more memory is taken than the file's
 * length allows.
 */
final class Hdf5File implements Closeable {
  /** An array may be compressed; a file that grows by more is made to fill the memory. */
  private static final int UNPACKING = 64;

  /** Groups within groups, and objects in all. */
  private static final int DEPTH = 32;

  private static final int OBJECT_LIMIT = 100_000;
  private static final int SIGNATURE = 8;

  private final Hdf5Bytes bytes;
  private final Hdf5Header root;
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
    bytes = new Hdf5Bytes(local);
    try {
      left = Math.multiplyExact(bytes.length(), UNPACKING);
      root = reading("the file's head", () -> new Hdf5Header(bytes, superblock()));
    } catch (IOException e) {
      bytes.close();
      throw e;
    }
  }

  /** What is damaged is found by numbers that make no sense. */
  private static <T> T reading(String what, Reading<T> reading) throws IOException {
    try {
      return reading.run();
    } catch (IOException e) {
      throw new IOException(what + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new IOException(what + " is damaged", e);
    }
  }

  /** Address of the root group's header. */
  private long superblock() throws IOException {
    ByteBuffer head = bytes.upTo(0, 256);
    head.position(SIGNATURE);
    int version = head.get();
    if (version == 0 || version == 1) {
      head.position(13);
      int offsets = head.get();
      int lengths = head.get();
      head.position(version == 0 ? 24 : 28);
      bytes.sizes(offsets, lengths, 0);
      long base = bytes.offset(head);
      head.position(head.position() + 3 * offsets + offsets);
      long header = bytes.offset(head);
      bytes.sizes(offsets, lengths, base);
      return header;
    }
    if (version != 2 && version != 3) {
      throw new IOException("HDF5 of version " + version);
    }
    int offsets = head.get();
    int lengths = head.get();
    head.get();
    bytes.sizes(offsets, lengths, 0);
    long base = bytes.offset(head);
    head.position(head.position() + 2 * offsets);
    long header = bytes.offset(head);
    bytes.sizes(offsets, lengths, base);
    return header;
  }

  /** A root attribute of text; absent where there is none. */
  Optional<String> attribute(String name) throws IOException {
    return reading("attribute " + name, () -> find(name));
  }

  private Optional<String> find(String name) throws IOException {
    for (ByteBuffer message : root.all(Hdf5Header.ATTRIBUTE)) {
      int version = message.get();
      message.get();
      int nameBytes = Short.toUnsignedInt(message.getShort());
      int typeBytes = Short.toUnsignedInt(message.getShort());
      int spaceBytes = Short.toUnsignedInt(message.getShort());
      if (version == 3) {
        message.get();
      }
      String own = cut(message, nameBytes, version, nameBytes).strip();
      if (own.equals(name)) {
        return Optional.of(text(message, typeBytes, spaceBytes, version));
      }
    }
    for (ByteBuffer info : root.all(Hdf5Header.ATTRIBUTE_INFO)) {
      info.get();
      if ((info.get() & 1) != 0) {
        info.getShort();
      }
      if (bytes.offset(info) != -1) {
        throw new IOException("attributes in a storage that Strata does not read");
      }
    }
    return Optional.empty();
  }

  /** The first version pads each part to a multiple of 8. */
  private static int padded(int length, int version) {
    return version == 1 ? (length + 7) / 8 * 8 : length;
  }

  private static String cut(ByteBuffer from, int length, int version, int used) {
    byte[] text = new byte[used];
    from.get(from.position(), text);
    from.position(from.position() + padded(length, version));
    return new String(text, StandardCharsets.UTF_8).replace("\0", "");
  }

  private String text(ByteBuffer message, int typeBytes, int spaceBytes, int version)
      throws IOException {
    int at = message.position();
    Hdf5Type type = Hdf5Type.read(message.slice(at, typeBytes).order(ByteOrder.LITTLE_ENDIAN));
    at += padded(typeBytes, version);
    long[] shape =
        Hdf5Array.shape(bytes, message.slice(at, spaceBytes).order(ByteOrder.LITTLE_ENDIAN));
    message.position(at + padded(spaceBytes, version));
    boolean single = shape.length == 0 || shape.length == 1 && shape[0] == 1;
    if (!single || !type.isText()) {
      throw new IOException("no text, but " + type.name());
    }
    if (!type.isVariableText()) {
      return cut(message, type.size(), 2, type.size());
    }
    int length = message.getInt();
    long heap = bytes.offset(message);
    int index = message.getInt();
    return length == 0 ? "" : heapText(heap, index, length);
  }

  private String heapText(long heap, int index, int length) throws IOException {
    int prefix = 8 + bytes.lengthBytes();
    ByteBuffer head = bytes.at(heap, prefix);
    Hdf5Bytes.require(head, "GCOL");
    head.position(8);
    long size = bytes.size(head);
    ByteBuffer objects = bytes.at(heap, size);
    objects.position(prefix);
    while (objects.remaining() >= prefix) {
      int own = Short.toUnsignedInt(objects.getShort());
      objects.position(objects.position() + 6);
      int bytesOfIt = Math.toIntExact(bytes.size(objects));
      if (own == index) {
        if (length > bytesOfIt) {
          throw new IOException("a text that is cut short");
        }
        return cut(objects, length, 2, length);
      }
      objects.position(objects.position() + (bytesOfIt + 7) / 8 * 8);
    }
    throw new IOException("a text that is not there");
  }

  /** Names of the groups and arrays in the root group. */
  List<String> members() throws IOException {
    return reading(
        "the root group", () -> new ArrayList<>(Hdf5Group.members(bytes, root).keySet()));
  }

  /** Paths below a group of the root of all arrays in it, however deep; empty without the group. */
  List<String> arrays(String group) throws IOException {
    List<String> paths = new ArrayList<>();
    reading(
        "group " + group,
        () -> {
          Long address = Hdf5Group.members(bytes, root).get(group);
          if (address != null) {
            collect(new Hdf5Header(bytes, address), "", 0, paths);
          }
          return paths;
        });
    return paths;
  }

  private void collect(Hdf5Header group, String path, int depth, List<String> paths)
      throws IOException {
    if (depth > DEPTH) {
      throw new IOException("groups deeper than " + DEPTH);
    }
    for (Map.Entry<String, Long> member : Hdf5Group.members(bytes, group).entrySet()) {
      if (++objects > OBJECT_LIMIT) {
        throw new IOException("more than " + OBJECT_LIMIT + " groups and arrays");
      }
      Hdf5Header header = new Hdf5Header(bytes, member.getValue());
      String own = path.isEmpty() ? member.getKey() : path + "/" + member.getKey();
      if (Hdf5Group.is(header)) {
        collect(header, own, depth + 1, paths);
      } else {
        paths.add(own);
      }
    }
  }

  /** Type and shape of an array, without its numbers. */
  Values describe(String path) throws IOException {
    return reading("array " + path, () -> Hdf5Array.describe(bytes, header(path)));
  }

  /** The numbers of an array of floating-point numbers, as float32. */
  Values read(String path) throws IOException {
    Values read = reading("array " + path, () -> Hdf5Array.read(bytes, header(path), left));
    left -= (long) read.values().length * Float.BYTES;
    return read;
  }

  private Hdf5Header header(String path) throws IOException {
    Hdf5Header at = root;
    for (String name : path.split("/")) {
      Long address = Hdf5Group.members(bytes, at).get(name);
      if (address == null) {
        throw new IOException("there is no " + name);
      }
      at = new Hdf5Header(bytes, address);
    }
    return at;
  }

  @Override
  public void close() {
    bytes.close();
  }
}
