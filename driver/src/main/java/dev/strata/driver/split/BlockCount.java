package dev.strata.driver.split;

import dev.strata.driver.data.DataSettings;
import dev.strata.executor.failure.StrataException;

/** How many blocks a part has. */
public final class BlockCount {
  private static final int AT_LEAST = 16;

  private BlockCount() {}

  /**
   * As configured, or by size: at least 16, none larger than {@code data.block-size}, a multiple of
   * the workers.
   *
   * @param rowBytes bytes that a row takes in all arrays
   * @throws StrataException (configuration) where the configured number cannot be
   */
  public static int of(DataSettings settings, int workers, long rows, long rowBytes) {
    if (settings.blocks() > 0) {
      long largest =
          Math.multiplyExact((rows + settings.blocks() - 1) / settings.blocks(), rowBytes);
      if (settings.blocks() < workers || largest > Integer.MAX_VALUE / 2) {
        throw StrataException.configuration("too few blocks")
            .key("data.blocks")
            .found(settings.blocks())
            .expected(
                settings.blocks() < workers
                    ? "at least training.workers = " + workers
                    : "enough to keep blocks below 1 GiB, or 0")
            .build();
      }
      return settings.blocks();
    }
    long rowsInBlock = Math.max(1, settings.blockSize() / Math.max(1, rowBytes));
    long bySize = Math.max(AT_LEAST, (rows + rowsInBlock - 1) / rowsInBlock);
    return Math.toIntExact((bySize + workers - 1) / workers * workers);
  }
}
