package dev.strata.driver.split;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import scala.Tuple2;

/**
 * Sorted rows; the second and later ones of equal rows get another hash: a table of few different
 * rows would otherwise fill whole blocks with one of them.
 */
final class ScatteredRows implements Iterator<Tuple2<byte[], byte[]>> {
  private final Iterator<Tuple2<byte[], byte[]>> sorted;
  private final long seed;
  private byte[] last = new byte[0];
  private long ordinal;

  ScatteredRows(Iterator<Tuple2<byte[], byte[]>> sorted, long seed) {
    this.sorted = sorted;
    this.seed = seed;
  }

  @Override
  public boolean hasNext() {
    return sorted.hasNext();
  }

  @Override
  public Tuple2<byte[], byte[]> next() {
    Tuple2<byte[], byte[]> pair = sorted.next();
    byte[] row = pair._1;
    if (row.length == 0) {
      return pair;
    }
    if (!Arrays.equals(row, last)) {
      last = row;
      ordinal = 0;
      return pair;
    }
    ordinal++;
    byte[] moved = row.clone();
    long hash = ByteBuffer.wrap(row).getLong();
    ByteBuffer.wrap(moved).putLong(RowHash.again(hash, ordinal, seed));
    return new Tuple2<>(moved, pair._2);
  }
}
