package dev.strata.driver.teacher;

/** How the labels of a teacher's models become one. */
public enum Weighting {
  /** By weights of the least loss on labelled rows that the models have not seen. */
  BY_LOSS,
  /** By their mean. */
  EQUAL
}
