package dev.strata.executor.corruption;

import dev.strata.executor.failure.NetworkProblems;

/** Rules for values in settings. */
final class Numbers {
  private Numbers() {}

  static void finite(String key, double value, NetworkProblems problems) {
    if (!Double.isFinite(value)) {
      problems.add(key, value, "a finite number");
    }
  }

  static void atLeastOne(String key, int value, NetworkProblems problems) {
    if (value < 1) {
      problems.add(key, value, "at least 1");
    }
  }
}
