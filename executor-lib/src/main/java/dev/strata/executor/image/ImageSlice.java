package dev.strata.executor.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
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
   * @throws dev.strata.executor.failure.StrataException (data) while iterating, naming the file, or
   *     archive and entry, that cannot be read
   */
  public Iterator<ImageEntry> read(Configuration configuration) {
    return archive == null
        ? files.stream().map(file -> file(configuration, file)).iterator()
        : new Entries(configuration);
  }

  /** The first image, if there is one. */
  public Optional<ImageEntry> first(Configuration configuration) {
    if (archive == null) {
      return files.stream().findFirst().map(file -> file(configuration, file));
    }
    try (ArchiveImages images = archive.open(configuration)) {
      return images.advance() ? Optional.of(images.read()) : Optional.empty();
    } catch (IOException e) {
      throw ImageEntry.unreadable(archive.path(), e);
    }
  }

  private static ImageEntry file(Configuration configuration, String file) {
    Path path = new Path(file);
    try (InputStream in = path.getFileSystem(configuration).open(path)) {
      return new ImageEntry(
          file, ImageName.folder(file, ""), path.getName(), ImageEntry.content(in, file));
    } catch (IOException e) {
      throw ImageEntry.unreadable(file, e);
    }
  }

  /** The slice of an archive; closed at its end. */
  private final class Entries implements Iterator<ImageEntry> {
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
        if (ended) {
          images.close();
        }
        return ahead;
      } catch (IOException e) {
        throw ImageEntry.unreadable(archive.path(), e);
      }
    }

    @Override
    public ImageEntry next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      ahead = false;
      try {
        return images.read();
      } catch (IOException e) {
        throw ImageEntry.unreadable(archive.path(), e);
      }
    }
  }
}
