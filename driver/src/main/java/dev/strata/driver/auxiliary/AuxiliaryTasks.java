package dev.strata.driver.auxiliary;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.PreparedData;
import dev.strata.executor.auxiliary.Objective;
import dev.strata.executor.auxiliary.ScoreLearnerSpec;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.Seeds;

/** Makes the configured task for rows that have been prepared. */
public final class AuxiliaryTasks {
  static final String CORRUPTION = "task.corruption";

  private AuxiliaryTasks() {}

  /**
   * @param settings of a task that is configured
   * @param lower the layers that the task's head is put on, and how all are trained
   * @param seed of the run
   * @throws dev.strata.executor.failure.StrataException (configuration) where the task does not
   *     suit the rows, or the network cannot be built
   */
  public static AuxiliaryTask of(
      TaskSettings settings, NetworkSettings lower, PreparedData data, long seed) {
    TaskType type = settings.type().orElseThrow();
    return switch (type) {
      case GOOD_OR_BAD ->
          scored(type, new Objective.GoodOrBad(settings.badPerGood()), settings, lower, data, seed);
      case MAX_MARGIN ->
          scored(
              type,
              new Objective.MaxMargin(settings.badPerGood(), settings.margin()),
              settings,
              lower,
              data,
              seed);
    };
  }

  /** The rows that a task is learned from: without labels, with what the task must know of them. */
  public static DataSettings rows(TaskSettings settings, DataSettings data) {
    DataSettings rows = data.unlabelled();
    return settings.corruption().stream().anyMatch(CorruptionSpec::needsMarginals)
        ? rows.withMarginals()
        : rows;
  }

  private static AuxiliaryTask scored(
      TaskType type,
      Objective objective,
      TaskSettings settings,
      NetworkSettings lower,
      PreparedData data,
      long seed) {
    Preprocessing rows = data.preprocessing();
    NetworkInput input = new NetworkInput(rows.inputWidth(), rows.vocabularySize());
    NetworkConfiguration network = ScoreNetwork.build(lower, input, seed);
    CorruptionPlan corruption =
        new CorruptionPlan(CORRUPTION, settings.corruption(), settings.facts(data.preprocessing()));
    corruption.corruption();
    return new ScoreTask(
        type,
        new ScoreLearnerSpec(network, objective, corruption, Seeds.rows(seed, "bad")),
        Seeds.rows(seed, "bad-held-back"));
  }
}
