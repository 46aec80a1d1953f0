package dev.strata.executor.round;

import dev.strata.executor.device.Device;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The learners that stay in this JVM between rounds. One is leased exclusively: while a task has
 * it, no other task finds it, so a late duplicate of a task builds its own. It is only an
 * optimisation: a round gives the same bytes without.
 */
final class LearnerCache {
  private static final LearnerCache SHARED = new LearnerCache(Duration.ofMinutes(10));

  private final Duration idleLimit;
  private final List<Resident> idle = new ArrayList<>();

  LearnerCache(Duration idleLimit) {
    this.idleLimit = idleLimit;
  }

  static LearnerCache shared() {
    return SHARED;
  }

  /**
   * Takes out a resident that has the state the task needs and was made on the task's device: a
   * learner stays where its arrays are.
   */
  synchronized Optional<Resident> lock(RoundPhase phase, RoundTask task, Device device) {
    for (int i = 0; i < idle.size(); i++) {
      if (idle.get(i).serves(phase, task, device)) {
        return Optional.of(idle.remove(i));
      }
    }
    return Optional.empty();
  }

  /**
   * Puts a resident back and lets go those that no later round can want. Spark hands the addresses
   * of an executor to a worker in turns, so that the worker may have a learner on each of them.
   */
  synchronized void giveBack(Resident resident, String attempt, int worker) {
    List<Resident> old = new ArrayList<>();
    for (Resident other : idle) {
      boolean replaced = other.of(attempt, worker) && other.device().equals(resident.device());
      if (replaced || other.idleNanos() > idleLimit.toNanos()) {
        old.add(other);
      }
    }
    idle.removeAll(old);
    idle.add(resident);
    old.forEach(Resident::close);
  }

  /** Lets go all of one attempt, or of every attempt where none is named. */
  synchronized int clear(Optional<String> attempt) {
    List<Resident> old = new ArrayList<>();
    for (Resident resident : idle) {
      if (attempt.isEmpty() || resident.attempt().equals(attempt.get())) {
        old.add(resident);
      }
    }
    idle.removeAll(old);
    old.forEach(Resident::close);
    return old.size();
  }
}
