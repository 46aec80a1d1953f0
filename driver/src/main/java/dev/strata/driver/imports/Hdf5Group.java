package dev.strata.driver.imports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * The members of a group: from a symbol table, as libraries write by default, or from link messages
 * (source: HDF5 File Format Specification 3.0, sections III.A to III.D and IV.A.2.g). Links to
 * other places are refused: a file could name any other.
 */
final class Hdf5Group {
  private static final int DEPTH = 32;
  private static final int MEMBER_LIMIT = 100_000;
  private static final int NAME_LIMIT = 4096;
  private static final int SOFT_LINK = 2;

  private final Hdf5Bytes bytes;
  private final Map<String, Long> members = new TreeMap<>();
  private ByteBuffer names;
  private int nodes;

  private Hdf5Group(Hdf5Bytes bytes) {
    this.bytes = bytes;
  }

  /**
   * @return name → address of the object's header; in order of the names
   */
  static Map<String, Long> members(Hdf5Bytes bytes, Hdf5Header header) throws IOException {
    Hdf5Group group = new Hdf5Group(bytes);
    for (ByteBuffer table : header.all(Hdf5Header.SYMBOL_TABLE)) {
      group.readTable(bytes.offset(table), bytes.offset(table));
    }
    for (ByteBuffer info : header.all(Hdf5Header.LINK_INFO)) {
      info.get();
      if ((info.get() & 1) != 0) {
        info.getLong();
      }
      if (bytes.offset(info) != -1) {
        throw new IOException(
            "a group in a storage that Strata does not read: write the file with h5py's default"
                + " libver");
      }
    }
    for (ByteBuffer link : header.all(Hdf5Header.LINK)) {
      group.readLink(link);
    }
    return group.members;
  }

  /** Whether an object is a group. */
  static boolean is(Hdf5Header header) {
    return header.has(Hdf5Header.SYMBOL_TABLE)
        || header.has(Hdf5Header.LINK_INFO)
        || header.has(Hdf5Header.LINK);
  }

  private void readTable(long tree, long heap) throws IOException {
    ByteBuffer head = bytes.at(heap, 8L + 2L * bytes.lengthBytes() + bytes.offsetBytes());
    Hdf5Bytes.require(head, "HEAP");
    head.position(8);
    long size = bytes.size(head);
    bytes.size(head);
    names = bytes.at(bytes.offset(head), size);
    readNode(tree, 0);
  }

  private void readNode(long address, int depth) throws IOException {
    if (depth > DEPTH || ++nodes > MEMBER_LIMIT) {
      throw new IOException("an index of a group without an end");
    }
    ByteBuffer head = bytes.at(address, 8);
    if (head.get(0) == 'S') {
      readSymbols(head, address);
      return;
    }
    Hdf5Bytes.require(head, "TREE");
    if (head.get() != 0) {
      throw new IOException("an index that is none of a group");
    }
    head.get();
    int entries = Short.toUnsignedInt(head.getShort());
    long each = bytes.lengthBytes() + bytes.offsetBytes();
    ByteBuffer node = bytes.at(address + 8 + 2L * bytes.offsetBytes(), entries * each);
    for (int i = 0; i < entries; i++) {
      bytes.size(node);
      readNode(bytes.offset(node), depth + 1);
    }
  }

  private void readSymbols(ByteBuffer head, long address) throws IOException {
    Hdf5Bytes.require(head, "SNOD");
    head.getShort();
    int symbols = Short.toUnsignedInt(head.getShort());
    ByteBuffer node = bytes.at(address + 8, symbols * (2L * bytes.offsetBytes() + 24));
    for (int i = 0; i < symbols; i++) {
      long name = bytes.offset(node);
      long header = bytes.offset(node);
      int cached = node.getInt();
      node.position(node.position() + 20);
      put(text(name), header, cached == SOFT_LINK);
    }
  }

  private String text(long offset) throws IOException {
    int from = Math.toIntExact(offset);
    int to = from;
    while (names.get(to) != 0) {
      to++;
    }
    return decode(names.slice(from, to - from));
  }

  private void readLink(ByteBuffer link) throws IOException {
    if (link.get() != 1) {
      throw new IOException("a link of a version that is not known");
    }
    int flags = link.get();
    int type = (flags & 0x08) != 0 ? link.get() : 0;
    link.position(link.position() + ((flags & 0x04) != 0 ? 8 : 0) + ((flags & 0x10) != 0 ? 1 : 0));
    long length = Hdf5Bytes.number(link, 1 << (flags & 3));
    ByteBuffer name = link.slice(link.position(), Math.toIntExact(length));
    link.position(link.position() + name.remaining());
    put(decode(name), type == 0 ? bytes.offset(link) : -1, type != 0);
  }

  private static String decode(ByteBuffer name) throws IOException {
    if (name.remaining() > NAME_LIMIT) {
      throw new IOException("a name of " + name.remaining() + " bytes");
    }
    return StandardCharsets.UTF_8.decode(name).toString();
  }

  private void put(String name, long header, boolean link) throws IOException {
    if (link) {
      throw new IOException("a link called " + name + " to another place");
    }
    if (name.isEmpty() || members.put(name, header) != null || members.size() > MEMBER_LIMIT) {
      throw new IOException("a group with two members called \"" + name + "\", or with too many");
    }
  }
}
