package dev.strata.driver.training;

/**
 * Where reduction on plateaus stands. Immutable; part of a checkpoint.
 *
 * @param best lowest validation loss so far
 * @param stale validations since then, or since the last reduction
 * @param factor product of all reductions: the learning rate is the schedule's times this
 */
record Plateau(double best, int stale, double factor) {
  /**
   * After one more validation: by patience as Keras counts it ({@code ReduceLROnPlateau}), the
   * reduction follows the validation that makes the patience full.
   *
   * @param before null before the first validation
   */
  static Plateau after(Plateau before, double loss, PlateauSettings rule) {
    if (before == null) {
      return new Plateau(loss, 0, 1);
    }
    if (loss < before.best - rule.minDelta()) {
      return new Plateau(loss, 0, before.factor);
    }
    if (before.stale + 1 < rule.patience()) {
      return new Plateau(before.best, before.stale + 1, before.factor);
    }
    return new Plateau(before.best, 0, Math.max(rule.floor(), before.factor * rule.factor()));
  }
}
