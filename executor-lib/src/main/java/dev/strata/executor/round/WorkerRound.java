package dev.strata.executor.round;

import dev.strata.executor.device.Blas;
import dev.strata.executor.device.Device;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.Minibatch;
import java.util.Optional;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One worker's part of one round: a pure function of (phase, start, the worker's own state), so
 * that a task that is retried or speculated gives the same bytes.
 */
public final class WorkerRound {
  private final LearnerCache residents;
  private final Devices devices;

  /** Uses the learners that stay in this JVM. */
  public WorkerRound() {
    this(LearnerCache.shared());
  }

  WorkerRound(LearnerCache residents) {
    this(residents, Devices.OF_TASK);
  }

  WorkerRound(LearnerCache residents, Devices devices) {
    this.residents = residents;
    this.devices = devices;
  }

  /** Lets go what stays in this JVM for an attempt that has ended. */
  public static int release(String attempt) {
    return LearnerCache.shared().clear(Optional.of(attempt));
  }

  /** Lets go everything that stays in this JVM; returns how many learners that were. */
  public static int releaseAll() {
    return LearnerCache.shared().clear(Optional.empty());
  }

  /**
   * @param place where this runs, handed back with the result
   */
  public WorkerResult run(RoundPhase phase, RoundTask task, RoundStart start, String place) {
    long begun = System.nanoTime();
    Device device = devices.bind(phase.learner());
    Optional<Resident> leased = residents.lock(phase, task, device);
    if (leased.isEmpty() && task.needsState() && task.sentState().isEmpty()) {
      return WorkerResult.stateMissing(task.worker(), place, device);
    }
    Resident resident = leased.orElseGet(() -> new Resident(phase, task.worker(), device, devices));
    boolean whole = false;
    try {
      WorkerResult result = train(resident, phase, task, start, place, begun);
      resident.finished(start.round());
      whole = true;
      return result;
    } finally {
      if (whole) {
        residents.giveBack(resident, phase.attempt(), task.worker());
      } else {
        resident.close();
      }
    }
  }

  private static WorkerResult train(
      Resident resident,
      RoundPhase phase,
      RoundTask task,
      RoundStart start,
      String place,
      long begun) {
    Learner learner = resident.learner();
    start.parameters().copyTo(learner.parameters());
    if (!phase.keepOptimizerState()) {
      start.optimizerState().copyTo(learner.optimizerState());
    }
    task.sentState().ifPresent(state -> load(state, learner, phase.keepOptimizerState()));
    learner.counters(start.iteration(), start.epoch());

    long trainingFrom = System.nanoTime();
    EpochPlan plan = phase.plan();
    int steps = plan.steps(start.roundInEpoch(), task.worker());
    long before = plan.firstStep(start.roundInEpoch());
    long perPass = plan.minibatchesOfPass(task.worker());
    long rows = 0;
    double lossSum = 0;
    for (int step = 0; step < steps; step++) {
      int pass = (int) ((before + step) / perPass);
      EpochOrder order = resident.order(start.epoch() * plan.passes() + pass);
      long first = (before + step) % perPass * plan.batch();
      int size = (int) Math.min(plan.batch(), order.rows() - first);
      Minibatch minibatch = resident.read(order, (int) first, size);
      Nd4j.getRandom()
          .setSeed(
              Seeds.minibatch(phase.seed(), phase.name(), task.worker(), start.iteration() + step));
      lossSum += learner.step(minibatch) * size;
      rows += size;
    }
    lossSum += learner.settle();
    long trainNanos = System.nanoTime() - trainingFrom;
    return WorkerResultBuilder.builder()
        .worker(task.worker())
        .stateMissing(false)
        .rows(rows)
        .steps(steps)
        .lossSum(lossSum)
        .parameters(resident.parameters())
        .optimizerState(
            phase.keepOptimizerState() ? StateVector.zeros(0) : resident.optimizerState())
        .state(
            new WorkerState(
                phase.keepOptimizerState()
                    ? StateVector.of(learner.optimizerState())
                    : StateVector.zeros(0),
                learner.localState()))
        .place(place)
        .device(resident.device())
        .products(Blas.library())
        .setupNanos(trainingFrom - begun)
        .trainNanos(trainNanos)
        .build();
  }

  private static void load(WorkerState state, Learner learner, boolean keepOptimizerState) {
    if (keepOptimizerState) {
      state.optimizerState().copyTo(learner.optimizerState());
    }
    learner.localState(state.learnerState());
  }
}
