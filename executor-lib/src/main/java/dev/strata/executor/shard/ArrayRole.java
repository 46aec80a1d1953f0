package dev.strata.executor.shard;

/** Role of an array of a shard. */
public enum ArrayRole {
  /** Network input number {@link ArraySpec#index()}. */
  INPUT,
  /**
   * Label of network output number {@link ArraySpec#index()}: class indices (I32) or values (F32,
   * F64).
   */
  LABEL,
  /** Mask of input number {@link ArraySpec#index()}. */
  MASK,
  /** Mask of label number {@link ArraySpec#index()}, as DL4J's {@code fit} takes it. */
  LABEL_MASK,
  /** One weight a row: its loss and its gradient are multiplied by it. */
  WEIGHT,
  ID,
  GROUP
}
