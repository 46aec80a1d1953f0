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
  /** One text, kept as the ids of its words, padded to a fixed number of them. */
  TEXT;

  /** The name in manifests. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
