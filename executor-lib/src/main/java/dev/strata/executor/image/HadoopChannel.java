package dev.strata.executor.image;

import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A file of any Hadoop file system, read at any place. */
final class HadoopChannel implements SeekableByteChannel {
  private static final int PIECE = 1 << 16;

  private final FSDataInputStream in;
  private final long size;
  private final byte[] piece = new byte[PIECE];
  private long position;
  private boolean open = true;

  private HadoopChannel(FSDataInputStream in, long size) {
    this.in = in;
    this.size = size;
  }

  static HadoopChannel open(Configuration configuration, Path path) throws IOException {
    FileSystem files = Storage.of(path, configuration);
    return new HadoopChannel(files.open(path), files.getFileStatus(path).getLen());
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    if (position >= size) {
      return -1;
    }
    in.seek(position);
    int count = in.read(piece, 0, Math.min(into.remaining(), PIECE));
    if (count > 0) {
      into.put(piece, 0, count);
      position += count;
    }
    return count;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long to) {
    position = to;
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    in.close();
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long to) {
    throw new NonWritableChannelException();
  }
}
