package dev.strata.executor.preprocess;

/** Kind of a label. */
public enum LabelKind {
  /** One of finitely many classes, stored as its index. */
  CLASS,
  /** A number, or an array of numbers: regression. */
  VALUE
}
