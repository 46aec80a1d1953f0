package dev.strata.driver.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.simple.LabelledRows;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherFoldsTest {
  private static final List<String> NAMES = List.of("a", "b", "c");

  @TempDir private Path folder;

  private LabelledRows read(int... rowsOfBlocks) {
    ShardSet set = TestShards.clusters(folder.resolve("rows"), 3, 4, 3, true, rowsOfBlocks);
    LabelledRows rows = LabelledRows.read(new Configuration(), set, "a.key", "use fewer");
    TeacherFolds.requireTwoOfEach(rows, NAMES, set);
    return rows;
  }

  @Test
  void eachClassIsDealtOutToAllFolds() {
    LabelledRows rows = read(30, 31);
    int[] folds = TeacherFolds.of(rows, 5);
    int[][] found = new int[3][5];
    for (int i = 0; i < folds.length; i++) {
      found[(int) rows.labels()[i]][folds[i]]++;
    }
    for (int[] ofClass : found) {
      int all = ofClass[0] + ofClass[1] + ofClass[2] + ofClass[3] + ofClass[4];
      for (int ofFold : ofClass) {
        assertThat(ofFold).isBetween(all / 5, all / 5 + 1);
      }
    }
    assertThat(TeacherFolds.of(rows, 5)).isEqualTo(folds);
  }

  @Test
  void equalRowsShareAFoldWhateverTheirLabels() {
    Random random = new Random(1);
    float[][] features = new float[60][];
    double[] labels = new double[60];
    for (int i = 0; i < 60; i++) {
      features[i] = new float[] {random.nextInt(4), random.nextInt(3)};
      labels[i] = random.nextInt(2);
    }
    int[] folds = TeacherFolds.of(LabelledRows.unweighted(features, labels, 2), 3);
    for (int i = 0; i < 60; i++) {
      for (int j = 0; j < 60; j++) {
        if (new RowKey(features[i]).equals(new RowKey(features[j]))) {
          assertThat(folds[i]).isEqualTo(folds[j]);
        }
      }
    }
    assertThat(folds).contains(0, 1, 2).doesNotContain(3);
  }

  @Test
  void thereAreNoMoreFoldsThanDifferentRows() {
    float[][] features = {{1}, {2}, {1}, {3}};
    int[] folds =
        TeacherFolds.of(LabelledRows.unweighted(features, new double[] {7, 8, 9, 9}, 0), 10);
    assertThat(folds).containsExactly(0, 1, 0, 2);
  }

  @Test
  void aClassOfOneRowIsNamed() {
    assertThatThrownBy(() -> read(2))
        .hasMessageContaining("task.teacher.labelled")
        .hasMessageContaining("of class ")
        .hasMessageContaining("at least 2");
  }
}
