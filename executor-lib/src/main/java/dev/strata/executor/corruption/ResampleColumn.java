package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;

/**
 * Whole source columns, chosen uniformly, take a value drawn with its share of the training rows,
 * which may be the value that they have: each column keeps its marginal (Bahri et al. 2022, SCARF,
 * arXiv 2106.15147; of a number with very many values, that of a sample of them). A category stays
 * one category; of a vector each number is a column. Columns with one value are never chosen.
 *
 * @param amount of the columns with two values or more
 */
public record ResampleColumn(Amount amount) implements CorruptionSpec {
  public static final String TYPE = "resample-column";

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
    return DrawnColumns.of(at, this, amount, facts, false);
  }
}
