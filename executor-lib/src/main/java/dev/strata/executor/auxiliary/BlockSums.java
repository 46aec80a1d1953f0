package dev.strata.executor.auxiliary;

import java.util.List;
import java.util.Map;

/**
 * Sums over the rows of a block.
 *
 * @param index of the block
 * @param rows that copies were made of
 * @param values the objective's sums
 */
public record BlockSums(int index, long rows, double[] values) {
  /** Rows of all blocks that copies were made of. */
  public static long rows(List<BlockSums> blocks) {
    return blocks.stream().mapToLong(BlockSums::rows).sum();
  }

  /**
   * The objective's metrics over all blocks; values are added in the list's order.
   *
   * @param blocks with at least one row
   */
  public static Map<String, Double> metrics(Objective objective, List<BlockSums> blocks) {
    double[] all = new double[objective.sums()];
    for (BlockSums block : blocks) {
      for (int i = 0; i < all.length; i++) {
        all[i] += block.values()[i];
      }
    }
    return objective.metrics(all, rows(blocks));
  }
}
