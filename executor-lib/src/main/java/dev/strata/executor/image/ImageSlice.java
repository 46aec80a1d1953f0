package dev.strata.executor.image;

import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Images that one task reads: some files, or the images {@code from … to} of an archive.
 *
 * @param files paths; empty where the images are an archive's
 * @param archive null where the images are files
 */
public record ImageSlice(List<String> files, ImageArchive archive, int from, int to)
    implements Serializable {
  public ImageSlice {
    files = List.copyOf(files);
  }

  /** Images that are files of their own. */
  public static ImageSlice of(List<String> files) {
    return new ImageSlice(files, null, 0, files.size());
  }

  /** All images of an archive. */
  public static ImageSlice of(ImageArchive archive) {
    return new ImageSlice(List.of(), archive, 0, Integer.MAX_VALUE);
  }

  /**
   * The images, read as they are asked for.
   *
   * @throws dev.strata.executor.failure.StrataException (data) now or while iterating, naming the
   *     file or archive that cannot be read
   */
  public Images read(Configuration configuration) {
    return archive == null ? new Files(configuration) : new Entries(configuration);
  }

  /** Images one after the other; closed at their end, or by who goes before. */
  public interface Images extends Iterator<ImageEntry>, AutoCloseable {
    @Override
    default void close() {}
  }

  private final class Files implements Images {
    private final Configuration configuration;
    private final Iterator<String> paths = files.iterator();

    Files(Configuration configuration) {
      this.configuration = configuration;
    }

    @Override
    public boolean hasNext() {
      return paths.hasNext();
    }

    @Override
    public ImageEntry next() {
      String file = paths.next();
      Path path = new Path(file);
      return ImageEntry.read(
          file, ImageName.folder(file, ""), path.getName(), () -> content(path, file));
    }

    private byte[] content(Path path, String file) throws IOException {
      try (InputStream in = Storage.of(path, configuration).open(path)) {
        return ImageEntry.content(in, file);
      }
    }
  }

  private final class Entries implements Images {
    private final ArchiveImages images;
    private int position = -1;
    private boolean ended;
    private boolean ahead;

    Entries(Configuration configuration) {
      try {
        images = archive.open(configuration);
      } catch (IOException e) {
        throw ImageEntry.unreadable(archive.path(), e);
      }
    }

    @Override
    public boolean hasNext() {
      try {
        while (!ahead && !ended) {
          position++;
          ended = position >= to || !images.advance();
          ahead = !ended && position >= from;
        }
      } catch (IOException e) {
        throw ImageEntry.unreadable(archive.path(), e);
      }
      if (ended) {
        close();
      }
      return ahead;
    }

    @Override
    public ImageEntry next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ahead = false;
      return images.read();
    }

    @Override
    public void close() {
      ended = true;
      try {
        images.close();
      } catch (IOException e) {
        throw ImageEntry.unreadable(archive.path(), e);
      }
    }
  }
}
