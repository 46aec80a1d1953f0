package dev.strata.executor.image;

import dev.strata.executor.failure.StrataException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Enumeration;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The images of an archive, one after the other. */
interface ArchiveImages extends Closeable {
  /** Goes to the next image; false where there is none. */
  boolean advance() throws IOException;

  /** The image where it stands. */
  ImageEntry read();

  /** Entries of the central directory, in the order in which they are stored. */
  final class Zip implements ArchiveImages {
    private final ImageArchive archive;
    private final ZipFile file;
    private final Enumeration<ZipArchiveEntry> entries;
    private ZipArchiveEntry entry;

    Zip(ImageArchive archive, ZipFile file) {
      this.archive = archive;
      this.file = file;
      this.entries = file.getEntriesInPhysicalOrder();
    }

    @Override
    public boolean advance() {
      while (entries.hasMoreElements()) {
        entry = entries.nextElement();
        if (!entry.isDirectory() && ImageName.isImage(entry.getName())) {
          return true;
        }
      }
      return false;
    }

    @Override
    public ImageEntry read() {
      return archive.entry(entry.getName(), this::content);
    }

    /** Entries are compressed one by one: a damaged one says nothing of the others. */
    private byte[] content() throws IOException {
      String path = archive.entryPath(entry.getName());
      try (InputStream in = file.getInputStream(entry)) {
        byte[] bytes = ImageEntry.content(in, path);
        requireWhole(bytes);
        return bytes;
      } catch (ZipException | EOFException e) {
        throw ImageEntry.unreadable(path, e);
      }
    }

    private void requireWhole(byte[] bytes) throws ZipException {
      CRC32 sum = new CRC32();
      sum.update(bytes);
      if (sum.getValue() != entry.getCrc()) {
        throw new ZipException(
            "checksum %08x instead of %08x".formatted(sum.getValue(), entry.getCrc()));
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** Entries as they come. */
  final class Tar implements ArchiveImages {
    private final ImageArchive archive;
    private final TarArchiveInputStream in;
    private TarArchiveEntry entry;

    Tar(ImageArchive archive, TarArchiveInputStream in) {
      this.archive = archive;
      this.in = in;
    }

    @Override
    public boolean advance() throws IOException {
      while ((entry = in.getNextTarEntry()) != null) {
        if (!entry.isDirectory() && ImageName.isImage(entry.getName())) {
          return true;
        }
      }
      return false;
    }

    @Override
    public ImageEntry read() {
      return archive.entry(entry.getName(), this::content);
    }

    private byte[] content() throws IOException {
      String path = archive.entryPath(entry.getName());
      if (entry.isLink() || entry.isSymbolicLink()) {
        throw StrataException.data("an archive has a link in place of an image")
            .file(path)
            .found("a link to " + entry.getLinkName())
            .expected("the image itself")
            .build();
      }
      return ImageEntry.content(in, path);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
