package dev.strata.driver.models;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A bundle in one zip file, to be handed on. The manifest comes first, so that a reader knows
 * before anything else which files follow, in which order, and how long each is: an entry of any
 * other name, such as one that points out of the folder, and one that is longer, are refused.
 */
public final class BundleArchive {
  /** Ending of an archive's name. */
  public static final String SUFFIX = ".zip";

  /** Far above any bundle's; a manifest has some hundred bytes a file. */
  private static final int MANIFEST_LIMIT = 1 << 20;

  /** The same model gives the same bytes. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private BundleArchive() {}

  /**
   * Writes a bundle into one file, replacing one that is there.
   *
   * @throws StrataException (data) where a file of the bundle is damaged; (cluster) where reading
   *     or writing fails
   */
  public static void write(Configuration configuration, BundleFolder bundle, Path file) {
    List<StoredFile> files = bundle.verified();
    try {
      FileSystem fileSystem = Storage.of(file, configuration);
      OutputFiles.write(
          fileSystem.create(file, true),
          out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            entry(zip, bundle, files.get(files.size() - 1).name());
            for (StoredFile content : files.subList(0, files.size() - 1)) {
              entry(zip, bundle, content.name());
            }
            zip.finish();
          });
    } catch (IOException | FSError e) {
      throw StrataException.cluster("cannot write the archive")
          .file(file)
          .found(OutputFiles.reason(e))
          .cause(e)
          .build();
    }
  }

  /**
   * Unpacks an archive into a folder, which becomes a bundle.
   *
   * @param limit bytes that it may unpack to
   * @param key the configuration key that named the archive, for errors
   * @return the files, the manifest last
   * @throws StrataException (data) where it is no archive of a bundle, holds other files, or
   *     unpacks to more; what was written by then is no bundle
   */
  public static List<StoredFile> unpack(
      Configuration configuration, Path file, Path target, long limit, String key) {
    try (InputStream in = Storage.of(file, configuration).open(file);
        ZipInputStream zip = new ZipInputStream(in)) {
      byte[] text = manifest(zip, file);
      BundleManifest manifest =
          BundleRules.manifest(
              new String(text, StandardCharsets.UTF_8),
              new Path(file, BundleManifest.FILE_NAME),
              key);
      refuseLarge(manifest, limit, file);
      return new BundleCopy(configuration, target)
          .of(manifest, name -> entry(zip, manifest, name, file, text), file);
    } catch (ZipException | EOFException e) {
      throw refused(file, found(e), "a zip written by models export");
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(file, e);
    }
  }

  /**
   * The manifest of the archived bundle, without reading the other entries.
   *
   * @throws StrataException (data) where it is no archive of a bundle; (cluster) where it cannot be
   *     read
   */
  public static StoredFile manifestFile(Configuration configuration, Path file) {
    try (InputStream in = Storage.of(file, configuration).open(file);
        ZipInputStream zip = new ZipInputStream(in)) {
      byte[] text = manifest(zip, file);
      return new StoredFile(BundleManifest.FILE_NAME, text.length, Checksum.of(text));
    } catch (ZipException | EOFException e) {
      throw refused(file, found(e), "a zip written by models export");
    } catch (IOException | FSError e) {
      throw OutputFiles.readFailure(file, e);
    }
  }

  private static byte[] manifest(ZipInputStream zip, Path file) throws IOException {
    next(zip, BundleManifest.FILE_NAME, file);
    byte[] text = zip.readNBytes(MANIFEST_LIMIT + 1);
    if (text.length > MANIFEST_LIMIT) {
      throw refused(file, "a manifest of more than " + MANIFEST_LIMIT + " bytes", "less");
    }
    return text;
  }

  private static void refuseLarge(BundleManifest manifest, long limit, Path file) {
    long bytes = 0;
    for (StoredFile stored : manifest.files()) {
      if (stored.bytes() < 0 || stored.bytes() > limit - bytes) {
        throw StrataException.data("the archive exceeds the unpack limit")
            .key("zoo.unpack-limit")
            .file(file)
            .found(stored.bytes() + " bytes of " + stored.name() + " after " + bytes + " others")
            .expected("at most " + limit + " bytes in total")
            .build();
      }
      bytes += stored.bytes();
    }
  }

  private static void entry(ZipOutputStream zip, BundleFolder bundle, String name)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME);
    zip.putNextEntry(entry);
    try (InputStream in = bundle.fileSystem().open(new Path(bundle.path(), name))) {
      in.transferTo(zip);
    }
    zip.closeEntry();
  }

  /** The next file's bytes, no more of them than the manifest says; the manifest's at the end. */
  private static InputStream entry(
      ZipInputStream zip, BundleManifest manifest, String name, Path file, byte[] manifestText)
      throws IOException {
    if (name.equals(BundleManifest.FILE_NAME)) {
      ZipEntry further = nextEntry(zip, file);
      if (further != null) {
        throw refused(
            file, "entry " + further.getName(), "no further entries after those of the manifest");
      }
      return new ByteArrayInputStream(manifestText);
    }
    next(zip, name, file);
    long bytes =
        manifest.files().stream()
            .filter(f -> f.name().equals(name))
            .findFirst()
            .orElseThrow()
            .bytes();
    return new Bounded(zip, name, bytes, file);
  }

  private static void next(ZipInputStream zip, String name, Path file) throws IOException {
    ZipEntry entry = nextEntry(zip, file);
    if (entry == null || !entry.getName().equals(name)) {
      throw refused(
          file,
          entry == null ? "no further entry" : "entry " + entry.getName(),
          "entry " + name + ", as models export writes it");
    }
  }

  /** Null at the end. Names that are not UTF-8 are an IllegalArgumentException of Java's. */
  private static ZipEntry nextEntry(ZipInputStream zip, Path file) throws IOException {
    try {
      return zip.getNextEntry();
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw refused(file, found(e), "a complete zip");
    }
  }

  private static String found(Exception thrown) {
    return thrown.getMessage() == null ? "unexpected end" : thrown.getMessage();
  }

  private static StrataException refused(Path file, String found, String expected) {
    return StrataException.data("not an archive of a model bundle")
        .file(file)
        .found(found)
        .expected(expected)
        .build();
  }

  /** One entry; reading on after its declared length is refused. Closing leaves the zip open. */
  private static final class Bounded extends FilterInputStream {
    private final String name;
    private final long declared;
    private final Path file;
    private long left;

    Bounded(InputStream zip, String name, long declared, Path file) {
      super(zip);
      this.name = name;
      this.declared = declared;
      this.file = file;
      this.left = declared;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read;
      try {
        read = super.read(bytes, offset, length);
      } catch (ZipException | EOFException e) {
        throw refused(file, name + ": " + e.getMessage(), "a complete zip");
      }
      left -= Math.max(read, 0);
      if (left < 0) {
        throw refused(
            file,
            name + ", which unpacks to more than " + declared + " bytes",
            "the number in the manifest");
      }
      return read;
    }

    @Override
    public void close() {}
  }
}
