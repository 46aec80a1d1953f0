package dev.strata.driver.check;

import dev.strata.driver.auxiliary.TaskHead;
import dev.strata.driver.auxiliary.TaskSettings;
import dev.strata.driver.auxiliary.TaskType;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.job.DataDryRun;
import dev.strata.driver.job.NetworkFactory;
import dev.strata.driver.simple.ModelKind;
import dev.strata.driver.teacher.TeacherSettings;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.network.NetworkConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * What {@code check} tells of an auxiliary task.
 *
 * @param lines for people
 * @param network to be saved; absent while the width of the rows is not known
 */
public record AuxiliaryDryRun(List<String> lines, Optional<NetworkConfiguration> network) {
  /** Whether the configuration names a task. */
  public static boolean isMeant(Map<String, String> keys) {
    return !"null".equals(keys.get("task.type"));
  }

  /** Empty where no task is configured. */
  public static Optional<AuxiliaryDryRun> of(
      Configuration hadoop, Settings settings, DataDryRun data) {
    TaskSettings task = settings.task();
    if (task.type().isEmpty()) {
      return Optional.empty();
    }
    List<String> lines = new ArrayList<>();
    lines.add("\nAuxiliary task:");
    lines.add(
        "  "
            + task.type().get().text()
            + ", "
            + of(task.type().get(), settings)
            + (task.type().get() == TaskType.TEACHER ? "; labels of " + teacher(task) : ""));
    if (task.type().get().savesEncoder() && task.type().get().trains()) {
      lines.add("  The layers that the task adds are no part of the model.");
    }
    if (!task.teacher().labelled().given()) {
      settings
          .data()
          .label()
          .ifPresent(label -> lines.add("  The label " + label + " is not used."));
    }
    lines.add("\nNetwork:");
    if (data.inputWidth().isEmpty()) {
      lines.add(
          "  Shapes are unknown until the data is prepared: run strata prepare, then check again.");
      return Optional.of(new AuxiliaryDryRun(lines, Optional.empty()));
    }
    if (task.type().get() == TaskType.TEACHER) {
      lines.add("  The output layer is known once the labels are.");
      return Optional.of(new AuxiliaryDryRun(lines, Optional.empty()));
    }
    TaskHead head = TaskHead.of(task, settings.network());
    NetworkConfiguration trained =
        head.on(
            settings.network(),
            new NetworkFactory(hadoop, settings).json(),
            data.input(),
            settings.seed());
    return Optional.of(new AuxiliaryDryRun(lines, Optional.of(head.saved(trained))));
  }

  private static String of(TaskType type, Settings settings) {
    if (!type.trains()) {
      return "%d workers count words within %d of each other; no training steps"
          .formatted(settings.training().workers(), settings.task().coOccurrence().window());
    }
    return type.corrupts() ? copies(settings.task()) : pairs(settings);
  }

  private static String teacher(TaskSettings task) {
    TeacherSettings teacher = task.teacher();
    return teacher
        .column()
        .map(column -> "column " + column)
        .orElseGet(
            () ->
                teacher.models().stream().map(ModelKind::text).collect(Collectors.joining(", "))
                    + ", fitted on the labelled rows");
  }

  private static String copies(TaskSettings task) {
    if (task.type().equals(Optional.of(TaskType.TEACHER))) {
      int copies = task.teacher().copies();
      return copies == 0
          ? "each row as it is"
          : "each row, and %s of it: %s".formatted(copies(copies), steps(task));
    }
    return "%s of each row: %s%s"
        .formatted(
            copies(task.badPerGood()),
            steps(task),
            task.augmentation().isEmpty()
                ? ""
                : "; augmentation of both: " + list(task.augmentation()));
  }

  private static String copies(int count) {
    return Counted.of(count, "corrupted copy", "corrupted copies");
  }

  private static String steps(TaskSettings task) {
    if (!task.corruption().isEmpty()) {
      return list(task.corruption());
    }
    if (!task.augmentation().isEmpty()) {
      return "none";
    }
    TaskType type = task.type().orElseThrow();
    List<CorruptionSpec> images = type.imageAugmentation();
    return list(type.corruption())
        + (images.isEmpty()
            ? ""
            : " (of images instead, augmentation of both: " + list(images) + ")");
  }

  private static String pairs(Settings settings) {
    TaskSettings task = settings.task();
    // The output of a whole network is the embedding, of whatever width.
    boolean whole = settings.network().dl4jJson().isPresent();
    return "pairs of rows by %s, %s; augmentation: %s"
        .formatted(
            settings.data().group().orElse("the groups in the prepared rows"),
            whole ? "as the network's output" : task.embedding() + " numbers per row",
            task.augmentation().isEmpty() ? "none" : list(task.augmentation()));
  }

  private static String list(List<CorruptionSpec> steps) {
    return steps.stream().map(CorruptionSpec::type).collect(Collectors.joining(", then "));
  }
}
