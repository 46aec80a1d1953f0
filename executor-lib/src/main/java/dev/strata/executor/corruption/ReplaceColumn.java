package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.random.RandomStream;
import java.util.List;

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
    List<TableColumn> choices = Columns.choices(at, this, amount, facts);
    for (TableColumn column : choices) {
      if (!column.known()) {
        throw StrataException.configuration("these rows were prepared without value counts")
            .key("data.shards")
            .found("no counts for column " + column.name())
            .expected("rows from data.path, data.table or data.sql, for " + TYPE)
            .build();
      }
    }
    return new Replacing(choices, amount.of(choices.size()));
  }

  private static final class Replacing implements Corruption {
    private final TableColumn[] columns;
    private final WeightedChoice[] marginals;
    private final int count;
    private final int[] order;

    Replacing(List<TableColumn> choices, int count) {
      this.columns = choices.toArray(TableColumn[]::new);
      this.marginals = new WeightedChoice[columns.length];
      for (int i = 0; i < columns.length; i++) {
        marginals[i] = new WeightedChoice(columns[i].weights());
      }
      this.count = count;
      this.order = new int[columns.length];
    }

    @Override
    public boolean corrupt(float[] row, RandomStream random) {
      for (int i = 0; i < order.length; i++) {
        order[i] = i;
      }
      random.choose(order, order.length, count);
      for (int i = 0; i < count; i++) {
        TableColumn column = columns[order[i]];
        column.put(row, marginals[order[i]].draw(column.valueIn(row), random));
      }
      return true;
    }
  }
}
