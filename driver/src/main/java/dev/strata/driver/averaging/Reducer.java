package dev.strata.driver.averaging;

import dev.strata.executor.round.RoundStart;
import java.util.List;

/** Runs the workers' parts of a round on the cluster and averages what they bring back. */
interface Reducer {
  /**
   * @param turns one each for the workers that take part, in worker order
   * @return the same bytes however the tasks were placed, ordered or retried
   */
  RoundOutcome run(RoundStart start, List<WorkerTurn> turns);
}
