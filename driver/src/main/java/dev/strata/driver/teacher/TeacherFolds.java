package dev.strata.driver.teacher;

import dev.strata.driver.simple.LabelledRows;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ShardSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Cuts labelled rows into the folds of a teacher. */
final class TeacherFolds {
  private TeacherFolds() {}

  /**
   * Each fold's teacher must see each class.
   *
   * @param names of the classes, in index order; empty for values
   * @param set that the rows were read from
   * @throws StrataException (data) where there are too few rows of a class
   */
  static void requireTwoOfEach(LabelledRows rows, List<String> names, ShardSet set) {
    Map<Integer, Set<RowKey>> found = new HashMap<>();
    for (int i = 0; i < rows.count(); i++) {
      found
          .computeIfAbsent(group(rows, i), c -> new HashSet<>())
          .add(new RowKey(rows.features()[i]));
    }
    for (int group = 0; group < Math.max(1, rows.classes()); group++) {
      int different = found.getOrDefault(group, Set.of()).size();
      if (different < 2) {
        boolean values = rows.classes() == 0;
        throw StrataException.data("too few labelled rows for a teacher")
            .key(TeacherSettings.LABELLED)
            .file(set.folder())
            .found(
                Counted.of(different, "different row")
                    + (values ? "" : " of class " + names.get(group)))
            .expected(
                "at least 2, because each row is labelled by models that were fitted without it"
                    + (values ? "" : "; or leave the class out"))
            .build();
      }
    }
  }

  /**
   * Fold of each row. Equal rows share a fold, and the rows of a class are dealt out to all folds
   * in turn, in the order of the rows, which is one of hashes.
   *
   * @param most folds, at least 2; there are fewer where there are fewer different rows
   * @return numbers from 0 on, without a gap
   */
  static int[] of(LabelledRows rows, int most) {
    Map<RowKey, Integer> known = new HashMap<>();
    Map<Integer, Integer> next = new HashMap<>();
    Map<Integer, Integer> numbers = new HashMap<>();
    int[] folds = new int[rows.count()];
    for (int i = 0; i < folds.length; i++) {
      int group = group(rows, i);
      Integer fold = known.get(new RowKey(rows.features()[i]));
      if (fold == null) {
        int turn = next.merge(group, 1, Integer::sum) - 1;
        fold = numbers.computeIfAbsent((turn + group) % most, n -> numbers.size());
        known.put(new RowKey(rows.features()[i]), fold);
      }
      folds[i] = fold;
    }
    return folds;
  }

  private static int group(LabelledRows rows, int row) {
    return rows.classes() == 0 ? 0 : (int) rows.labels()[row];
  }
}
