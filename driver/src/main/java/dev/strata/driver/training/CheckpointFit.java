package dev.strata.driver.training;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.NotFinite;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerState;
import java.util.OptionalLong;

/** Holds a checkpoint against the network and the rows that a run has now. */
final class CheckpointFit {
  private final TrainingRequest request;

  CheckpointFit(TrainingRequest request) {
    this.request = request;
  }

  /**
   * @throws StrataException (data) where it is another phase's or network's
   */
  void requireNetwork(RunState state, ParameterLayout layout) {
    if (!state.phase().equals(request.phase())) {
      throw other("phase", "phase " + state.phase(), "phase " + request.phase());
    }
    TrainingState training = state.training();
    long parameters = training.parameters().length();
    if (parameters != layout.parameters()) {
      throw other("network", parameters + " parameters", layout.parameters() + " parameters");
    }
    OptionalLong at = NotFinite.first(state.best().parameters(), layout);
    if (at.isPresent()) {
      throw StrataException.data("the checkpoint's best parameters are not finite")
          .file(request.checkpoints())
          .found(
              "best-parameters: %s in element %d"
                  .formatted(state.best().parameters().get(at.getAsLong()), at.getAsLong()))
          .expected("finite numbers; or --overwrite to start over")
          .build();
    }
    if (request.learner().fullBatch().isPresent() != training.lbfgs().isPresent()) {
      throw other(
          "optimizer",
          training.lbfgs().isPresent() ? "a state of l-bfgs" : "no state of l-bfgs",
          "that of the configured network.updater");
    }
    boolean keep = request.averaging().optimizerState() == OptimizerState.KEEP;
    if (!keep || training.optimizerState().length() > 0) {
      requireState(
          "optimizer-state", training.optimizerState(), keep ? 0 : layout.optimizerState());
    }
    for (int w = 0; w < training.workers().size(); w++) {
      StateVector own = training.workers().get(w).optimizerState();
      if (own.length() > 0) {
        requireState("worker-" + w + "-optimizer-state", own, keep ? layout.optimizerState() : 0);
      }
    }
    requireLearnerStates(training);
  }

  /**
   * @throws StrataException (data) where it is in the middle of an epoch of other rows
   */
  void requireRows(RunState state, EpochPlan plan) {
    if (state.training().roundInEpoch() >= Math.max(1, plan.roundsPerEpoch())) {
      throw other(
          "number of rows",
          state.training().roundInEpoch() + " rounds of an epoch done",
          "fewer than " + plan.roundsPerEpoch());
    }
  }

  private void requireState(String array, StateVector found, long expected) {
    if (found.length() != expected) {
      throw other(
          "optimizer",
          array + " of " + found.length() + " elements",
          expected + " elements, as the optimizer has");
    }
  }

  private void requireLearnerStates(TrainingState training) {
    if (training.workers().stream().allMatch(own -> own.learnerState().length == 0)) {
      return;
    }
    try (Learner learner = request.learner().create()) {
      for (int w = 0; w < training.workers().size(); w++) {
        WorkerState own = training.workers().get(w);
        try {
          learner.localState(own.learnerState());
        } catch (IllegalArgumentException e) {
          throw other("learner", "worker-" + w + "-learner-state: " + e.getMessage(), "its own");
        }
      }
    }
  }

  private StrataException other(String what, String found, String expected) {
    return StrataException.data("the checkpoint belongs to another " + what)
        .file(request.checkpoints())
        .found(found)
        .expected(expected)
        .build();
  }
}
