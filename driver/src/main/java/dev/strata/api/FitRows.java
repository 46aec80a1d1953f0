package dev.strata.api;

import dev.strata.driver.source.ViewStates;
import dev.strata.executor.failure.StrataException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows of a fit as a temporary view, whose name depends on the fit's folder alone, so that a
 * repeated fit has the same settings. Kept in memory and on disk while the fit runs, as they are
 * read several times and may be the end of a long pipeline.
 */
record FitRows(Dataset<Row> rows, String view, boolean persisted) implements AutoCloseable {
  /** Views of fits that run now; sessions may share a catalog, so it is one for the program. */
  private static final Set<String> RUNNING = ConcurrentHashMap.newKeySet();

  /**
   * @throws StrataException (configuration) where another fit of this program has the folder
   */
  static FitRows of(Dataset<Row> rows, FitFolder folder) {
    byte[] path = folder.path().toString().getBytes(StandardCharsets.UTF_8);
    String view = "strata_fit_" + UUID.nameUUIDFromBytes(path).toString().replace("-", "");
    if (!RUNNING.add(view)) {
      throw StrataException.configuration("another fit writes to this folder now")
          .key("outputDir")
          .found(folder.path())
          .expected("a folder for each fit, or none")
          .build();
    }
    boolean persist = rows.storageLevel().equals(StorageLevel.NONE());
    if (persist) {
      rows.persist(StorageLevel.MEMORY_AND_DISK());
    }
    rows.createOrReplaceTempView(view);
    return new FitRows(rows, view, persist);
  }

  /** Lets a later fit in the same folder tell whether it has the same rows. */
  void identify() {
    ViewStates.put(view, rows);
  }

  @Override
  public void close() {
    RUNNING.remove(view);
    ViewStates.remove(view);
    rows.sparkSession().catalog().dropTempView(view);
    if (persisted) {
      rows.unpersist();
    }
  }
}
