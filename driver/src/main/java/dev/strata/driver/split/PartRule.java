package dev.strata.driver.split;

import dev.strata.executor.preprocess.RowCodec.Place;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Which part a row belongs to, where its key decides: keys up to {@code lastTest} are test rows,
 * those up to {@code lastValidation} validation rows, the others training rows. Rows of one key
 * stay together.
 *
 * @param keyed whether keys decide at all
 * @param hasTest whether there are test rows; {@code lastTest} means nothing otherwise
 */
public record PartRule(
    boolean keyed, boolean hasTest, long lastTest, boolean hasValidation, long lastValidation)
    implements Serializable {
  /** Keys decide nothing. */
  public static final PartRule NONE = new PartRule(false, false, 0, false, 0);

  /**
   * Gives each part the keys whose rows fill its share best: a key goes to the part in whose share
   * its rows' middle is.
   *
   * @param keys ascending, each once
   * @param rows of each key
   */
  public static PartRule of(long[] keys, long[] rows, double testShare, double validationShare) {
    double total = Arrays.stream(rows).sum();
    double testEnd = total * testShare;
    double validationEnd = total * (testShare + validationShare);
    PartRule rule = new PartRule(true, false, 0, false, 0);
    double before = 0;
    for (int i = 0; i < keys.length; i++) {
      double middle = before + rows[i] / 2.0;
      if (middle < testEnd) {
        rule = new PartRule(true, true, keys[i], false, 0);
      } else if (middle < validationEnd) {
        rule = new PartRule(true, rule.hasTest, rule.lastTest, true, keys[i]);
      }
      before += rows[i];
    }
    return rule;
  }

  /** Number of the part, or {@link Split#UNDECIDED} where the rank among all rows decides. */
  public byte part(Place place) {
    if (place.part() != Split.UNDECIDED || !keyed) {
      return place.part();
    }
    if (hasTest && place.key() <= lastTest) {
      return (byte) Split.TEST.ordinal();
    }
    if (hasValidation && place.key() <= lastValidation) {
      return (byte) Split.VALIDATION.ordinal();
    }
    return (byte) Split.TRAIN.ordinal();
  }
}
