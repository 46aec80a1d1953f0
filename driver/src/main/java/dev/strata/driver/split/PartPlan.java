package dev.strata.driver.split;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

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
    this.sizes = LongStream.of(classRows).filter(n -> n > 0).distinct().sorted().toArray();
    Map<Long, List<Integer>> classes = new HashMap<>();
    for (int index = 0; index < classRows.length; index++) {
      classes.computeIfAbsent(classRows[index], n -> new ArrayList<>()).add(index);
    }
    this.classesOfSize =
        LongStream.of(sizes)
            .mapToObj(n -> classes.get(n).stream().mapToInt(Integer::intValue).toArray())
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
    long position = rank;
    for (int i = 0; i < sizes.length; i++) {
      long ahead = Math.multiplyExact(odd, sizes[i]);
      // Rows r' of another class with (2 r' + 1) n ≤ ahead, or < for a higher class.
      long quotient = ahead / n;
      boolean meets = quotient * n == ahead;
      int[] classes = classesOfSize[i];
      if (!meets) {
        position += classes.length * ((quotient + 1) / 2);
        continue;
      }
      int found = Arrays.binarySearch(classes, index);
      int lower = found < 0 ? -found - 1 : found;
      int higher = classes.length - lower - (found < 0 ? 0 : 1);
      position += lower * ((quotient + 1) / 2) + higher * (quotient / 2);
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
