package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.random.RandomStream;
import java.util.Arrays;
import java.util.List;

/**
 * Whole source columns, chosen uniformly among those that are not masked already, are masked: a
 * number becomes the given value, a category none at all. Columns known to have one value are never
 * chosen; rows with fewer columns to mask than asked for are left as they are.
 *
 * @param amount of the columns that are not masked already
 * @param value in the units of the scaled row: 0 is the mean where numbers are standardised
 */
public record MaskColumn(Amount amount, double value) implements CorruptionSpec {
  public static final String TYPE = "mask-column";

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public void check(String at, NetworkProblems problems) {
    amount.check(at, problems);
    Numbers.finite(at + ".value", value, problems);
  }

  @Override
  public Corruption create(String at, RowFacts facts) {
    return new Masking(Columns.choices(at, this, amount, facts), amount, (float) value);
  }

  private static final class Masking implements Corruption {
    private final TableColumn[] columns;
    private final Amount amount;
    private final float value;
    private final int[] open;

    Masking(List<TableColumn> choices, Amount amount, float value) {
      this.columns = choices.toArray(TableColumn[]::new);
      this.amount = amount;
      this.value = value;
      this.open = new int[columns.length];
    }

    @Override
    public boolean corrupt(float[] row, RandomStream random) {
      int found = 0;
      for (int i = 0; i < columns.length; i++) {
        if (!masked(columns[i], row)) {
          open[found++] = i;
        }
      }
      int count = amount.of(found);
      if (count > found) {
        return false;
      }
      random.choose(open, found, count);
      for (int i = 0; i < count; i++) {
        TableColumn column = columns[open[i]];
        float mask = column.oneHot() ? 0f : value;
        Arrays.fill(row, column.offset(), column.offset() + column.width(), mask);
      }
      return true;
    }

    private boolean masked(TableColumn column, float[] row) {
      return column.oneHot() ? column.valueIn(row) < 0 : row[column.offset()] == value;
    }
  }
}
