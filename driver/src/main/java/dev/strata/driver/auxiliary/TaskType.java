package dev.strata.driver.auxiliary;

import java.util.Locale;

/** What can be learned from rows without labels besides their own form. */
public enum TaskType {
  /** Whether a row is one of the data or a corrupted copy. */
  GOOD_OR_BAD,
  /** A score by which rows lie above their corrupted copies. */
  MAX_MARGIN,
  /** Whether two rows are of one group, by the distance of what the network makes of them. */
  SAME_OR_DIFFERENT;

  /** As users write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
