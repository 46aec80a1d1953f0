package dev.strata.executor.preprocess;

import dev.strata.executor.failure.StrataException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/** Conditions on the parts of one {@code preprocessing.json}. */
abstract class Consistency {
  private final Object file;

  /**
   * @param file named in the error
   */
  Consistency(Object file) {
    this.file = file;
  }

  /** The file that is named in errors. */
  final Object file() {
    return file;
  }

  final void requireCounts(List<Long> counts, String at) {
    for (long count : counts) {
      require(count >= 0, at, count, "counts of at least 0");
    }
  }

  final void requireDistinct(List<String> names, String at) {
    HashSet<String> known = new HashSet<>();
    for (String name : names) {
      require(known.add(name), at, "twice " + name, "different names");
    }
  }

  final void requireNoNull(Collection<String> values, String at) {
    require(values.stream().allMatch(Objects::nonNull), at, "null", "texts");
  }

  final void requireThere(Object value, String at) {
    require(value != null, at, "nothing", "a value");
  }

  /**
   * @param at path of the field in the file
   * @throws StrataException (data) where the condition does not hold
   */
  final void require(boolean holds, String at, Object found, String expected) {
    if (!holds) {
      throw StrataException.data("the preprocessing is inconsistent")
          .file(file)
          .found(at + ": " + found)
          .expected(expected)
          .build();
    }
  }
}
