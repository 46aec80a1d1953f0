package dev.strata.bench.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class KneserNeyBigramTest {
  private static final int END = -2;

  @Test
  void probabilitiesAreThoseOfTheFormula() {
    // ^ 0 1 $ and ^ 0 2 0 1 $: the pairs ^0, 01 and 1$ twice, 02 and 20 once; D = 2 / (2 + 2 · 3).
    KneserNeyBigram model =
        new KneserNeyBigram(List.of(new int[] {0, 1}, new int[] {0, 2, 0, 1}), 3);
    double discount = 0.25;
    // Words before: 0 has two (^, 2), the others one, five in all; D' = 3 / (3 + 2 · 1), 4 words.
    double lower = 0.6;
    double q1 = (1 - lower + lower * 4 / 4) / 5;
    // 0 is followed three times, by two different words.
    assertThat(model.probability(0, 1))
        .isCloseTo((2 - discount + discount * 2 * q1) / 3, within(1e-12));
  }

  @Test
  void everyHistorysProbabilitiesSumToOne() {
    KneserNeyBigram model =
        new KneserNeyBigram(List.of(new int[] {0, 1, 3}, new int[] {0, 2, 0, 1}, new int[] {4}), 6);
    for (int before = -1; before < 6; before++) {
      double sum = model.probability(before, END);
      for (int word = 0; word < 6; word++) {
        sum += model.probability(before, word);
      }
      assertThat(sum).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void sentencesThatWereSeenAreMoreProbable() {
    KneserNeyBigram model =
        new KneserNeyBigram(List.of(new int[] {0, 1, 2}, new int[] {3, 1, 0}), 4);
    assertThat(model.logProbability(new int[] {0, 1, 2}))
        .isGreaterThan(model.logProbability(new int[] {0, 3, 2}));
  }
}
