package dev.strata.driver.averaging;

import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.round.StateVector;

/** Running statistics among the elements of a parameter vector. */
public final class StatisticsSegments {
  private StatisticsSegments() {}

  /** A new vector: statistics of one, all else of the other. */
  public static StateVector copied(
      StateVector statistics, StateVector others, ParameterLayout layout) {
    StateVector both = others.part(0, others.length());
    for (PooledStatistics segment : layout.statistics()) {
      for (int i = 0; i < segment.length(); i++) {
        both.set(segment.mean() + i, statistics.get(segment.mean() + i));
        both.set(segment.variance() + i, statistics.get(segment.variance() + i));
      }
    }
    return both;
  }
}
