package dev.strata.driver.preparation;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** The preprocessing of a folder of prepared data, for those that read no rows. */
public final class PreparedPreprocessing {
  private PreparedPreprocessing() {}

  /**
   * @param folder of prepared data
   * @return empty where the folder holds no finished preparation
   * @throws StrataException (data) where one of its files is damaged or of a newer version
   */
  public static Optional<Preprocessing> read(Configuration configuration, String folder) {
    PreparedFolder prepared = new PreparedFolder(configuration, folder);
    return prepared.content().flatMap(prepared::preprocessing);
  }
}
