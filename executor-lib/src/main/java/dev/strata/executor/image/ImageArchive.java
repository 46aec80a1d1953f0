package dev.strata.executor.image;

import dev.strata.executor.storage.Storage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * An archive with images, on any Hadoop file system.
 *
 * @param path of the archive
 */
public record ImageArchive(String path, Kind kind) implements Serializable {
  private static final int BUFFER = 1 << 16;

  /** Of names for which an archive says none: not this machine's, so that all read them alike. */
  private static final String NAMES = StandardCharsets.UTF_8.name();

  /** Supported archive formats. */
  public enum Kind {
    ZIP,
    TAR,
    /** A tar archive compressed by gzip: it can only be read from its begin. */
    TAR_GZ
  }

  /** The archive that a path names; empty where it names none. */
  public static Optional<ImageArchive> of(String path) {
    String name = path.toLowerCase(Locale.ROOT);
    if (name.endsWith(".zip")) {
      return Optional.of(new ImageArchive(path, Kind.ZIP));
    }
    if (name.endsWith(".tar")) {
      return Optional.of(new ImageArchive(path, Kind.TAR));
    }
    return name.endsWith(".tar.gz") || name.endsWith(".tgz")
        ? Optional.of(new ImageArchive(path, Kind.TAR_GZ))
        : Optional.empty();
  }

  /** Whether a part can be read without all that is before it. */
  public boolean divisible() {
    return kind != Kind.TAR_GZ;
  }

  /**
   * Images in it, read or not; looks at no image.
   *
   * @throws dev.strata.executor.failure.StrataException (data) where it is no such archive
   */
  public int images(Configuration configuration) {
    try (ArchiveImages images = open(configuration)) {
      int count = 0;
      while (images.advance()) {
        count++;
      }
      return count;
    } catch (IOException e) {
      throw ImageEntry.unreadable(path, e);
    }
  }

  /** Walks over the images in the order in which they are stored. */
  ArchiveImages open(Configuration configuration) throws IOException {
    Path file = new Path(path);
    if (kind == Kind.ZIP) {
      HadoopChannel channel = HadoopChannel.open(configuration, file);
      try {
        return new ArchiveImages.Zip(this, new ZipFile(channel, file.getName(), NAMES, true));
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    }
    InputStream in = new BufferedInputStream(Storage.of(file, configuration).open(file), BUFFER);
    try {
      return new ArchiveImages.Tar(
          this,
          new TarArchiveInputStream(
              kind == Kind.TAR_GZ ? new GzipCompressorInputStream(in, true) : in, NAMES));
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  String entryPath(String entry) {
    return path + "!/" + entry;
  }

  ImageEntry entry(String name, ImageEntry.Content content) {
    String own = ImageName.last(path);
    String stem = own.replaceFirst("(?i)\\.(zip|tar|tgz|tar\\.gz)$", "");
    return ImageEntry.read(
        entryPath(name), ImageName.folder(name, stem), ImageName.last(name), content);
  }
}
