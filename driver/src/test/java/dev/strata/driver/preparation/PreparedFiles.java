package dev.strata.driver.preparation;

import dev.strata.executor.failure.StrataException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/** Prepared rows as a job finds them. */
public final class PreparedFiles {
  private PreparedFiles() {}

  /**
   * @throws StrataException (data) also where a job would prepare the rows again, as files are gone
   */
  public static PreparedData open(Path folder) {
    PreparedFolder files = new PreparedFolder(new Configuration(), folder.toString());
    return files
        .content()
        .flatMap(files::open)
        .orElseThrow(
            () ->
                StrataException.data("files are gone, so that the rows are prepared again")
                    .file(folder)
                    .build());
  }
}
