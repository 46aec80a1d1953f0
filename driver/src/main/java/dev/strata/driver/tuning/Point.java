package dev.strata.driver.tuning;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A value for each key that is searched.
 *
 * @param number of the trial, from 1; 0 is the configuration as it is
 * @param values key → text, in the order of the keys; empty of number 0
 * @param places key → place of the value in [0, 1), where it was drawn
 */
public record Point(int number, Map<String, String> values, Map<String, Double> places) {
  /** The configuration as it is. */
  public static final Point AS_CONFIGURED = new Point(0, Map.of(), Map.of());

  public Point {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    places = Map.copyOf(places);
  }

  /** Also the beginning of a file's name. */
  public String name() {
    return number == 0 ? "as-configured" : String.format(Locale.ROOT, "trial-%03d", number);
  }
}
