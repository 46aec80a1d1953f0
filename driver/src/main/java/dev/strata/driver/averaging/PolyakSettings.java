package dev.strata.driver.averaging;

/**
 * The section {@code averaging.polyak}: an average of the parameters over rounds (Polyak and
 * Juditsky 1992), which is validated and becomes the model.
 *
 * @param type of the average
 * @param decay of the exponential average per round, in [0, 1)
 * @param start epochs before the average begins
 */
public record PolyakSettings(Type type, double decay, int start) {
  /** The default of the keys: no average. */
  public static final PolyakSettings NONE = new PolyakSettings(Type.NONE, 0.9, 0);

  /** Kinds of average. */
  public enum Type {
    NONE,
    /** p = decay · p + (1 − decay) · m. */
    EXPONENTIAL,
    /** The mean of all rounds from the start on (stochastic weight averaging). */
    UNIFORM
  }
}
