package dev.strata.executor.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for any rows of any number of workers, any minibatch and any length of a round. */
class EpochPlanProperties {
  @Provide
  Arbitrary<EpochPlan> plans() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 3_000).list().ofMinSize(1).ofMaxSize(9),
            Arbitraries.integers().between(1, 400),
            Arbitraries.integers().between(1, 120),
            Arbitraries.of(RoundCut.class))
        .as(EpochPlan::new);
  }

  @Property
  void everyRowIsInOneMinibatchOfOneRound(@ForAll("plans") EpochPlan plan) {
    for (int worker = 0; worker < plan.workers(); worker++) {
      long rows = plan.workerRows().get(worker);
      assertThat((plan.minibatches(worker) - 1) * plan.batch()).isLessThan(Math.max(1, rows));
      assertThat(plan.minibatches(worker) * plan.batch()).isGreaterThanOrEqualTo(rows);
      long steps = 0;
      for (int round = 0; round < plan.roundsPerEpoch(); round++) {
        long left = plan.minibatches(worker) - steps;
        assertThat(plan.firstStep(round)).isGreaterThanOrEqualTo(steps);
        assertThat(plan.steps(round, worker)).isBetween(0, plan.steps(round));
        // A worker makes no pause: it takes all steps of a round, or its last ones.
        assertThat((long) plan.steps(round, worker)).isEqualTo(Math.min(left, plan.steps(round)));
        steps += plan.steps(round, worker);
      }
      assertThat(steps).isEqualTo(plan.minibatches(worker));
    }
  }

  @Property
  void roundsFollowEachOtherAndAreAsFewAsCanBe(@ForAll("plans") EpochPlan plan) {
    int rounds = plan.roundsPerEpoch();
    assertThat((long) rounds * plan.every()).isGreaterThanOrEqualTo(plan.longest());
    assertThat((rounds - 1L) * plan.every()).isLessThan(Math.max(1, plan.longest()));
    long next = 0;
    for (int round = 0; round < rounds; round++) {
      assertThat(plan.firstStep(round)).isEqualTo(next);
      assertThat(plan.steps(round)).isBetween(1, plan.every());
      assertThat(plan.share(round)).isGreaterThan(0).isLessThanOrEqualTo(1);
      next += plan.steps(round);
    }
    assertThat(next).isEqualTo(plan.longest());
  }

  @Property
  void evenRoundsDifferByOneMinibatchAtMost(@ForAll("plans") EpochPlan any) {
    EpochPlan plan = any.withCut(RoundCut.EVEN);
    int rounds = plan.roundsPerEpoch();
    for (int round = 0; round + 1 < rounds; round++) {
      assertThat(plan.steps(round) - plan.steps(rounds - 1)).isBetween(0, 1);
    }
  }

  @Property
  void theOrderOfTheWorkersChangesNoRound(@ForAll("plans") EpochPlan plan) {
    List<Long> reversed = new ArrayList<>(plan.workerRows());
    Collections.reverse(reversed);
    EpochPlan other = new EpochPlan(reversed, plan.batch(), plan.every(), plan.cut());
    assertThat(other.roundsPerEpoch()).isEqualTo(plan.roundsPerEpoch());
    for (int round = 0; round < plan.roundsPerEpoch(); round++) {
      assertThat(other.steps(round)).isEqualTo(plan.steps(round));
      assertThat(other.share(round)).isEqualTo(plan.share(round));
    }
  }
}
