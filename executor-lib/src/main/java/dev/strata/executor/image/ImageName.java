package dev.strata.executor.image;

import dev.strata.executor.failure.StrataException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/** File name and type of an image, from its path or its archive entry. */
public final class ImageName {
  private static final Set<String> READ = Set.of("pgm", "png", "jpg", "jpeg", "jpe", "jfif");
  private static final Set<String> OTHER_IMAGES =
      Set.of(
          "ppm", "pbm", "pnm", "pam", "gif", "bmp", "tif", "tiff", "webp", "heic", "heif", "avif",
          "jp2", "jxl");

  private ImageName() {}

  /**
   * Whether it is an image, of a kind that is read or of another, which must not be missed in
   * silence. Hidden files ({@code .} or {@code _} before the name of the file or of a folder within
   * an archive) and what is no image, such as a README, are passed over.
   *
   * @param name path in the archive, or the file's name
   */
  public static boolean isImage(String name) {
    if (Arrays.stream(name.split("/")).anyMatch(p -> p.startsWith(".") || p.startsWith("_"))) {
      return false;
    }
    return READ.contains(kind(name)) || OTHER_IMAGES.contains(kind(name));
  }

  /**
   * @param file named in the error
   * @throws StrataException (data) for an image of another kind
   */
  static void requireRead(String name, String file) {
    if (OTHER_IMAGES.contains(kind(name))) {
      throw StrataException.data("unsupported image type")
          .file(file)
          .found(kind(name))
          .expected("PGM, PNG or JPEG files")
          .build();
    }
  }

  private static String kind(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** The last part of a path. */
  public static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * Name of the folder that holds a path.
   *
   * @param otherwise where the path has no folder
   */
  public static String folder(String path, String otherwise) {
    int end = path.lastIndexOf('/');
    return end <= 0 ? otherwise : last(path.substring(0, end));
  }
}
