package dev.strata.executor.preprocess;

import java.io.Serializable;

/**
 * Handling of missing values: the keys {@code data.missing}.
 *
 * @param constant replacement of a missing number under {@link Numeric#CONSTANT}, before scaling
 */
public record MissingPolicy(Numeric numeric, double constant, Categorical categorical, Label label)
    implements Serializable {
  /** Every missing value is an error. */
  public static final MissingPolicy STRICT =
      new MissingPolicy(Numeric.ERROR, 0.0, Categorical.ERROR, Label.ERROR);

  /** Missing numbers. */
  public enum Numeric {
    ERROR,
    /** The mean of the training rows that have one. */
    MEAN,
    CONSTANT,
    /** The row is left out and counted. */
    DROP
  }

  /** Missing categories. */
  public enum Categorical {
    ERROR,
    /** Missing is a category of its own: the last. */
    CATEGORY,
    MOST_FREQUENT,
    /** The row is left out and counted. */
    DROP
  }

  /** Missing labels. */
  public enum Label {
    ERROR,
    /** The row is left out and counted. */
    DROP
  }
}
