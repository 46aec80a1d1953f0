package dev.strata.executor.preprocess;

/** Handling of categories that do not occur in training rows. */
public enum UnseenCategory {
  ERROR,
  /** All elements of the column are 0. */
  ZEROS,
  MOST_FREQUENT
}
