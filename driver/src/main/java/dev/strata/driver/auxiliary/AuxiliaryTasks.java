package dev.strata.driver.auxiliary;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.executor.auxiliary.Objective;
import dev.strata.executor.auxiliary.ScoreLearnerSpec;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.pair.PairLearnerSpec;
import dev.strata.executor.pair.PairNetwork;
import dev.strata.executor.round.Seeds;
import java.util.Optional;

/** Makes the configured task for rows that have been prepared. */
public final class AuxiliaryTasks {
  static final String CORRUPTION = "task.corruption";
  private static final String AUGMENTATION = "task.augmentation";

  private AuxiliaryTasks() {}

  /**
   * @param settings of a task that is configured
   * @param lower the layers that the task's head is put on, and how all are trained
   * @param dl4jJson text of the file {@code network.dl4j-json}, where there is one
   * @param seed of the run
   * @throws dev.strata.executor.failure.StrataException (configuration) where the task does not
   *     suit the rows, or the network cannot be built
   */
  public static AuxiliaryTask of(
      TaskSettings settings,
      NetworkSettings lower,
      Optional<String> dl4jJson,
      PreparedData data,
      long seed) {
    NetworkConfiguration network =
        IdentityHead.of(settings).on(lower, dl4jJson, NetworkInput.of(data.preprocessing()), seed);
    TaskType type = settings.type().orElseThrow();
    return switch (type) {
      case GOOD_OR_BAD ->
          scored(
              type, new Objective.GoodOrBad(settings.badPerGood()), settings, network, data, seed);
      case MAX_MARGIN ->
          scored(
              type,
              new Objective.MaxMargin(settings.badPerGood(), settings.margin()),
              settings,
              network,
              data,
              seed);
      case SAME_OR_DIFFERENT -> paired(settings, network, data, seed);
    };
  }

  /** The rows that a task is learned from: without labels, with what the task must know of them. */
  public static DataSettings rows(TaskSettings settings, DataSettings data) {
    if (settings.type().equals(Optional.of(TaskType.SAME_OR_DIFFERENT))) {
      return data.groupsOnly();
    }
    DataSettings rows = data.unlabelled();
    return settings.corruption().stream().anyMatch(CorruptionSpec::needsMarginals)
        ? rows.withMarginals()
        : rows;
  }

  private static AuxiliaryTask scored(
      TaskType type,
      Objective objective,
      TaskSettings settings,
      NetworkConfiguration network,
      PreparedData data,
      long seed) {
    CorruptionPlan corruption =
        new CorruptionPlan(CORRUPTION, settings.corruption(), settings.facts(data.preprocessing()));
    corruption.corruption();
    return new ScoreTask(
        type,
        new ScoreLearnerSpec(network, objective, corruption, Seeds.rows(seed, "bad")),
        Seeds.rows(seed, "bad-held-back"));
  }

  private static AuxiliaryTask paired(
      TaskSettings settings, NetworkConfiguration branch, PreparedData data, long seed) {
    if (data.preprocessing().vocabulary() != null) {
      throw StrataException.configuration("same-or-different needs numbers or images, not text")
          .key("task.type")
          .found(TaskType.SAME_OR_DIFFERENT.text() + ", with a text column")
          .expected(TaskType.MAX_MARGIN.text() + " or " + TaskType.GOOD_OR_BAD.text())
          .build();
    }
    CorruptionPlan augmentation =
        new CorruptionPlan(
            AUGMENTATION, settings.augmentation(), settings.facts(data.preprocessing()));
    augmentation.augmentation();
    return new PairTask(
        branch,
        new PairLearnerSpec(PairNetwork.of(branch), augmentation, Seeds.rows(seed, "augmentation")),
        Seeds.rows(seed, "pairs-held-back"));
  }
}
