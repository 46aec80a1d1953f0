package dev.strata.driver.split;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The order of one part's rows: classes interleaved evenly, then cut into blocks of equal size.
 *
 * <p>Row r of the n_c rows of class c stands at {@code (r + 1/2) / n_c}; its position is the number
 * of rows before it, the lower class first where two stand at one place. Each run of rows therefore
 * has each class's share to within a row.
 *
 * <p>Classes of equally many rows differ by which is lower only, so that a position costs one
 * division for each number of rows that some class has, not for each class.
 */
public final class PartPlan implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] classRows;
  private final long rows;
  private final int blocks;
  private final int firstBlock;

  /** Numbers of rows that classes have, and the classes that have them, ascending. */
  private final long[] sizes;

  private final int[][] classesOfSize;

  /**
   * @param classRows rows of each class before the limit
   * @param rows of the part
   * @param blocks B
   * @param firstBlock number of the part's first block among all parts'
   */
  public PartPlan(long[] classRows, long rows, int blocks, int firstBlock) {
    this.classRows = classRows;
    this.rows = rows;
    this.blocks = blocks;
    this.firstBlock = firstBlock;
    Map<Long, List<Integer>> classes = new TreeMap<>();
    for (int index = 0; index < classRows.length; index++) {
      if (classRows[index] > 0) {
        classes.computeIfAbsent(classRows[index], n -> new ArrayList<>()).add(index);
      }
    }
    this.sizes = classes.keySet().stream().mapToLong(Long::longValue).toArray();
    this.classesOfSize =
        classes.values().stream()
            .map(of -> of.stream().mapToInt(Integer::intValue).toArray())
            .toArray(int[][]::new);
  }

  public long rows() {
    return rows;
  }

  public int blocks() {
    return blocks;
  }

  public int firstBlock() {
    return firstBlock;
  }

  /** Position of row {@code rank} of class {@code index}. */
  long position(int index, long rank) {
    long n = classRows[index];
    long odd = 2 * rank + 1;
    long position = 0;
    for (int i = 0; i < sizes.length; i++) {
      int[] classes = classesOfSize[i];
      long ahead = Math.multiplyExact(odd, sizes[i]);
      // Rows r' of each class with (2 r' + 1) n ≤ ahead.
      long quotient = ahead / n;
      position += classes.length * ((quotient + 1) / 2);
      if (quotient % 2 == 1 && quotient * n == ahead) {
        // The last of them stands at the same place. Of the own class and of higher ones it is not
        // before this row.
        int found = Arrays.binarySearch(classes, index);
        position -= classes.length - (found < 0 ? -found - 1 : found);
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
