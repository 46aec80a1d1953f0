package dev.strata.executor.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The laws of replaced words. */
class ReplaceWordTest {
  private static final long[] COUNTS = {0, 900, 50, 30, 10, 5, 4, 1};
  private static final float[] TEXT = {2, 3, 1, 2, 7, 0, 0, 0};

  @Test
  void replacesExactlyAsManyWordsAsAskedAndNeverByPaddingOrUnknown() {
    for (int count = 1; count <= 5; count++) {
      Corruption corruption = corruption(count, 1.0);
      for (int row = 0; row < 500; row++) {
        float[] copy = TEXT.clone();
        assertThat(corruption.corrupt(copy, CorruptionPlan.random(1, row, 0, 0))).isTrue();
        int changed = 0;
        for (int i = 0; i < copy.length; i++) {
          if (copy[i] != TEXT[i]) {
            changed++;
            assertThat(copy[i]).isBetween(2f, 7f);
          }
        }
        assertThat(changed).isEqualTo(count);
      }
    }
  }

  @Test
  void drawsAnotherWordWithItsShareOfTheOthers() {
    for (double power : new double[] {1, 0.75, 0}) {
      Corruption corruption = corruption(1, power);
      for (int original : new int[] {1, 2, 3, 7}) {
        double sum = 0;
        double[] shares = new double[COUNTS.length];
        for (int word = 2; word < shares.length; word++) {
          shares[word] = word == original ? 0 : Math.pow((double) COUNTS[word], power);
          sum += shares[word];
        }
        for (int word = 0; word < shares.length; word++) {
          shares[word] /= sum;
        }
        long[] drawn = new long[COUNTS.length];
        for (int i = 0; i < 10_000; i++) {
          float[] row = {original, 0};
          corruption.corrupt(row, CorruptionPlan.random(5, i, 0, 0));
          drawn[(int) row[0]]++;
        }
        assertThat(ChiSquare.probability(drawn, shares)).isGreaterThan(0.001);
      }
    }
  }

  @Test
  void everyPlaceIsAsLikely() {
    Corruption corruption = corruption(2, 1.0);
    int[] changed = new int[5];
    for (int i = 0; i < 10_000; i++) {
      float[] row = TEXT.clone();
      corruption.corrupt(row, CorruptionPlan.random(3, i, 0, 0));
      for (int j = 0; j < 5; j++) {
        changed[j] += row[j] == TEXT[j] ? 0 : 1;
      }
    }
    for (int times : changed) {
      assertThat(times / 10_000.0).isCloseTo(0.4, within(0.02));
    }
  }

  @Test
  void theSameSeedRowEpochAndCopyGiveTheSameRowAndOthersGiveOthers() {
    Corruption corruption = corruption(2, 1.0);
    Set<List<Float>> seen = new HashSet<>();
    long[][] places = {{1, 1, 1, 1}, {2, 1, 1, 1}, {1, 2, 1, 1}, {1, 1, 2, 1}, {1, 1, 1, 2}};
    for (long[] p : places) {
      float[] first = longText();
      float[] second = longText();
      corruption.corrupt(first, CorruptionPlan.random(p[0], p[1], (int) p[2], (int) p[3]));
      corruption(2, 1.0).corrupt(second, CorruptionPlan.random(p[0], p[1], (int) p[2], (int) p[3]));
      assertThat(first).containsExactly(second);
      List<Float> boxed = new ArrayList<>();
      for (float x : first) {
        boxed.add(x);
      }
      seen.add(boxed);
    }
    assertThat(seen).hasSize(places.length);
  }

  @Test
  void aTextWithTooFewWordsIsLeftAsItWas() {
    float[] row = {2, 3, 0, 0};
    assertThat(corruption(3, 1.0).corrupt(row, CorruptionPlan.random(1, 1, 1, 1))).isFalse();
    assertThat(row).containsExactly(2, 3, 0, 0);
    float[] empty = {0, 0};
    assertThat(corruption(1, 1.0).corrupt(empty, CorruptionPlan.random(1, 1, 1, 1))).isFalse();
  }

  @Test
  void oneWordAloneCannotBeReplaced() {
    RowFacts facts = RowFacts.ofTexts(4, new long[] {0, 3, 8, 0});
    assertThatThrownBy(() -> new ReplaceWord(1, 1.0).create("task.corruption[0]", facts))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("a vocabulary of 1 word");
  }

  /** 50 to the power of 150 has no digit left for the sum of all others. */
  @Test
  void aPowerThatLeavesOneWordAloneIsRefused() {
    assertThatThrownBy(() -> corruption(1, 150))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("task.corruption[0].power");
    assertThatThrownBy(() -> corruption(1, 1000)).isInstanceOf(StrataException.class);
    float[] row = {2, 0};
    assertThat(corruption(1, 4).corrupt(row, CorruptionPlan.random(1, 1, 1, 1))).isTrue();
  }

  private static float[] longText() {
    float[] row = new float[200];
    for (int i = 0; i < row.length; i++) {
      row[i] = 2 + i % 6;
    }
    return row;
  }

  private static Corruption corruption(int count, double power) {
    return new CorruptionPlan(
            "task.corruption",
            List.of(new ReplaceWord(count, power)),
            RowFacts.ofTexts(200, COUNTS))
        .corruption();
  }
}
