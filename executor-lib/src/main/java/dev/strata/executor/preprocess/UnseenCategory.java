package dev.strata.executor.preprocess;

/** What becomes of a category that no training row has. */
public enum UnseenCategory {
  ERROR,
  /** All elements of the column are 0. */
  ZEROS,
  MOST_FREQUENT
}
