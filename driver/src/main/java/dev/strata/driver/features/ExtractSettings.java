package dev.strata.driver.features;

import java.util.List;

/**
 * Extraction settings: the keys {@code extract}.
 *
 * @param layers names or indices, bottom to top; {@code output} for the last one
 * @param columnType what a column of several numbers is
 * @param predictions whether the class or the values that the model predicts are written
 * @param reconstructionError whether it is written how far a row is from its reconstruction
 * @param batchSize rows computed at once
 * @param badRows what becomes of rows that the model cannot take
 * @param writeMode what to do where the features' folder exists
 * @param partitionBy columns of the source, one level of folders each
 */
public record ExtractSettings(
    List<String> layers,
    ColumnType columnType,
    boolean predictions,
    boolean reconstructionError,
    int batchSize,
    BadRows badRows,
    WriteMode writeMode,
    List<String> partitionBy) {
  public ExtractSettings {
    layers = List.copyOf(layers);
    partitionBy = List.copyOf(partitionBy);
  }

  /** The same with other layers, as columns of this type. */
  public ExtractSettings with(List<String> otherLayers, ColumnType otherType) {
    return new ExtractSettings(
        otherLayers,
        otherType,
        predictions,
        reconstructionError,
        batchSize,
        badRows,
        writeMode,
        partitionBy);
  }

  /** Whether nothing at all is asked for. */
  public boolean isEmpty() {
    return layers.isEmpty() && !predictions && !reconstructionError;
  }

  /** Type of columns of several numbers. */
  public enum ColumnType {
    /** {@code array<float>} */
    ARRAY,
    /** Spark ML's dense vector, of doubles. */
    VECTOR
  }

  /** Handling of rows that the model's preprocessing rejects. */
  public enum BadRows {
    /** The first one found ends the extraction, which names it. */
    FAIL,
    /** They are written elsewhere, with the reason, and counted. */
    QUARANTINE
  }

  /** Handling of existing output. */
  public enum WriteMode {
    ERROR,
    OVERWRITE,
    /** Replaces the partitions that the new rows have; the others stay. */
    OVERWRITE_PARTITIONS;

    /** Whether features that are there may be replaced. */
    public boolean replaces() {
      return this != ERROR;
    }
  }
}
