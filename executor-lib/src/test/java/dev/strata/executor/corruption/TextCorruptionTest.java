package dev.strata.executor.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ImageShape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words that change places or are left out. */
class TextCorruptionTest {
  private static final float[] TEXT = {2, 3, 3, 4, 5, 6, 0, 0};
  private static final RowFacts TEXTS =
      RowFacts.ofTexts(TEXT.length, new long[] {0, 1, 9, 8, 7, 6, 5});

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void swapsExactlyAsManyPairsOfNeighboursThatDiffer(int count) {
    Corruption corruption = Rows.corruption(TEXTS, new SwapWords(count));
    int swapped = 0;
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      float[] copy = Rows.copy(corruption, TEXT, i);
      if (Arrays.equals(copy, TEXT)) {
        continue;
      }
      swapped++;
      seen.add(Arrays.toString(copy));
      assertThat(Rows.differences(copy, TEXT)).isEqualTo(2 * count);
      for (int j = 0; j < copy.length; j++) {
        if (copy[j] != TEXT[j]) {
          assertThat(copy[j]).isEqualTo(TEXT[j + 1]);
          assertThat(copy[j + 1]).isEqualTo(TEXT[j]);
          j++;
        }
      }
    }
    assertThat(swapped).isEqualTo(500);
    assertThat(seen).hasSize(4);
  }

  @Test
  void dropsExactlyAsManyWordsAndTheOthersMoveUp() {
    Corruption corruption = Rows.corruption(TEXTS, new DropWord(2));
    for (int i = 0; i < 200; i++) {
      float[] copy = Rows.copy(corruption, TEXT, i);
      assertThat(Words.count(copy)).isEqualTo(4);
      assertThat(Arrays.copyOfRange(copy, 4, 8)).containsOnly(0f);
      int next = 0;
      for (int j = 0; j < 4; j++) {
        while (TEXT[next] != copy[j]) {
          next++;
        }
        next++;
      }
      assertThat(next).isLessThanOrEqualTo(6);
    }
  }

  @Test
  void aSpanComesInAnotherOrderAndTheRestStays() {
    Corruption corruption = Rows.corruption(TEXTS, new ShuffleSpan(3));
    float[] sorted = TEXT.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < 200; i++) {
      float[] copy = Rows.copy(corruption, TEXT, i);
      int first = 0;
      while (copy[first] == TEXT[first]) {
        first++;
      }
      int last = TEXT.length - 1;
      while (copy[last] == TEXT[last]) {
        last--;
      }
      assertThat(last - first).isBetween(1, 2);
      Arrays.sort(copy);
      assertThat(copy).containsExactly(sorted);
    }
  }

  @Test
  void whereThereIsNothingToChooseTheRowStays() {
    float[] same = {3, 3, 3, 0};
    float[] single = {3, 0, 0, 0};
    RowFacts facts = RowFacts.ofTexts(4, new long[] {0, 1, 9, 8});
    for (float[] row : List.of(same, single)) {
      for (CorruptionSpec spec : List.of(new SwapWords(1), new ShuffleSpan(2), new DropWord(3))) {
        float[] copy = row.clone();
        assertThat(Rows.corruption(facts, spec).corrupt(copy, CorruptionPlan.random(1, 2, 3, 4)))
            .isFalse();
        assertThat(copy).containsExactly(row);
      }
    }
  }

  @Test
  void wordsAreAskedForWhereThereAreNone() {
    RowFacts images = RowFacts.ofImages(new ImageShape(2, 2, 1));
    for (CorruptionSpec spec :
        List.of(new ReplaceWord(1, 1), new SwapWords(1), new DropWord(1), new ShuffleSpan(2))) {
      assertThatThrownBy(() -> spec.create("task.corruption[3]", images))
          .isInstanceOf(StrataException.class)
          .hasMessageContaining("task.corruption[3].type; found: " + spec.type());
    }
  }
}
