package dev.strata.driver.split;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.RowCodec;
import dev.strata.executor.preprocess.RowLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import scala.Tuple2;

/** Counts the sorted rows of one partition. */
final class RowCounter {
  /** More classes than this are taken for a label that is no class. */
  private static final int MOST_CLASSES = 1 << 16;

  private final PartRule rule;
  private final int mostCategories;
  private final List<Set<String>> categories = new ArrayList<>();
  private final Map<Byte, Map<String, Long>> strata = new TreeMap<>();
  private final boolean grouped;
  private final Map<Byte, Map<String, Long>> groups = new TreeMap<>();
  private final long[] summary = new long[3];
  private long used;
  private long duplicates;
  private boolean bytes = true;

  /**
   * @param mostCategories distinct categories of a column that are counted at most
   */
  RowCounter(PartRule rule, RowLayout layout, int mostCategories) {
    this.rule = rule;
    this.mostCategories = mostCategories;
    this.grouped = layout.group() != null;
    for (int i = 0; i < layout.categories(); i++) {
      categories.add(new TreeSet<>());
    }
  }

  SplitCounts count(Iterator<Tuple2<byte[], byte[]>> rows) {
    byte[] last = new byte[0];
    while (rows.hasNext()) {
      Tuple2<byte[], byte[]> pair = rows.next();
      byte[] row = pair._1;
      if (row.length == 0) {
        ByteBuffer sums = ByteBuffer.wrap(pair._2);
        for (int i = 0; i < summary.length; i++) {
          summary[i] += sums.getLong();
        }
        continue;
      }
      used++;
      duplicates += Arrays.equals(row, last) ? 1 : 0;
      bytes &= RowCodec.fitsBytes(row);
      countLabel(row);
      if (grouped || !categories.isEmpty()) {
        PlainRow plain = RowCodec.decode(row);
        countTexts(plain.texts());
        countGroup(row, plain.group());
      }
      last = row;
    }
    return SplitCountsBuilder.builder()
        .rows(used)
        .read(summary[0])
        .droppedMissing(summary[1])
        .droppedLabelMissing(summary[2])
        .duplicates(duplicates)
        .bytes(bytes)
        .categories(categories)
        .strata(strata)
        .groups(groups)
        .build();
  }

  private void countLabel(byte[] row) {
    String name = RowCodec.labelClass(row);
    Map<String, Long> classes =
        strata.computeIfAbsent(rule.part(RowCodec.place(row)), p -> new HashMap<>());
    classes.merge(name == null ? "" : name, 1L, Long::sum);
    if (classes.size() > MOST_CLASSES) {
      throw StrataException.data("the label has too many different values for a class label")
          .key("data.label-kind")
          .found("more than " + MOST_CLASSES + " classes")
          .expected("classes, or label-kind = value")
          .build();
    }
  }

  private void countGroup(byte[] row, String group) {
    if (grouped) {
      groups
          .computeIfAbsent(rule.part(RowCodec.place(row)), p -> new HashMap<>())
          .merge(group, 1L, Long::sum);
    }
  }

  private void countTexts(String[] texts) {
    // A layout has categories, or texts that are none.
    for (int i = 0; i < categories.size(); i++) {
      if (texts[i] != null && categories.get(i).size() < mostCategories) {
        categories.get(i).add(texts[i]);
      }
    }
  }
}
