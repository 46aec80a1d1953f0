package dev.strata.driver.visualization;

import dev.strata.driver.run.OutputFiles;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.storage.Storage;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Pictures as PNG and SVG files, beside the report that shows them. */
public final class PictureFolder {
  private PictureFolder() {}

  /**
   * Replaces files of those names.
   *
   * @param folder on any Hadoop file system; made where needed
   * @throws StrataException (cluster) where they cannot be written
   */
  public static void write(Configuration hadoop, Path folder, List<Picture> pictures) {
    for (Picture picture : pictures) {
      Path file = new Path(folder, picture.fileName());
      byte[] bytes = picture.file();
      try {
        FileSystem files = OutputFiles.plain(Storage.of(file, hadoop));
        OutputFiles.write(files.create(file, true), out -> out.write(bytes));
      } catch (IOException | FSError e) {
        throw StrataException.cluster("cannot write a picture of the report")
            .key("output.dir")
            .file(file)
            .found(e.getMessage())
            .expected("a writable folder with enough space")
            .cause(e)
            .build();
      }
    }
  }
}
