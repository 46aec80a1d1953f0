package dev.strata.driver.imports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The messages of an object's header, of both versions (source: HDF5 File Format Specification 3.0,
 * section IV.A).
 */
final class Hdf5Header {
  static final int DATASPACE = 0x01;
  static final int LINK_INFO = 0x02;
  static final int DATATYPE = 0x03;
  static final int LINK = 0x06;
  static final int EXTERNAL = 0x07;
  static final int LAYOUT = 0x08;
  static final int FILTERS = 0x0B;
  static final int ATTRIBUTE = 0x0C;
  static final int SYMBOL_TABLE = 0x11;
  static final int ATTRIBUTE_INFO = 0x15;
  private static final int CONTINUATION = 0x10;

  /** Message flag: what follows is the address of the message. */
  private static final int SHARED = 0x02;

  private static final int BLOCK_LIMIT = 4096;
  private static final int MESSAGE_LIMIT = 100_000;

  /** One message; shared ones have another object's address in place of their content. */
  record Message(int type, boolean shared, ByteBuffer content) {}

  private record Span(long address, long length) {}

  private final Hdf5Bytes bytes;
  private final List<Message> messages = new ArrayList<>();
  private final Deque<Span> blocks = new ArrayDeque<>();

  Hdf5Header(Hdf5Bytes bytes, long address) throws IOException {
    this.bytes = bytes;
    int first = bytes.at(address, 1).get();
    if (first == 1) {
      readFirstVersion(address);
    } else {
      readSecondVersion(address);
    }
  }

  private void readFirstVersion(long address) throws IOException {
    ByteBuffer prefix = bytes.at(address, 16);
    blocks.add(new Span(address + 16, Integer.toUnsignedLong(prefix.getInt(8))));
    for (int count = 0; !blocks.isEmpty(); count++) {
      require(count < BLOCK_LIMIT, "an object header without an end");
      Span span = blocks.poll();
      ByteBuffer block = bytes.at(span.address(), span.length());
      while (block.remaining() >= 8) {
        int type = Short.toUnsignedInt(block.getShort());
        int size = Short.toUnsignedInt(block.getShort());
        int flags = block.get();
        block.position(block.position() + 3);
        add(type, flags, cut(block, size));
      }
    }
  }

  private void readSecondVersion(long address) throws IOException {
    ByteBuffer prefix = bytes.upTo(address, 64);
    Hdf5Bytes.require(prefix, "OHDR");
    require(prefix.get() == 2, "an object header of a version that is not known");
    int flags = prefix.get();
    int skipped = ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
    prefix.position(prefix.position() + skipped);
    long size = Hdf5Bytes.number(prefix, 1 << (flags & 3));
    readBlock(bytes.at(address + prefix.position(), size), flags);
    for (int count = 0; !blocks.isEmpty(); count++) {
      require(count < BLOCK_LIMIT, "an object header without an end");
      Span span = blocks.poll();
      ByteBuffer block = bytes.at(span.address(), span.length());
      Hdf5Bytes.require(block, "OCHK");
      require(block.remaining() >= 4, "a block of a header that is too short");
      // The last four bytes are a checksum.
      readBlock(block.limit(block.limit() - 4), flags);
    }
  }

  private void readBlock(ByteBuffer block, int flags) throws IOException {
    int prefix = (flags & 0x04) != 0 ? 6 : 4;
    while (block.remaining() >= prefix) {
      int type = Byte.toUnsignedInt(block.get());
      int size = Short.toUnsignedInt(block.getShort());
      int own = block.get();
      if (prefix == 6) {
        block.getShort();
      }
      add(type, own, cut(block, size));
    }
  }

  private void add(int type, int flags, ByteBuffer content) throws IOException {
    if (type == CONTINUATION) {
      blocks.add(new Span(bytes.offset(content), bytes.size(content)));
      return;
    }
    require(messages.size() < MESSAGE_LIMIT, "an object header without an end");
    messages.add(new Message(type, (flags & SHARED) != 0, content));
  }

  private static ByteBuffer cut(ByteBuffer block, int size) throws IOException {
    require(size <= block.remaining(), "a message that is longer than its block");
    ByteBuffer content = block.slice(block.position(), size).order(ByteOrder.LITTLE_ENDIAN);
    block.position(block.position() + size);
    return content;
  }

  private static void require(boolean holds, String otherwise) throws IOException {
    if (!holds) {
      throw new IOException(otherwise);
    }
  }

  /** All of one type, each at its begin. */
  List<ByteBuffer> all(int type) throws IOException {
    List<ByteBuffer> found = new ArrayList<>();
    for (Message message : messages) {
      if (message.type() == type) {
        require(!message.shared(), "a message that several objects share");
        found.add(message.content().duplicate().order(ByteOrder.LITTLE_ENDIAN));
      }
    }
    return found;
  }

  /** The first of one type. */
  Optional<ByteBuffer> first(int type) throws IOException {
    return all(type).stream().findFirst();
  }

  boolean has(int type) {
    return messages.stream().anyMatch(message -> message.type() == type);
  }
}
