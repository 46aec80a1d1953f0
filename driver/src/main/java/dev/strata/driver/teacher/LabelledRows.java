package dev.strata.driver.teacher;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.Block;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * Labelled rows in the driver's memory, encoded as networks take them.
 *
 * @param features {@code [rows][width]}
 * @param labels a class as its index, or a value
 * @param classes their number; 0 where labels are values
 */
record LabelledRows(float[][] features, double[] labels, int classes) {
  /** Numbers that all rows together may have: as doubles, about 1.6 GB. */
  private static final long MOST_NUMBERS = 200_000_000;

  /**
   * @param names of the classes, in index order; empty for values
   * @throws StrataException (data) where there are too many rows, or too few of a class; (data) as
   *     well where a label is several values
   */
  static LabelledRows read(Configuration hadoop, ShardSet set, List<String> names) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    ArraySpec label = manifest.array(ArrayRole.LABEL, 0).orElseThrow();
    if (label.rowLength() > 1) {
      throw StrataException.data("a teacher learns one value of each row")
          .key("data.label")
          .file(set.folder())
          .found(label.rowLength() + " values")
          .expected("a column of single values; or task.teacher.column")
          .build();
    }
    int width = manifest.inputWidth(0);
    if (manifest.rows() * width > MOST_NUMBERS) {
      throw StrataException.data("too many labelled rows for a teacher")
          .key(TeacherSettings.LABELLED)
          .file(set.folder())
          .found(manifest.rows() + " rows of " + width + " numbers")
          .expected(
              "at most "
                  + MOST_NUMBERS / width
                  + " rows; select some by "
                  + TeacherSettings.LABELLED
                  + ".where or data.labels-per-class")
          .build();
    }
    float[][] features = new float[Math.toIntExact(manifest.rows())][width];
    double[] labels = new double[features.length];
    int at = 0;
    for (int i = 0; i < manifest.blocks().size(); i++) {
      Block block = BlockStore.shared().open(hadoop, set, manifest, i);
      int input = manifest.arrays().indexOf(manifest.array(ArrayRole.INPUT, 0).orElseThrow());
      int position = manifest.arrays().indexOf(label);
      for (int row = 0; row < block.rows(); row++) {
        block.read(input, row, features[at], 0);
        block.read(position, row, labels, at);
        at++;
      }
    }
    LabelledRows rows = new LabelledRows(features, labels, label.classes());
    rows.requireTwoOfEach(names, set);
    return rows;
  }

  /** Number of rows. */
  int count() {
    return labels.length;
  }

  /** Each fold's teacher must see each class. */
  private void requireTwoOfEach(List<String> names, ShardSet set) {
    Map<Integer, Set<RowKey>> found = new HashMap<>();
    for (int i = 0; i < count(); i++) {
      found.computeIfAbsent(group(i), c -> new HashSet<>()).add(new RowKey(features[i]));
    }
    for (int group = 0; group < Math.max(1, classes); group++) {
      int different = found.getOrDefault(group, Set.of()).size();
      if (different < 2) {
        throw StrataException.data("too few labelled rows for a teacher")
            .key(TeacherSettings.LABELLED)
            .file(set.folder())
            .found(
                different
                    + (different == 1 ? " different row" : " different rows")
                    + (classes == 0 ? "" : " of class " + names.get(group)))
            .expected(
                "at least 2, because each row is labelled by models that were fitted without it"
                    + (classes == 0 ? "" : "; or leave the class out"))
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
  int[] folds(int most) {
    Map<RowKey, Integer> known = new HashMap<>();
    Map<Integer, Integer> next = new HashMap<>();
    Map<Integer, Integer> numbers = new HashMap<>();
    int[] folds = new int[count()];
    for (int i = 0; i < folds.length; i++) {
      int group = group(i);
      Integer fold = known.get(new RowKey(features[i]));
      if (fold == null) {
        int turn = next.merge(group, 1, Integer::sum) - 1;
        fold = numbers.computeIfAbsent((turn + group) % most, n -> numbers.size());
        known.put(new RowKey(features[i]), fold);
      }
      folds[i] = fold;
    }
    return folds;
  }

  private int group(int row) {
    return classes == 0 ? 0 : (int) labels[row];
  }
}
