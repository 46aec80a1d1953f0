package dev.strata.driver.imports;

import java.util.Collection;
import java.util.Map;

/** Arrays of a file by their names. */
interface WeightArrays {
  /** All names, read or not. */
  Collection<String> names();

  /** Those that were wanted and are there. */
  Map<String, NumpyArray> arrays();
}
