package dev.strata.executor.learner;

/** What one example of a minibatch is. The engine opens the reader that makes such examples. */
public enum ExampleType {
  /** A row of the prepared data. */
  ROW,
  /** Two rows of the same worker, and whether they are of one group. */
  PAIR
}
