package dev.strata.driver.training;

import dev.strata.driver.averaging.TrainingState;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.Schedules;
import dev.strata.executor.round.EpochPlan;
import java.util.List;
import java.util.OptionalInt;

/**
 * Rounds after which a snapshot is kept: the last one that ends within its cycle, as the learning
 * rate is high again after it. A function of schedule and plan alone, so that a resumed run, or one
 * that continues for more epochs, keeps the same ones.
 */
final class SnapshotTimes {
  private final boolean byEpoch;
  private final List<Integer> ends;
  private final EpochPlan plan;

  private SnapshotTimes(boolean byEpoch, List<Integer> ends, EpochPlan plan) {
    this.byEpoch = byEpoch;
    this.ends = List.copyOf(ends);
    this.plan = plan;
  }

  /** Never. */
  static SnapshotTimes none(EpochPlan plan) {
    return new SnapshotTimes(true, List.of(), plan);
  }

  /**
   * @param begun iteration at which the phase begins
   * @param epochs of the phase
   * @throws StrataException (configuration) where no cycle ends within the phase
   */
  static SnapshotTimes of(ScheduleSettings schedule, EpochPlan plan, long begun, int epochs) {
    boolean byEpoch = schedule.unit().equals("epoch");
    long last = byEpoch ? epochs : begun + epochs * plan.longest();
    // the round that training ends with may be a cycle's last one, as in longer training
    List<Integer> ends =
        Schedules.cycleEnds(schedule, byEpoch ? last : last + plan.steps(0) - 1).stream()
            .filter(end -> byEpoch || end >= begun + plan.steps(0))
            .toList();
    if (ends.isEmpty()) {
      throw StrataException.configuration("no cycle of the learning rate ends within training")
          .key("training.snapshots")
          .found("training of " + last + " " + schedule.unit() + "s")
          .expected("shorter cycles (network.schedule), more epochs, or 0")
          .build();
    }
    return new SnapshotTimes(byEpoch, ends, plan);
  }

  /** The cycle whose end a round is, from 1; empty if the round is none's. */
  OptionalInt due(TrainingState now, boolean epochEnded) {
    if (byEpoch && !epochEnded) {
      return OptionalInt.empty();
    }
    long time = byEpoch ? now.epoch() : now.iteration();
    long next = byEpoch ? time + 1 : time + plan.steps(now.roundInEpoch());
    for (int cycle = ends.size(); cycle > 0; cycle--) {
      int end = ends.get(cycle - 1);
      if (time <= end && end < next) {
        return OptionalInt.of(cycle);
      }
    }
    return OptionalInt.empty();
  }
}
