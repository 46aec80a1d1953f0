package dev.strata.executor.image;

import dev.strata.executor.failure.StrataException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Enumeration;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The images of an archive, one after the other. */
interface ArchiveImages extends Closeable {
  /** Goes to the next image; false where there is none. */
  boolean advance() throws IOException;

  /** The image where it stands. */
  ImageEntry read() throws IOException;

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
        String name = entry.getName();
        if (!entry.isDirectory() && ImageName.isRead(name, archive.entryPath(name))) {
          return true;
        }
      }
      return false;
    }

    @Override
    public ImageEntry read() throws IOException {
      String path = archive.entryPath(entry.getName());
      try (InputStream in = file.getInputStream(entry)) {
        return archive.entry(entry.getName(), ImageEntry.content(in, path));
      } catch (IOException e) {
        throw ImageEntry.unreadable(path, e);
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
        String name = entry.getName();
        String path = archive.entryPath(name);
        if (!entry.isDirectory() && ImageName.isRead(name, path)) {
          if (entry.isLink() || entry.isSymbolicLink()) {
            throw StrataException.data("a link in an archive stands for an image")
                .file(path)
                .found("a link to " + entry.getLinkName())
                .expected("the image itself")
                .build();
          }
          return true;
        }
      }
      return false;
    }

    @Override
    public ImageEntry read() throws IOException {
      String path = archive.entryPath(entry.getName());
      try {
        return archive.entry(entry.getName(), ImageEntry.content(in, path));
      } catch (IOException e) {
        throw ImageEntry.unreadable(path, e);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
