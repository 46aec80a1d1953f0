package dev.strata.driver.auxiliary;

import dev.strata.driver.teacher.TeacherSettings;
import dev.strata.driver.wordvectors.CoOccurrenceSettings;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.preprocess.Preprocessing;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The section {@code task} of the configuration.
 *
 * @param type absent where no task is configured
 * @param badPerGood bad copies of each good row, at least 1; of good-or-bad and max-margin
 * @param margin above 0; of max-margin
 * @param corruption what is done to a copy, in order; of all but same-or-different and
 *     co-occurrence; empty: what the task does by itself
 * @param augmentation what leaves a row's meaning as it is, in order; of same-or-different and
 *     contrastive
 * @param embedding numbers that a row becomes, at least 1; of same-or-different
 * @param temperature above 0; of contrastive
 * @param projection the layers that contrastive puts on the encoder
 * @param reconstructionWeight factor of the reconstruction in the loss, at least 0; of
 *     mask-estimation
 * @param coOccurrence which words of co-occurrence are near, and how they count
 * @param teacher where the labels of the task teacher come from
 * @param imageShape how rows are seen as images; absent: as the data says
 */
@RecordBuilder
public record TaskSettings(
    Optional<TaskType> type,
    int badPerGood,
    double margin,
    List<CorruptionSpec> corruption,
    List<CorruptionSpec> augmentation,
    int embedding,
    double temperature,
    Projection projection,
    double reconstructionWeight,
    CoOccurrenceSettings coOccurrence,
    TeacherSettings teacher,
    Optional<ImageShape> imageShape) {
  public TaskSettings {
    corruption = List.copyOf(corruption);
    augmentation = List.copyOf(augmentation);
  }

  /**
   * Layers between the encoder and the points that are compared.
   *
   * @param layers at least 1, all but the last with the activation relu
   * @param units of each; absent: as many as the topmost layer of the encoder
   */
  public record Projection(int layers, OptionalInt units) {}

  /**
   * How rows and copies are changed: as configured, or else as the task does it by itself with such
   * rows; not at all where a teacher's rows have no copies.
   *
   * @param key of the corruptions
   */
  CorruptionPlan plan(String key, RowFacts facts) {
    TaskType task = type.orElseThrow();
    List<CorruptionSpec> images = facts.image() == null ? List.of() : task.imageAugmentation();
    if (!copies()) {
      return new CorruptionPlan(key, List.of(), facts);
    }
    if (isConfigured()) {
      return new CorruptionPlan(key, corruption, facts, augmentation);
    }
    return images.isEmpty()
        ? new CorruptionPlan(key, task.corruption(), facts)
        : new CorruptionPlan(key, List.of(), facts, images);
  }

  /** Whether rows are changed at all. */
  private boolean copies() {
    return !type.equals(Optional.of(TaskType.TEACHER)) || teacher.copies() > 0;
  }

  /** Whether the user says how rows and copies are changed. */
  private boolean isConfigured() {
    return !corruption.isEmpty() || !augmentation.isEmpty();
  }

  /** Whether a corruption must know how often columns have which value. */
  boolean needsMarginals() {
    if (!copies()) {
      return false;
    }
    boolean byItself =
        type.stream()
            .flatMap(t -> t.corruption().stream())
            .anyMatch(CorruptionSpec::needsMarginals);
    return isConfigured()
        ? corruption.stream().anyMatch(CorruptionSpec::needsMarginals)
        : byItself && imageShape.isEmpty();
  }

  /**
   * What corruptions may know of prepared rows.
   *
   * @throws dev.strata.executor.failure.StrataException (configuration) where rows are no images of
   *     the given shape
   */
  public RowFacts facts(Preprocessing data) {
    RowFacts facts = RowFacts.of(data);
    return imageShape.map(shape -> facts.seenAs(shape, "task.image-shape")).orElse(facts);
  }
}
