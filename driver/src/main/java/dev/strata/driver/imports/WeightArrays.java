package dev.strata.driver.imports;

import java.util.Collection;
import java.util.Map;

/** Arrays of a file by their names. */
interface WeightArrays {
  /** All names, read or not. */
  Collection<String> names();

  /** Those that were wanted and are there. */
  Map<String, NumpyArray> arrays();

  /** Both as they are given. */
  static WeightArrays of(Collection<String> names, Map<String, NumpyArray> arrays) {
    return new WeightArrays() {
      @Override
      public Collection<String> names() {
        return names;
      }

      @Override
      public Map<String, NumpyArray> arrays() {
        return arrays;
      }
    };
  }
}
