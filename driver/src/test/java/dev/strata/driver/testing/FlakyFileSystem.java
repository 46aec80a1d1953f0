package dev.strata.driver.testing;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FsStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Local files behind the scheme {@code flaky:}, as a store that is not a disk has them: no append;
 * rename copies, byte by byte, and can fail halfway, leaving half a copy; a volume can be full.
 * {@code flaky://VOLUME/a/b} is the local file {@code /a/b}; volumes differ in their faults only.
 * Faults are set by {@link #volume} within a JVM, or by the keys below in any process.
 */
public final class FlakyFileSystem extends RawLocalFileSystem {
  public static final String SCHEME = "flaky";

  /** Every so many renames one stops halfway; 0: none. */
  public static final String RENAME_FAILS_EVERY = "fs.flaky.rename.fails.every";

  /** Bytes that the volume takes until it is full; negative: without end. */
  public static final String FULL_AFTER = "fs.flaky.full.after";

  /** Only files whose path contains this text count, and fail. */
  public static final String FULL_UNDER = "fs.flaky.full.under";

  private static final Map<String, Volume> VOLUMES = new ConcurrentHashMap<>();

  private URI uri = URI.create(SCHEME + ":///");
  private Volume volume = new Volume();

  /** Makes the scheme known. */
  public static Configuration configure(Configuration configuration) {
    configuration.set("fs." + SCHEME + ".impl", FlakyFileSystem.class.getName());
    return configuration;
  }

  /** The volume named by the authority of a URI; "" where it has none. */
  public static Volume volume(String authority) {
    return VOLUMES.computeIfAbsent(authority, name -> new Volume());
  }

  /** Faults of a volume, and what it went through. */
  public static final class Volume {
    private final AtomicLong space = new AtomicLong(Long.MAX_VALUE);
    private final AtomicInteger renames = new AtomicInteger();
    private volatile String under = "";
    private volatile int renameFailsEvery;

    /** From now on the volume takes this many bytes in files whose path contains the text. */
    public void fullAfter(long bytes, String pathPart) {
      under = pathPart;
      space.set(bytes);
    }

    /** Every n-th rename stops halfway; 0: none. */
    public void renameFailsEvery(int n) {
      renameFailsEvery = n;
    }

    public void repair() {
      fullAfter(Long.MAX_VALUE, "");
      renameFailsEvery(0);
    }

    /** Renames asked for so far. */
    public int renames() {
      return renames.get();
    }
  }

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    String authority = name.getAuthority() == null ? "" : name.getAuthority();
    uri = URI.create(SCHEME + "://" + authority + "/");
    VOLUMES.computeIfAbsent(authority, ignored -> configured(configuration));
    volume = VOLUMES.get(authority);
    super.initialize(name, configuration);
    setWorkingDirectory(getInitialWorkingDirectory());
  }

  private static Volume configured(Configuration configuration) {
    Volume made = new Volume();
    long after = configuration.getLong(FULL_AFTER, -1);
    made.fullAfter(after < 0 ? Long.MAX_VALUE : after, configuration.get(FULL_UNDER, ""));
    made.renameFailsEvery(configuration.getInt(RENAME_FAILS_EVERY, 0));
    return made;
  }

  @Override
  public URI getUri() {
    // asked for by the constructor of the superclass, before any field is set
    return uri == null ? URI.create(SCHEME + ":///") : uri;
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    int count = volume.renames.incrementAndGet();
    int every = volume.renameFailsEvery;
    boolean stops = every > 0 && count % every == 0;
    Path target = exists(to) && getFileStatus(to).isDirectory() ? new Path(to, from.getName()) : to;
    copy(from, target, stops);
    return delete(from, true);
  }

  private void copy(Path from, Path to, boolean stops) throws IOException {
    if (getFileStatus(from).isDirectory()) {
      mkdirs(to);
      for (FileStatus child : listStatus(from)) {
        copy(child.getPath(), new Path(to, child.getPath().getName()), stops);
      }
    } else {
      byte[] bytes;
      try (FSDataInputStream in = open(from)) {
        bytes = in.readAllBytes();
      }
      try (FSDataOutputStream out = create(to, true)) {
        out.write(bytes, 0, stops ? bytes.length / 2 : bytes.length);
      }
    }
    if (stops) {
      throw new IOException("rename stopped halfway: " + from + " to " + to);
    }
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException(
        "a " + SCHEME + ": file cannot be appended to: " + path);
  }

  /** All ways to create a file come through here. */
  @Override
  protected OutputStream createOutputStreamWithMode(
      Path path, boolean append, FsPermission permission) throws IOException {
    OutputStream out = super.createOutputStreamWithMode(path, append, permission);
    return path.toUri().getPath().contains(volume.under)
        ? new BoundedStream(out, volume.space)
        : out;
  }

  @Override
  public FsStatus getStatus(Path path) throws IOException {
    FsStatus real = super.getStatus(path);
    long remaining = Math.max(0, Math.min(volume.space.get(), real.getRemaining()));
    return new FsStatus(real.getCapacity(), real.getCapacity() - remaining, remaining);
  }

  private static final class BoundedStream extends FilterOutputStream {
    private final AtomicLong space;

    BoundedStream(OutputStream out, AtomicLong space) {
      super(out);
      this.space = space;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      long left = space.getAndAdd(-length);
      if (left >= length) {
        out.write(bytes, offset, length);
        return;
      }
      out.write(bytes, offset, (int) Math.max(0, left));
      throw new IOException("No space left on device");
    }
  }
}
