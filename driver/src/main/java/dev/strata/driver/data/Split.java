package dev.strata.driver.data;

import java.util.Locale;

/** The parts of prepared data. */
enum Split {
  TRAIN,
  VALIDATION,
  TEST;

  /** Instead of a part's number: the split's rule decides when all rows are known. */
  static final byte UNDECIDED = (byte) values().length;

  /** The name in folders, manifests and counts. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
