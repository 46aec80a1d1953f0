package dev.strata.api;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows of a fit as a temporary view, whose name depends on the fit's folder alone, so that a
 * repeated fit has the same settings. Kept in memory and on disk while the fit runs, as they are
 * read several times and may be the end of a long pipeline.
 */
record FitRows(Dataset<Row> rows, String view, boolean persisted) implements AutoCloseable {
  static FitRows of(Dataset<Row> rows, FitFolder folder) {
    byte[] path = folder.path().toString().getBytes(StandardCharsets.UTF_8);
    String view = "strata_fit_" + UUID.nameUUIDFromBytes(path).toString().replace("-", "");
    boolean persist = rows.storageLevel().equals(StorageLevel.NONE());
    if (persist) {
      rows.persist(StorageLevel.MEMORY_AND_DISK());
    }
    rows.createOrReplaceTempView(view);
    return new FitRows(rows, view, persist);
  }

  @Override
  public void close() {
    rows.sparkSession().catalog().dropTempView(view);
    if (persisted) {
      rows.unpersist();
    }
  }
}
