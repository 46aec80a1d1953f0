package dev.strata.driver.auxiliary;

import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.preprocess.Preprocessing;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code task} of the configuration.
 *
 * @param type absent where no task is configured
 * @param badPerGood bad copies of each good row, at least 1; of good-or-bad and max-margin
 * @param margin above 0; of max-margin
 * @param corruption what makes a copy bad, in order; of good-or-bad and max-margin
 * @param augmentation what leaves a row's meaning as it is, in order; of same-or-different
 * @param embedding numbers that a row becomes, at least 1; of same-or-different
 * @param imageShape how rows are seen as images; absent: as the data says
 */
public record TaskSettings(
    Optional<TaskType> type,
    int badPerGood,
    double margin,
    List<CorruptionSpec> corruption,
    List<CorruptionSpec> augmentation,
    int embedding,
    Optional<ImageShape> imageShape) {
  public TaskSettings {
    corruption = List.copyOf(corruption);
    augmentation = List.copyOf(augmentation);
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
