package dev.strata.driver.split;

import java.util.Locale;

/** The parts of prepared data. */
public enum Split {
  TRAIN,
  VALIDATION,
  TEST;

  /** Instead of a part's number: the split's rule decides when all rows are known. */
  public static final byte UNDECIDED = (byte) values().length;

  /** The name in folders, manifests and counts. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
