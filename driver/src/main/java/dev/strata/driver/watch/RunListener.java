package dev.strata.driver.watch;

import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.LayerEntry;
import java.util.Optional;

/** Sees a run as it goes, on the run's thread. */
@FunctionalInterface
public interface RunListener {
  /**
   * A phase starts, or resumes.
   *
   * @param round after which it resumes; 0 where it starts
   */
  default void phase(String name, long round) {}

  /**
   * A round has ended.
   *
   * @param layers what it did to the layers; empty where that was not looked at
   */
  void round(HistoryEntry entry, Optional<LayerEntry> layers);
}
