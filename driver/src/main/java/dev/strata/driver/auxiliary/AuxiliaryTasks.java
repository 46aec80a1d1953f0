package dev.strata.driver.auxiliary;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.executor.auxiliary.ContrastiveObjective;
import dev.strata.executor.auxiliary.CopyLearnerSpec;
import dev.strata.executor.auxiliary.MaskObjective;
import dev.strata.executor.auxiliary.Objective;
import dev.strata.executor.auxiliary.ScoreObjective;
import dev.strata.executor.auxiliary.SoftLabelObjective;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.pair.PairLearnerSpec;
import dev.strata.executor.pair.PairNetwork;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.step.StepSettings;
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
   * @param batch rows of a minibatch in training
   * @param seed of the run
   * @throws dev.strata.executor.failure.StrataException (configuration) where the task does not
   *     suit the rows, or the network cannot be built
   */
  public static AuxiliaryTask of(
      TaskSettings settings,
      NetworkSettings lower,
      Optional<String> dl4jJson,
      PreparedData data,
      int batch,
      long seed) {
    TaskType type = settings.type().orElseThrow();
    NetworkInput input = NetworkInput.of(data.preprocessing());
    requireKind(type, data.preprocessing());
    RowFacts own = settings.facts(data.preprocessing());
    RowFacts facts =
        lower
            .image()
            .filter(image -> own.image() == null)
            .map(image -> own.seenAs(image, "network.image"))
            .orElse(own);
    if (type == TaskType.CO_OCCURRENCE) {
      return coOccurrence(settings, lower, data.preprocessing(), seed);
    }
    if (!type.corrupts()) {
      TaskHead head = TaskHead.of(settings, lower);
      return paired(settings, head.on(lower, dl4jJson, input, seed), step(lower), facts, seed);
    }
    Objective objective = objective(settings, facts, data.preprocessing());
    TaskHead head = head(settings, lower, objective, data.preprocessing());
    NetworkConfiguration network = head.on(lower, dl4jJson, input, seed);
    CorruptionPlan corruption = settings.plan(CORRUPTION, facts);
    if (objective.copies() > 0) {
      corruption.corruption();
    }
    return new CopyTask(
        type,
        new CopyLearnerSpec(network, step(lower), objective, corruption, Seeds.rows(seed, "bad")),
        head.saved(network),
        // The more other rows, the harder: only with as many does it measure what is trained.
        type == TaskType.CONTRASTIVE ? batch : CopyTask.ROWS_AT_ONCE,
        Seeds.rows(seed, "bad-held-back"));
  }

  /** Some tasks are of texts alone, others of anything else. */
  private static void requireKind(TaskType type, Preprocessing data) {
    boolean texts = type.scores() || type == TaskType.TEACHER || type == TaskType.CO_OCCURRENCE;
    if (!texts && data.vocabulary() != null) {
      throw StrataException.configuration(type.text() + " needs numbers or images, not text")
          .key("task.type")
          .found(type.text() + ", with a text column")
          .expected(
              "%s, %s, %s or %s"
                  .formatted(
                      TaskType.CO_OCCURRENCE.text(),
                      TaskType.MAX_MARGIN.text(),
                      TaskType.GOOD_OR_BAD.text(),
                      TaskType.TEACHER.text()))
          .build();
    }
    if (type == TaskType.CO_OCCURRENCE && data.vocabulary() == null) {
      throw StrataException.configuration(type.text() + " needs texts")
          .key("task.type")
          .found(type.text() + ", with rows that are no texts")
          .expected("rows prepared with data.text.column, or another task")
          .build();
    }
  }

  private static CoOccurrenceTask coOccurrence(
      TaskSettings settings, NetworkSettings lower, Preprocessing data, long seed) {
    TaskHead head = TaskHead.of(settings, lower);
    NetworkConfiguration network =
        head.saved(head.on(lower, Optional.empty(), NetworkInput.of(data), seed));
    int units = ((LayerSettings.Embedding) lower.layers().get(0)).units().orElseThrow();
    return new CoOccurrenceTask(
        network,
        data.vocabulary(),
        settings.coOccurrence(),
        units,
        Seeds.rows(seed, TaskType.CO_OCCURRENCE.text()));
  }

  /** Label smoothing and mixup are for labels of rows. */
  private static StepSettings step(NetworkSettings network) {
    return StepSettings.clipped(network.clipping());
  }

  /** The rows that a task is learned from: without labels, with what the task must know of them. */
  public static DataSettings rows(TaskSettings settings, DataSettings data) {
    if (settings.type().equals(Optional.of(TaskType.SAME_OR_DIFFERENT))) {
      return data.groupsOnly();
    }
    DataSettings rows =
        settings.teacher().column().map(data::labelledWith).orElseGet(data::unlabelled);
    return settings.needsMarginals() ? rows.withMarginals() : rows;
  }

  private static TaskHead head(
      TaskSettings settings, NetworkSettings lower, Objective objective, Preprocessing data) {
    if (objective instanceof MaskObjective estimates) {
      return TaskHead.estimates(estimates.outputs());
    }
    if (objective instanceof SoftLabelObjective labels) {
      int width = data.outputWidth();
      return TaskHead.labels(
          labels.classes() ? OutputTask.classes(width) : OutputTask.values(width));
    }
    return TaskHead.of(settings, lower);
  }

  private static Objective objective(TaskSettings settings, RowFacts facts, Preprocessing data) {
    TaskType type = settings.type().orElseThrow();
    return switch (type) {
      case GOOD_OR_BAD -> new ScoreObjective.GoodOrBad(settings.badPerGood());
      case MAX_MARGIN -> new ScoreObjective.MaxMargin(settings.badPerGood(), settings.margin());
      case CONTRASTIVE -> new ContrastiveObjective(settings.temperature());
      case MASK_ESTIMATION -> estimates(settings, facts);
      case TEACHER ->
          new SoftLabelObjective(
              settings.teacher().copies(), data.layout().labelKind() == LabelKind.CLASS);
      case SAME_OR_DIFFERENT, CO_OCCURRENCE ->
          throw new IllegalArgumentException(type + " makes no copies");
    };
  }

  private static MaskObjective estimates(TaskSettings settings, RowFacts facts) {
    if (facts.spans().isEmpty()) {
      throw StrataException.configuration("mask-estimation needs columns of a table")
          .key("task.type")
          .found(TaskType.MASK_ESTIMATION.text() + ", with rows that are images")
          .expected(TaskType.CONTRASTIVE.text() + ", or rows of a table")
          .build();
    }
    return new MaskObjective(facts.spans(), facts.width(), settings.reconstructionWeight());
  }

  private static AuxiliaryTask paired(
      TaskSettings settings,
      NetworkConfiguration branch,
      StepSettings step,
      RowFacts facts,
      long seed) {
    CorruptionPlan augmentation = new CorruptionPlan(AUGMENTATION, settings.augmentation(), facts);
    augmentation.augmentation();
    return new PairTask(
        branch,
        new PairLearnerSpec(
            PairNetwork.of(branch), step, augmentation, Seeds.rows(seed, "augmentation")),
        Seeds.rows(seed, "pairs-held-back"));
  }
}
