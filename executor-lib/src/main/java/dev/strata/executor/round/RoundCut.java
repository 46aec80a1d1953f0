package dev.strata.executor.round;

/**
 * Rule that divides the minibatches of an epoch into rounds, and weights a short round in the outer
 * step. A phase keeps the rule that it started with: checkpoints name it.
 */
public enum RoundCut {
  /**
   * As few rounds as the longest allowed one lets, which differ by one minibatch at most, the
   * longer ones first: 86 minibatches, 40 a round at most, are 29, 29 and 28. A round counts as its
   * share of a whole one.
   */
  EVEN,
  /**
   * Whole rounds and a last one with what remains: 40, 40 and 6. Each counts as a whole one. So did
   * all versions of Strata whose checkpoints name no cut.
   */
  WHOLE_FIRST
}
