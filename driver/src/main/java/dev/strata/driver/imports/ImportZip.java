package dev.strata.driver.imports;

import dev.strata.driver.models.ModelZip;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A zip by its directory: entries in any order, stored or deflated, with sizes before or after
 * their bytes, zip64 or not. Nothing is unpacked to disk. Every failure is a ZipException.
 */
final class ImportZip implements Closeable {
  /** Zips of more entries are no models. */
  private static final int ENTRY_LIMIT = 100_000;

  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new LinkedHashMap<>();

  ImportZip(Path local) throws ZipException {
    ZipFile opened = null;
    try {
      opened = new ZipFile(local.toFile());
      if (opened.size() > ENTRY_LIMIT) {
        throw new ZipException("more than " + ENTRY_LIMIT + " entries");
      }
      Enumeration<? extends ZipEntry> all = opened.entries();
      while (all.hasMoreElements()) {
        ZipEntry entry = all.nextElement();
        if (!entry.isDirectory() && entries.put(entry.getName(), entry) != null) {
          throw new ZipException("two entries called " + entry.getName());
        }
      }
    } catch (IOException | RuntimeException e) {
      close(opened);
      throw damaged(e);
    }
    zip = opened;
  }

  /** Names of the files, in the order of the directory. */
  Set<String> names() {
    return entries.keySet();
  }

  /** Most bytes that an entry can unpack to. */
  long size(String name) {
    ZipEntry entry = entries.get(name);
    long packed = Math.max(0, entry.getCompressedSize());
    return Math.max(0, Math.min(entry.getSize(), packed * ModelZip.MOST_PACKED));
  }

  /**
   * Bytes of an entry, no more than the directory says; its checksum is compared at the end.
   *
   * @return null where there is none of that name
   */
  InputStream open(String name) throws ZipException {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      return null;
    }
    try {
      InputStream in = zip.getInputStream(entry);
      if (in == null) {
        throw new ZipException("no bytes of entry " + name);
      }
      return new Checked(in, entry);
    } catch (IOException | RuntimeException e) {
      throw damaged(e);
    }
  }

  private static ZipException damaged(Exception cause) {
    ZipException damaged =
        new ZipException(cause.getMessage() == null ? "a damaged zip" : cause.getMessage());
    damaged.initCause(cause);
    return damaged;
  }

  private static void close(ZipFile zip) {
    try {
      if (zip != null) {
        zip.close();
      }
    } catch (IOException e) {
      // Nothing was written.
    }
  }

  @Override
  public void close() {
    close(zip);
  }

  private static final class Checked extends FilterInputStream {
    private final CheckedInputStream checked;
    private final ZipEntry entry;
    private long read;

    Checked(InputStream in, ZipEntry entry) {
      super(new CheckedInputStream(in, new CRC32()));
      this.checked = (CheckedInputStream) super.in;
      this.entry = entry;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int some;
      try {
        some = checked.read(bytes, offset, length);
      } catch (ZipException | EOFException | RuntimeException e) {
        throw damaged(e);
      }
      read += Math.max(0, some);
      boolean wrong =
          some < 0
              && length > 0
              && (read != entry.getSize() || checked.getChecksum().getValue() != entry.getCrc());
      if (wrong || read > entry.getSize()) {
        throw new ZipException("entry " + entry.getName() + " is damaged: its checksum differs");
      }
      return some;
    }

    @Override
    public long skip(long count) throws IOException {
      return readNBytes((int) Math.min(count, 1 << 16)).length;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
