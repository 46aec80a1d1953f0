package dev.strata.driver.split;

/**
 * Which rows of a part belong to a sample of it: as many as wanted, at even distances in the part's
 * order. The order is a function of rows, settings and seed, and blocks do not matter.
 *
 * @param rows of the part
 * @param wanted rows of the sample; all where there are no more
 */
public record EvenSample(long rows, long wanted) {
  /**
   * @param position of a row in the part, from 0
   */
  public boolean has(long position) {
    return wanted >= rows || before(position + 1) > before(position);
  }

  /** Rows of the sample before a position. */
  private long before(long position) {
    return Math.multiplyExact(position, wanted) / rows;
  }
}
