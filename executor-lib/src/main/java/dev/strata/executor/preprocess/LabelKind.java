package dev.strata.executor.preprocess;

/** What a label is. */
public enum LabelKind {
  /** One of finitely many classes, stored as its index. */
  CLASS,
  /** A number, or an array of numbers: regression. */
  VALUE
}
