package dev.strata.driver.split;

import java.io.Serializable;

/**
 * The order of one part's rows: classes interleaved evenly, then cut into blocks of equal size.
 *
 * <p>Row r of the n_c rows of class c stands at {@code (r + 1/2) / n_c}; its position is the number
 * of rows before it, the lower class first where two stand at one place. Each run of rows therefore
 * has each class's share to within a row.
 *
 * @param classRows rows of each class before the limit
 * @param rows of the part
 * @param blocks B
 * @param firstBlock number of the part's first block among all parts'
 */
public record PartPlan(long[] classRows, long rows, int blocks, int firstBlock)
    implements Serializable {
  /** Position of row {@code rank} of class {@code index}. */
  long position(int index, long rank) {
    long n = classRows[index];
    long odd = 2 * rank + 1;
    long position = rank;
    for (int other = 0; other < classRows.length; other++) {
      if (other != index && classRows[other] > 0) {
        long ahead = Math.multiplyExact(odd, classRows[other]);
        // Rows r' of the other class with (2 r' + 1) n < ahead, or ≤ for a lower class.
        position += (Math.floorDiv(other < index ? ahead : ahead - 1, n) + 1) / 2;
      }
    }
    return position;
  }

  /** Block of a position. */
  int block(long position) {
    return (int) Math.floorDiv(Math.multiplyExact(position, (long) blocks), rows);
  }

  /** First position of a block; of {@code blocks} the number of rows. */
  public long start(int block) {
    return -Math.floorDiv(-Math.multiplyExact(rows, (long) block), (long) blocks);
  }

  /** Rows of a block. */
  public int blockRows(int block) {
    return Math.toIntExact(start(block + 1) - start(block));
  }

  /** Rows of a class within the limit. */
  public long used(int index) {
    long low = 0;
    long high = classRows[index];
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (position(index, middle) < rows) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
