package dev.strata.executor.metric;

/**
 * Float32 scores as whole numbers of the same order, whose leading bits are a score's size. Near 0
 * they resolve the score itself, near 1 its distance from 1 (which float32 holds exactly from 0.5
 * on), so that cutting trailing bits keeps probabilities near both ends apart.
 */
final class ScoreKey {
  private static final long HALF = Float.floatToIntBits(0.5f);
  private static final long ONE = Float.floatToIntBits(1f);

  /** So many trailing bits cut, all scores of one sign have the same key. */
  static final int BITS = 34;

  private ScoreKey() {}

  /** Greater for greater scores, the same for equal ones (-0 and 0 are equal). */
  static long of(float score) {
    if (score < 0) {
      return -of(-score);
    }
    if (score == 0) {
      return 0;
    }
    if (score <= 0.5f) {
      return Float.floatToIntBits(score);
    }
    return score <= 1
        ? 2 * HALF - Float.floatToIntBits(1 - score)
        : 2 * HALF + Float.floatToIntBits(score) - ONE;
  }

  /** The score of a key. */
  static float score(long key) {
    if (key < 0) {
      return -score(-key);
    }
    if (key <= HALF) {
      return Float.intBitsToFloat((int) key);
    }
    return key <= 2 * HALF
        ? 1 - Float.intBitsToFloat((int) (2 * HALF - key))
        : Float.intBitsToFloat((int) (key - 2 * HALF + ONE));
  }
}
