package dev.strata.executor.preprocess;

import java.io.Serializable;

/**
 * A feature column of the source.
 *
 * @param width numbers that one row has of it; 1 for a categorical column, which has one text
 *     instead
 */
public record FeatureColumn(String name, ColumnKind kind, int width) implements Serializable {
  /** Numbers that one row has of it: 0 for a categorical column. */
  public int numbers() {
    return kind == ColumnKind.CATEGORICAL ? 0 : width;
  }
}
