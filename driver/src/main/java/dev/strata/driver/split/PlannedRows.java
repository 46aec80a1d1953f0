package dev.strata.driver.split;

import java.util.Iterator;
import java.util.NoSuchElementException;
import scala.Tuple2;

/** The used rows of a sorted partition, each with the key of its place in the plan. */
final class PlannedRows implements Iterator<Tuple2<Long, byte[]>> {
  private final Iterator<Tuple2<byte[], byte[]>> sorted;
  private final SplitPlan.Cursor cursor;
  private Tuple2<Long, byte[]> next;

  PlannedRows(Iterator<Tuple2<byte[], byte[]>> sorted, SplitPlan.Cursor cursor) {
    this.sorted = sorted;
    this.cursor = cursor;
  }

  @Override
  public boolean hasNext() {
    while (next == null && sorted.hasNext()) {
      byte[] row = sorted.next()._1;
      long key = row.length == 0 ? SplitPlan.UNUSED : cursor.key(row);
      next = key == SplitPlan.UNUSED ? null : new Tuple2<>(key, row);
    }
    return next != null;
  }

  @Override
  public Tuple2<Long, byte[]> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Tuple2<Long, byte[]> result = next;
    next = null;
    return result;
  }
}
