package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.json.Json;
import dev.strata.executor.testing.Seed;
import dev.strata.executor.testing.Seeded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CategoryCountsTest {
  @Test
  void fewCategoriesHaveAnElementEach() {
    ColumnStatistics column = counted(new CategoryRule(3, 1, 4), "b", "a", "c", "b", null);
    assertThat(column.categories()).containsExactly("a", "b", "c");
    assertThat(column.frequencies()).containsExactly(1L, 2L, 1L);
    assertThat(column.buckets()).isEmpty();
    assertThat(column.missing()).isEqualTo(1);
  }

  @Test
  void ofManyTheMostFrequentHaveOneAndTheOthersShareBuckets() {
    ColumnStatistics column = counted(new CategoryRule(2, 1, 3), "d", "d", "c", "b", "a", "c", "b");
    assertThat(column.categories())
        .as("of b, c and d, equally frequent, the first")
        .containsExactly("b", "c");
    assertThat(column.frequencies()).containsExactly(2L, 2L);
    long[] expected = new long[3];
    expected[CategoryHash.bucket("d", 3)] += 2;
    expected[CategoryHash.bucket("a", 3)] += 1;
    assertThat(column.buckets()).containsExactly(expected[0], expected[1], expected[2]);
  }

  @Test
  void rareCategoriesShareABucket() {
    ColumnStatistics column = counted(new CategoryRule(256, 2, 1), "a", "a", "b", "c");
    assertThat(column.categories()).containsExactly("a");
    assertThat(column.buckets()).containsExactly(2L);
  }

  /** Beyond 65,536 categories no one is counted by name, and memory stays bounded. */
  @Test
  @Seeded(11)
  void theBlocksDoNotMatter(Seed seed) {
    CategoryRule rule = new CategoryRule(100, 1, 20);
    for (int categories : new int[] {90, 5_000, 66_000}) {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < categories; i++) {
        Collections.addAll(texts, "k" + i, "k" + i * i % categories);
      }
      ColumnStatistics whole = counted(rule, texts.toArray(String[]::new));
      assertThat(whole.places()).isEqualTo(categories == 90 ? 90 : 120);
      assertThat(whole.buckets().size())
          .isEqualTo(categories == 90 ? 0 : categories == 5_000 ? 20 : 120);
      Collections.shuffle(texts, new Random(seed.value()));
      CategoryCounts merged = new CategoryCounts(rule);
      for (int from = 0; from < texts.size(); from += 30_001) {
        CategoryCounts block = new CategoryCounts(rule);
        texts.subList(from, Math.min(texts.size(), from + 30_001)).forEach(block::add);
        String sent = Json.line(block.state());
        merged.merge(Json.read(sent, CategoryCounts.State.class, "test"));
      }
      assertThat(merged.statistics()).isEqualTo(whole);
    }
  }

  /**
   * MurmurHash3_x86_32 with seed 0, of the reference implementation: "" is 0, "hello" 0x248bfa47,
   * "hello, world" 0x149bbb7f, "The quick brown fox jumps over the lazy dog" 0x2e4ff723.
   */
  @Test
  void theHashIsTheReferences() {
    int modulus = 1_000_003;
    assertThat(CategoryHash.bucket("", modulus)).isZero();
    assertThat(CategoryHash.bucket("hello", modulus)).isEqualTo((int) (0x248bfa47L % modulus));
    assertThat(CategoryHash.bucket("hello, world", modulus))
        .isEqualTo((int) (0x149bbb7fL % modulus));
    assertThat(CategoryHash.bucket("The quick brown fox jumps over the lazy dog", modulus))
        .isEqualTo((int) (0x2e4ff723L % modulus));
  }

  private static ColumnStatistics counted(CategoryRule rule, String... texts) {
    CategoryCounts counts = new CategoryCounts(rule);
    for (String text : texts) {
      counts.add(text);
    }
    return counts.statistics();
  }
}
