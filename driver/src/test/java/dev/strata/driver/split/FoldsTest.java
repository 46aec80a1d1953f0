package dev.strata.driver.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.shard.Block;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldsTest {
  private static final int[] SHARES = {0, 0, 0, 0, 0, 0, 1, 1, 1, 2};

  private static int[] classes(int rows) {
    return IntStream.range(0, rows).map(row -> SHARES[(row * 7 + row / 10) % 10]).toArray();
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "3, 0", "5, 0", "10, 0", "2, 1", "5, 1", "5, 7"})
  void eachRowIsInOneFoldAndEachFoldHasTheClassesShares(int count, int repeat) {
    int[] classes = classes(173);
    Folds folds = Folds.of(classes, count, repeat);
    int[] times = new int[classes.length];
    for (int fold = 0; fold < count; fold++) {
      int[] held = folds.heldOut(fold);
      IntStream.of(held).forEach(row -> times[row]++);
      assertThat(IntStream.concat(IntStream.of(held), IntStream.of(folds.others(fold))).sorted())
          .containsExactlyElementsOf(IntStream.range(0, classes.length).boxed().toList());
      assertThat(held.length).isBetween(173 / count, 173 / count + 1);
      for (int label = 0; label < 3; label++) {
        int wanted = label;
        long own = IntStream.of(held).filter(row -> classes[row] == wanted).count();
        double share = IntStream.of(classes).filter(c -> c == wanted).count() / (double) count;
        assertThat(Math.abs(own - share)).isLessThanOrEqualTo(1);
      }
    }
    assertThat(times).containsOnly(1);
  }

  @Test
  void theFollowingFoldsAreStratifiedParts() {
    int[] classes = classes(173);
    Folds folds = Folds.of(classes, 5, 0);
    for (int fold = 0; fold < 5; fold++) {
      assertThat(folds.following(fold, 4)).isEqualTo(folds.others(fold));
      int[] next = folds.heldOut((fold + 1) % 5);
      int[] second = folds.heldOut((fold + 2) % 5);
      assertThat(folds.following(fold, 1)).isEqualTo(next);
      assertThat(folds.following(fold, 2))
          .isEqualTo(IntStream.concat(IntStream.of(next), IntStream.of(second)).sorted().toArray());
    }
  }

  @Test
  void repeatsAreCutInOtherWays() {
    int[] classes = classes(173);
    int[] first = Folds.of(classes, 5, 1).heldOut(0);
    assertThat(first).isEqualTo(Folds.of(classes, 5, 1).heldOut(0));
    assertThat(first).isNotEqualTo(Folds.of(classes, 5, 0).heldOut(0));
    assertThat(first).isNotEqualTo(Folds.of(classes, 5, 2).heldOut(0));
  }

  @Test
  void classesAreThoseOfTheStoredRows(@TempDir Path folder) {
    ShardSet rows = TestShards.clusters(folder, 4, 3, 3, false, 20, 0, 31);
    Configuration hadoop = new Configuration();
    ShardManifest manifest = ManifestFile.read(hadoop, rows);
    int[] classes =
        IntStream.of(0, 1, 2)
            .mapToObj(block -> BlockStore.shared().open(hadoop, rows, manifest, block))
            .flatMapToInt(FoldsTest::labels)
            .toArray();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    Folds folds = Folds.of(spark, rows, 4, 0);
    for (int fold = 0; fold < 4; fold++) {
      assertThat(folds.heldOut(fold)).isEqualTo(Folds.of(classes, 4, 0).heldOut(fold));
    }
    assertThatThrownBy(() -> Folds.of(spark, rows, 52, 0)).hasMessageContaining("51 rows");
  }

  private static IntStream labels(Block block) {
    return IntStream.range(0, block.rows()).map(row -> block.classIndex(1, row));
  }
}
