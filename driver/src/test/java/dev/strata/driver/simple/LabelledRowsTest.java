package dev.strata.driver.simple;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.TestShards;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledRowsTest {
  @TempDir private Path folder;

  private LabelledRows read(int... rowsOfBlocks) {
    ShardSet set = TestShards.clusters(folder.resolve("rows"), 3, 4, 3, true, rowsOfBlocks);
    return LabelledRows.read(new Configuration(), set, "a.key", "use fewer");
  }

  @Test
  void rowsAreReadInTheOrderOfTheirBlocks() {
    LabelledRows rows = read(20, 0, 11);
    assertThat(rows.count()).isEqualTo(31);
    assertThat(rows.classes()).isEqualTo(3);
    assertThat(rows.features()).hasDimensions(31, 4);
    assertThat(rows.labels()).contains(0, 1, 2).doesNotContain(3);
    // Input i of a class is about 1 where i ≡ class mod 3.
    float[] row = rows.features()[30];
    assertThat(row[(int) rows.labels()[30]]).isGreaterThan(0.2f);
  }

  @Test
  void predictionsAreHeldAgainstClasses() {
    LabelledRows rows = LabelledRows.unweighted(new float[3][1], new double[] {0, 1, 1}, 2);
    assertThat(rows.loss(0, new double[] {0.25, 0.75})).isCloseTo(Math.log(4), within(1e-12));
    assertThat(rows.loss(1, new double[] {1, 0})).isCloseTo(10 * Math.log(10), within(1e-9));
    assertThat(rows.predicts(0, new double[] {0.5, 0.5})).as("the first of equals").isTrue();
    assertThat(rows.predicts(1, new double[] {0.5, 0.5})).isFalse();
    assertThat(rows.predicts(2, new double[] {0.4, 0.6})).isTrue();
  }

  @Test
  void predictionsAreHeldAgainstValues() {
    LabelledRows rows = LabelledRows.unweighted(new float[1][1], new double[] {3}, 0);
    assertThat(rows.loss(0, new double[] {5})).isEqualTo(4);
  }
}
