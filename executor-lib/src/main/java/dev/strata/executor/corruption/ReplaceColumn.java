package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;

/**
 * Whole source columns, chosen uniformly, take another value: v in place of x with probability
 * {@code p(v) / (1 - p(x))}, p the column's marginal among the training rows (of a number with very
 * many values: among a sample of them). A category stays one category; of a vector each number is a
 * column. Columns with one value are never chosen.
 *
 * @param amount of the columns with two values or more
 */
public record ReplaceColumn(Amount amount) implements CorruptionSpec {
  public static final String TYPE = "replace-column";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public boolean needsMarginals() {
    return true;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    amount.check(at, problems);
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    return DrawnColumns.of(at, this, amount, facts, true);
  }
}
