package dev.strata.driver.averaging;

import dev.strata.driver.averaging.RoundOutcome.WorkerKept;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs a round on the cluster and averages the workers' states, weighted by their rows, in float64
 * and in worker order: on the driver, which then gets the whole state of every worker, or on the
 * executors ({@link SlicedReduction}).
 */
final class RoundAverager {
  private final RoundJob job;
  private final ParameterLayout layout;
  private final boolean reusesResults;

  /**
   * @param reusesResults whether workers write their next results over these
   */
  RoundAverager(RoundJob job, ParameterLayout layout, boolean reusesResults) {
    this.job = job;
    this.layout = layout;
    this.reusesResults = reusesResults;
  }

  /**
   * @param moved what the outer step made of the mean; the mean itself without one
   */
  record Averaged(RoundOutcome outcome, OuterStep.Moved moved) {}

  /**
   * @param turns one for each worker that takes part, in worker order
   * @param outer the outer step, which is given the mean while that is made
   * @return the same bytes however the tasks are placed, ordered or retried
   */
  Averaged run(RoundJob.Prepared round, List<WorkerTurn> turns, Optional<OuterStep.Moving> outer) {
    RoundJob.Collected collected = job.run(round, turns);
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
      kept.add(
          new WorkerKept(
              result.worker(), result.state(), result.place(), result.device(), result.products()));
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
    SlicedReduction.Mean mean =
        collected.mean().orElseGet(() -> mean(parameters, optimizerStates, weight, outer));
    boolean passed = collected.mean().isEmpty() && weight.length > 1;
    OuterStep.Moved moved =
        outer
            .map(step -> passed ? step.end(mean.parameters()) : step.all(mean.parameters()))
            .orElseGet(() -> new OuterStep.Moved(mean.parameters(), StateVector.zeros(0)));
    double average = (System.nanoTime() - begun) / 1e6;
    RoundOutcome outcome =
        new RoundOutcome(
            mean.parameters(),
            mean.optimizerState(),
            kept,
            rows,
            lossSum,
            new RoundTimes(
                collected.broadcastMillis(), collected.jobMillis(), setup, train, average),
            collected.traffic());
    return new Averaged(outcome, moved);
  }

  private SlicedReduction.Mean mean(
      List<StateVector> parameters,
      List<StateVector> optimizerStates,
      long[] weight,
      Optional<OuterStep.Moving> outer) {
    if (weight.length == 1) {
      return new SlicedReduction.Mean(own(parameters.get(0)), own(optimizerStates.get(0)));
    }
    WeightedAverage.Pieces pieces =
        outer.<WeightedAverage.Pieces>map(step -> step).orElse(WeightedAverage.Pieces.NONE);
    StateVector mean = WeightedAverage.of(parameters, weight, pieces);
    WeightedAverage.pool(mean, parameters, weight, layout.statistics());
    return new SlicedReduction.Mean(mean, WeightedAverage.of(optimizerStates, weight));
  }

  /** What the worker does not write over. */
  private StateVector own(StateVector result) {
    return reusesResults ? result.part(0, result.length()) : result;
  }
}
