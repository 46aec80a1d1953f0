package dev.strata.driver.averaging;

import dev.strata.driver.averaging.RoundOutcome.WorkerKept;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.round.RoundStart;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerResult;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a round on the cluster and averages the workers' states, weighted by their rows. The driver
 * collects the whole state of every worker, N·P floats, and sums in float64 in worker order.
 */
final class RoundAverager {
  private final RoundJob job;
  private final ParameterLayout layout;

  RoundAverager(RoundJob job, ParameterLayout layout) {
    this.job = job;
    this.layout = layout;
  }

  /**
   * @param turns one for each worker that takes part, in worker order
   * @return the same bytes however the tasks are placed, ordered or retried
   */
  RoundOutcome run(RoundStart start, List<WorkerTurn> turns) {
    RoundJob.Collected collected = job.run(start, turns);
    long begun = System.nanoTime();
    List<StateVector> parameters = new ArrayList<>();
    List<StateVector> optimizerStates = new ArrayList<>();
    List<WorkerKept> kept = new ArrayList<>();
    List<Long> weights = new ArrayList<>();
    double lossSum = 0;
    long rows = 0;
    double setup = 0;
    double train = 0;
    for (WorkerResult result : collected.results()) {
      kept.add(new WorkerKept(result.worker(), result.state(), result.place(), result.device()));
      setup = Math.max(setup, result.setupNanos() / 1e6);
      train = Math.max(train, result.trainNanos() / 1e6);
      if (result.rows() > 0) {
        parameters.add(result.parameters());
        optimizerStates.add(result.optimizerState());
        weights.add(result.rows());
        lossSum += result.lossSum();
        rows += result.rows();
      }
    }
    long[] weight = weights.stream().mapToLong(Long::longValue).toArray();
    StateVector mean = WeightedAverage.of(parameters, weight);
    WeightedAverage.pool(mean, parameters, weight, layout.statistics());
    StateVector optimizerMean = WeightedAverage.of(optimizerStates, weight);
    double average = (System.nanoTime() - begun) / 1e6;
    return new RoundOutcome(
        mean,
        optimizerMean,
        kept,
        rows,
        lossSum,
        new RoundTimes(collected.broadcastMillis(), collected.jobMillis(), setup, train, average),
        collected.traffic());
  }
}
