package dev.strata.executor.preprocess;

import java.util.Locale;

/** Kind of a feature column. */
public enum ColumnKind {
  /** One number. */
  NUMERIC,
  /** One number, 0 or 1. */
  BOOLEAN,
  /** One text, one-hot encoded. */
  CATEGORICAL,
  /** A fixed number of numbers. */
  VECTOR,
  /** A fixed number of integers in 0 … 255, kept as bytes and scaled on loading. */
  IMAGE,
  /** One date, kept as the numbers of its parts. */
  DATE,
  /** One date with a time of day, kept as the numbers of its parts. */
  TIMESTAMP,
  /** One text, kept as the ids of its words, padded to a fixed number of them. */
  TEXT;

  /** Whether its cells are dates or times. */
  public boolean isTime() {
    return this == DATE || this == TIMESTAMP;
  }

  /** The name in manifests. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
