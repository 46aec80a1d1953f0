package dev.strata.driver.training;

import dev.strata.driver.averaging.TrainingState;
import dev.strata.executor.optimizer.ScheduleSettings;
import java.util.Map;

/**
 * Models to keep of a phase: those at the ends of its schedule's cycles (Huang et al. 2017,
 * "Snapshot Ensembles: Train 1, Get M for Free", section 3).
 *
 * @param schedule of the phase, cyclic
 * @param keeper takes each of them
 */
public record Snapshots(ScheduleSettings schedule, Keeper keeper) {
  /** Takes a model at the end of a cycle, before the checkpoint of the same round. */
  @FunctionalInterface
  public interface Keeper {
    /**
     * Keeps a model; again, the same, where a killed run repeats the round.
     *
     * @param cycle from 1
     * @param state whose model it is
     * @param validation metrics of the model; empty where it was not validated
     */
    void keep(int cycle, TrainingState state, Map<String, Double> validation);
  }
}
