package dev.strata.driver.testing;

import dev.strata.driver.lock.OutputLock;

/** Dies at the n-th commit, as a killed driver would: before anything is written. */
public final class DyingLease implements OutputLock {
  private int left;

  /**
   * @param commit number of the commit, from 1
   */
  public DyingLease(int commit) {
    this.left = commit;
  }

  @Override
  public void ensureHeld() {
    if (--left <= 0) {
      throw new IllegalStateException("killed");
    }
  }

  @Override
  public double ageSeconds() {
    return 0;
  }

  @Override
  public void close() {}
}
