package dev.strata.driver.auxiliary;

import dev.strata.executor.corruption.Affine;
import dev.strata.executor.corruption.Amount;
import dev.strata.executor.corruption.Brightness;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.corruption.Noise;
import dev.strata.executor.corruption.ResampleColumn;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Types of auxiliary tasks, which need no labels of the rows that they are learned from. */
public enum TaskType {
  /** Whether a row is one of the data or a corrupted copy. */
  GOOD_OR_BAD("loss", "accuracy", "ranking-accuracy"),
  /** A score by which rows lie above their corrupted copies. */
  MAX_MARGIN("loss", "ranking-accuracy"),
  /** Whether two rows are of one group, by the distance of what the network makes of them. */
  SAME_OR_DIFFERENT("loss", "accuracy", "roc-auc"),
  /** Which of a minibatch's corrupted copies belongs to a row. */
  CONTRASTIVE("loss", "retrieval-accuracy"),
  /** Which columns of a corrupted copy were changed, and what they were. */
  MASK_ESTIMATION("loss", "mask-accuracy", "reconstruction-loss"),
  /** The label of a row that a teacher gave: distributions over classes, or values. */
  TEACHER("loss", "agreement"),
  /** Which words stand near each other in texts: word vectors, computed without a step. */
  CO_OCCURRENCE();

  private final List<String> metrics;

  TaskType(String... metrics) {
    this.metrics = List.of(metrics);
  }

  /** What {@link LearnedTask#measure} measures; nothing of a task without steps. */
  public List<String> metrics() {
    return metrics;
  }

  /** Whether the task is learned by steps; else it is computed at once. */
  public boolean trains() {
    return this != CO_OCCURRENCE;
  }

  /** Whether the task is learned from rows and corrupted copies of them. */
  public boolean corrupts() {
    return trains() && this != SAME_OR_DIFFERENT;
  }

  /** Whether copies are bad rows, of which a good row may have several. */
  public boolean scores() {
    return this == GOOD_OR_BAD || this == MAX_MARGIN;
  }

  /** Whether what is saved ends below the task's own layers. */
  public boolean savesEncoder() {
    return this == CONTRASTIVE || this == MASK_ESTIMATION || this == CO_OCCURRENCE;
  }

  /** Whether rows and their copies may be augmented: whether that leaves the task what it is. */
  public boolean augments() {
    return this == SAME_OR_DIFFERENT || this == CONTRASTIVE || this == TEACHER;
  }

  /**
   * What corrupts the rows of a table where nothing is configured; empty: that must be configured.
   */
  public List<CorruptionSpec> corruption() {
    return switch (this) {
      // Published for mask-estimation; 0.6 of the columns for contrastive, which is worse here.
      case CONTRASTIVE, MASK_ESTIMATION, TEACHER -> List.of(new ResampleColumn(Amount.share(0.3)));
      default -> List.of();
    };
  }

  /** What augments images, instead of a corruption, where nothing is configured. */
  public List<CorruptionSpec> imageAugmentation() {
    return this == CONTRASTIVE || this == TEACHER
        ? List.of(new Affine(15, 0.1, 0.85, 1.15, 10), new Brightness(0.3), new Noise(0.05))
        : List.of();
  }

  /** All as users write them. */
  public static String list() {
    String all = Arrays.stream(values()).map(TaskType::text).collect(Collectors.joining(", "));
    int last = all.lastIndexOf(", ");
    return all.substring(0, last) + " or" + all.substring(last + 1);
  }

  /** As users write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
