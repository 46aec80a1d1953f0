package dev.strata.driver.averaging;

import dev.strata.executor.device.Device;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerState;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A round after averaging.
 *
 * @param parameters weighted by rows; statistics pooled
 * @param optimizerState weighted by rows; empty where each worker keeps its own
 * @param workers what each worker that took part keeps, by worker number
 * @param rows examples seen by all workers together
 * @param lossSum sum over workers, in order, of loss × rows
 * @param times where the round's time went
 * @param traffic what it moved
 */
public record RoundOutcome(
    StateVector parameters,
    StateVector optimizerState,
    List<WorkerKept> workers,
    long rows,
    double lossSum,
    RoundTimes times,
    RoundTraffic traffic) {

  /**
   * The GPUs that the workers held: worker → {@code gpu 1 of executor_HOST_ID}; empty without GPUs.
   */
  public Map<String, String> devices() {
    Map<String, String> devices = new TreeMap<>();
    for (WorkerKept kept : workers) {
      if (!kept.device().address().isEmpty()) {
        devices.put(Integer.toString(kept.worker()), kept.device().text() + " of " + kept.place());
      }
    }
    return devices;
  }

  /** The library of float32 products on each executor: place → library. */
  public Map<String, String> products() {
    Map<String, String> products = new TreeMap<>();
    workers.forEach(kept -> products.put(kept.place(), kept.products()));
    return products;
  }

  /** The same round with another mean loss. */
  RoundOutcome withLoss(double loss) {
    return new RoundOutcome(parameters, optimizerState, workers, rows, loss * rows, times, traffic);
  }

  /** Mean loss of the round's examples. */
  public double loss() {
    return rows == 0 ? 0 : lossSum / rows;
  }

  /**
   * @param place where the worker ran, as Spark names a preferred location; empty for a local
   *     master
   * @param device that the worker's learner held
   * @param products library that computes float32 products there
   */
  public record WorkerKept(
      int worker, WorkerState state, String place, Device device, String products) {}
}
