package dev.strata.driver.split;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.RowCodec.Place;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import scala.Tuple2;

/** Keys of a split's rule, ascending, each once, and how many rows have each. */
public record SortedKeys(long[] keys, long[] rows) {

  /** Gathers the keys of one partition. */
  static final class Collector {
    private final Map<Long, Long> rows = new TreeMap<>();
    private long kinds;

    void add(Place place) {
      kinds |= 1L << place.keyKind();
      rows.merge(place.key(), 1L, Long::sum);
    }

    /** The kinds of keys met, then the keys; their rows. */
    Tuple2<long[], long[]> result() {
      long[] keys = new long[rows.size() + 1];
      long[] counts = new long[rows.size()];
      keys[0] = kinds;
      int i = 0;
      for (Map.Entry<Long, Long> entry : rows.entrySet()) {
        counts[i++] = entry.getValue();
        keys[i] = entry.getKey();
      }
      return new Tuple2<>(keys, counts);
    }
  }

  /**
   * @throws StrataException (data) where numbers and times are found, which have no order, or where
   *     every number may be a date as well ({@link DateNumber})
   */
  static SortedKeys merge(List<Tuple2<long[], long[]>> partitions, String column) {
    Map<Long, Long> merged = new TreeMap<>();
    long kinds = 0;
    for (Tuple2<long[], long[]> partition : partitions) {
      kinds |= partition._1[0];
      for (int i = 0; i < partition._2.length; i++) {
        merged.merge(partition._1[i + 1], partition._2[i], Long::sum);
      }
    }
    if (kinds == 1L << SplitKeyReader.DATE_NUMBER) {
      throw StrataException.data("column " + column + " may contain dates or numbers")
          .key("data.split.column")
          .found(
              "values such as "
                  + PlainText.category(SplitKeyReader.number(merged.keySet().iterator().next())))
          .expected(DateNumber.REMEDY)
          .build();
    }
    long numbers = 1L << SplitKeyReader.NUMBER | 1L << SplitKeyReader.DATE_NUMBER;
    if (Long.bitCount(kinds) > 1 && kinds != numbers) {
      throw StrataException.data("column " + column + " mixes numbers with dates")
          .key("data.split.column")
          .expected("only numbers, or only dates and times")
          .build();
    }
    return new SortedKeys(
        merged.keySet().stream().mapToLong(Long::longValue).toArray(),
        merged.values().stream().mapToLong(Long::longValue).toArray());
  }
}
