package dev.strata.driver.auxiliary;

import java.util.Locale;

/** What can be learned from rows without labels besides their own form. */
public enum TaskType {
  /** Whether a row is one of the data or a corrupted copy. */
  GOOD_OR_BAD,
  /** A score by which rows lie above their corrupted copies. */
  MAX_MARGIN;

  /** As users write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
