package dev.strata.driver.data;

import java.util.List;
import java.util.Optional;

/**
 * Split of the rows of the main source into training, validation and test rows: the keys {@code
 * data.split}.
 *
 * @param column name of the split, group or time, depending on {@code by}
 * @param validation share of the rows, in [0, 1)
 * @param test share of the rows, in [0, 1)
 */
public record SplitSettings(
    By by, Optional<String> column, double validation, double test, Values values) {
  /** All rows are training rows. */
  public static final SplitSettings NONE =
      new SplitSettings(
          By.RANDOM, Optional.empty(), 0, 0, new Values(List.of(), List.of(), List.of()));

  /** Whether rows are split at all. */
  public boolean splits() {
    return by == By.COLUMN || validation > 0 || test > 0;
  }

  /** The rule. */
  public enum By {
    /** Stratified by class. */
    RANDOM,
    /** A column has the name of the split. */
    COLUMN,
    /** Rows of one group stay together. */
    GROUP,
    /**
     * The latest rows are test rows, those before validation rows; rows of one time stay together.
     */
    TIME
  }

  /** Values of the column for each split. */
  public record Values(List<String> train, List<String> validation, List<String> test) {
    public Values {
      train = List.copyOf(train);
      validation = List.copyOf(validation);
      test = List.copyOf(test);
    }
  }
}
