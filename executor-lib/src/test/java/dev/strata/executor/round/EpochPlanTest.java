package dev.strata.executor.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EpochPlanTest {
  private static EpochPlan ofMinibatches(int every, long... minibatches) {
    List<Long> rows = new ArrayList<>();
    for (long count : minibatches) {
      rows.add(count);
    }
    return new EpochPlan(rows, 1, every);
  }

  private static List<Integer> rounds(EpochPlan plan) {
    List<Integer> steps = new ArrayList<>();
    for (int round = 0; round < plan.roundsPerEpoch(); round++) {
      steps.add(plan.steps(round));
    }
    return steps;
  }

  @Test
  void roundsAreEvenAndAsFewAsCanBe() {
    assertThat(rounds(ofMinibatches(40, 86, 85))).containsExactly(29, 29, 28);
    assertThat(rounds(ofMinibatches(43, 86, 85))).containsExactly(43, 43);
    assertThat(rounds(ofMinibatches(40, 80))).containsExactly(40, 40);
    assertThat(rounds(ofMinibatches(40, 81))).containsExactly(27, 27, 27);
    assertThat(rounds(ofMinibatches(1, 3))).containsExactly(1, 1, 1);
  }

  @ParameterizedTest
  @CsvSource({"1", "6", "39", "40"})
  void anEpochOfNoMoreThanAWholeRoundStaysOne(int minibatches) {
    EpochPlan plan = ofMinibatches(40, minibatches, minibatches);
    assertThat(rounds(plan)).containsExactly(minibatches);
    assertThat(plan.share(0)).isEqualTo(minibatches / 40.0);
  }

  @Test
  void runsOfOlderVersionsHaveWholeRoundsAndARest() {
    EpochPlan plan = ofMinibatches(40, 86, 41).withCut(RoundCut.WHOLE_FIRST);
    assertThat(rounds(plan)).containsExactly(40, 40, 6);
    assertThat(plan.steps(1, 1)).isEqualTo(1);
    assertThat(plan.steps(2, 1)).isZero();
    assertThat(plan.share(2)).isEqualTo(1);
  }

  @Test
  void everyMinibatchIsInOneRound() {
    for (RoundCut cut : RoundCut.values()) {
      for (int every = 1; every <= 12; every++) {
        for (int longest = 1; longest <= 50; longest++) {
          int shorter = longest * 2 / 3;
          EpochPlan plan = ofMinibatches(every, shorter, longest, 0).withCut(cut);
          List<Integer> rounds = rounds(plan);
          assertThat(rounds).hasSize((longest + every - 1) / every);
          assertThat(Collections.max(rounds)).isLessThanOrEqualTo(every);
          assertThat(Collections.min(rounds)).isPositive();
          if (cut == RoundCut.EVEN) {
            assertThat(Collections.max(rounds) - Collections.min(rounds)).isLessThanOrEqualTo(1);
          }
          for (int worker = 0; worker < 3; worker++) {
            long next = 0;
            for (int round = 0; round < rounds.size(); round++) {
              int steps = plan.steps(round, worker);
              if (steps > 0) {
                assertThat(plan.firstStep(round)).isEqualTo(next);
              }
              next += steps;
            }
            assertThat(next).isEqualTo(plan.minibatches(worker));
          }
        }
      }
    }
  }

  @Test
  void anEpochOfSeveralPassesHasTheMinibatchesOfAll() {
    EpochPlan plan = new EpochPlan(List.of(5L, 3L), 2, 4).withPasses(3);
    assertThat(plan.minibatchesOfPass(0)).isEqualTo(3);
    assertThat(plan.minibatches(0)).isEqualTo(9);
    assertThat(plan.minibatches(1)).isEqualTo(6);
    assertThat(rounds(plan)).containsExactly(3, 3, 3);
    assertThat(plan.steps(1, 1)).isEqualTo(3);
    assertThat(plan.steps(2, 1)).isZero();
    assertThat(plan.withCut(RoundCut.WHOLE_FIRST).passes()).isEqualTo(3);
  }
}
