package dev.strata.driver.configuration;

import dev.strata.executor.corruption.CorruptionSpec;
import java.util.List;
import java.util.Set;

/** Reads {@code training.augmentation}, and refuses it for commands that do not apply it. */
final class AugmentationSection {
  static final String NAME = "augmentation";

  private AugmentationSection() {}

  static List<CorruptionSpec> read(Section training) {
    List<CorruptionSpec> steps = CorruptionSection.read(training, NAME);
    CorruptionSection.check(training, NAME);
    return steps;
  }

  static void require(Section root, Settings settings, Set<Need> needs) {
    Section training = root.section("training");
    if (settings.augmentation().isEmpty()) {
      return;
    }
    if (settings.augmentation().stream().anyMatch(CorruptionSpec::needsMarginals)) {
      training.problem(
          "columns of a table are not replaced in supervised training",
          NAME,
          "other types, such as noise or mask-column; replace-column and resample-column are for"
              + " task.corruption");
    }
    if (needs.contains(Need.TASK)) {
      refuse(training, "auxiliary tasks change rows in their own way", "[], and task.augmentation");
    } else if (needs.contains(Need.PRETRAINING)) {
      refuse(
          training,
          "pretrain corrupts the input of each layer",
          "[], and pretrain.layer.corruption");
    } else if (needs.contains(Need.COMPARISON) || needs.contains(Need.TUNING)) {
      refuse(training, "trials of compare and tune use no augmentation", "[]");
    } else if (settings.fineTune().search().asked() && needs.contains(Need.TOP)) {
      refuse(training, "trials of fine-tune.search use no augmentation", "[], or no search");
    }
  }

  private static void refuse(Section training, String what, String expected) {
    training.problem(what, NAME, expected);
  }
}
