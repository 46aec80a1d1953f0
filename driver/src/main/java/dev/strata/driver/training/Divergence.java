package dev.strata.driver.training;

import dev.strata.driver.averaging.RoundOutcome;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.round.NotFinite;
import dev.strata.executor.round.StateVector;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Tells whether training has diverged: by the loss, by the parameters and the optimiser's state
 * after averaging and the outer step, by the metrics of a validation. A state that passes may be
 * kept; one that does not is never written.
 */
final class Divergence {
  private final TrainingRequest request;
  private final ParameterLayout layout;

  Divergence(TrainingRequest request, ParameterLayout layout) {
    this.request = request;
    this.layout = layout;
  }

  /**
   * @param firstLoss mean loss of the first round; NaN before it
   * @throws StrataException (diverged) that names phase, round, layer and parameter
   */
  void refuse(TrainingState now, RoundOutcome outcome, double firstLoss) {
    refuseLoss(now.round(), outcome.loss(), firstLoss);
    refuseParameters(now.round(), now.parameters());
    refuseState(now.round(), "the outer step's velocity", now.velocity());
    refuseState(now.round(), "the optimizer state", now.optimizerState());
    for (RoundOutcome.WorkerKept worker : outcome.workers()) {
      refuseState(
          now.round(),
          "the optimizer state of worker " + worker.worker(),
          worker.state().optimizerState());
    }
  }

  /** The same of what training begins with, or of an earlier attempt's checkpoint. */
  void refuseStart(TrainingState start, boolean resumed) {
    OptionalLong at = NotFinite.first(start.parameters(), layout);
    if (at.isPresent() && resumed) {
      throw StrataException.diverged(
              "the run's newest checkpoint, of round "
                  + start.round()
                  + ", has parameters that are not finite")
          .key(key())
          .file(request.checkpoints())
          .found(where(at.getAsLong(), start.parameters()))
          .expected("finite numbers; " + remedy() + ", with --overwrite")
          .build();
    }
    if (at.isPresent()) {
      throw StrataException.data("training cannot start from parameters that are not finite")
          .found(where(at.getAsLong(), start.parameters()))
          .expected("finite initial parameters")
          .build();
    }
  }

  /** Metrics that are NaN, or a loss that is not finite. */
  void refuseMetrics(long round, Map<String, Double> metrics) {
    metrics.forEach(
        (name, value) -> {
          if (value.isNaN() || (name.equals("loss") && value.isInfinite())) {
            throw failure(round, "validation gives " + name + " " + value, "finite metrics");
          }
        });
  }

  private void refuseLoss(long round, double loss, double firstLoss) {
    double factor = request.training().divergenceFactor();
    double limit =
        factor == 0 || Double.isNaN(firstLoss)
            ? Double.MAX_VALUE
            : factor * Math.max(Math.abs(firstLoss), 1e-12);
    if (!(Math.abs(loss) <= limit)) {
      throw failure(
          round,
          "loss " + loss,
          limit == Double.MAX_VALUE
              ? "a finite loss"
              : "at most " + limit + " (training.divergence-factor × first loss)");
    }
  }

  private void refuseParameters(long round, StateVector parameters) {
    OptionalLong at = NotFinite.first(parameters, layout);
    if (at.isPresent()) {
      throw failure(round, where(at.getAsLong(), parameters), "finite parameters");
    }
  }

  private void refuseState(long round, String what, StateVector state) {
    OptionalLong at = NotFinite.first(state);
    if (at.isPresent()) {
      long index = at.getAsLong();
      throw failure(
          round, state.get(index) + " in element " + index + " of " + what, "finite numbers");
    }
  }

  private String where(long index, StateVector parameters) {
    try (Learner learner = request.learner().create()) {
      return parameters.get(index) + " in " + learner.nameOf(index);
    }
  }

  private StrataException failure(long round, String found, String expected) {
    String phase =
        request
            .place()
            .layer()
            .map(layer -> request.phase() + " (" + layer + ")")
            .orElse(request.phase());
    return StrataException.diverged("training diverged in round " + round + " of phase " + phase)
        .key(key())
        .found(found)
        .expected(expected + "; " + remedy())
        .build();
  }

  private boolean isFullBatch() {
    return request.learner().fullBatch().isPresent();
  }

  private String key() {
    return request.place().section() + (isFullBatch() ? ".updater.type" : ".updater.learning-rate");
  }

  private String remedy() {
    if (isFullBatch()) {
      // Its line search takes no step to such a loss: initial parameters have it.
      return "use standardized inputs, smaller initial weights or another updater";
    }
    return "use a lower learning rate or " + request.place().section() + ".clipping";
  }
}
