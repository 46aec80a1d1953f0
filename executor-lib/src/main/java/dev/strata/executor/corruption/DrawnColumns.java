package dev.strata.executor.corruption;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.random.RandomStream;
import java.util.List;

/** Columns that take values drawn by their frequency in the training rows. */
final class DrawnColumns implements Corruption {
  private final TableColumn[] columns;
  private final WeightedChoice[] marginals;
  private final int count;
  private final boolean others;
  private final int[] order;

  private DrawnColumns(List<TableColumn> choices, int count, boolean others) {
    this.columns = choices.toArray(TableColumn[]::new);
    this.marginals = new WeightedChoice[columns.length];
    for (int i = 0; i < columns.length; i++) {
      marginals[i] = new WeightedChoice(columns[i].weights());
    }
    this.count = count;
    this.others = others;
    this.order = new int[columns.length];
  }

  /**
   * @param at full key of the corruption
   * @param spec of it
   * @param amount of the columns with two values or more
   * @param others whether a value is never drawn in place of itself
   * @throws StrataException (configuration) where such rows cannot be corrupted so
   */
  static DrawnColumns of(
      String at, CorruptionSpec spec, Amount amount, RowFacts facts, boolean others) {
    List<TableColumn> choices = Columns.choices(at, spec, amount, facts);
    for (TableColumn column : choices) {
      if (!column.known()) {
        throw StrataException.configuration("these rows were prepared without value counts")
            .key("data.shards")
            .found("no counts for column " + column.name())
            .expected("rows from data.path, data.table or data.sql, for " + spec.type())
            .build();
      }
    }
    return new DrawnColumns(choices, amount.of(choices.size()), others);
  }

  @Override
  public boolean corrupt(float[] row, RandomStream random) {
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    random.choose(order, order.length, count);
    for (int i = 0; i < count; i++) {
      TableColumn column = columns[order[i]];
      int without = others ? column.valueIn(row) : -1;
      column.put(row, marginals[order[i]].draw(without, random));
    }
    return true;
  }
}
