package dev.strata.driver.job;

import dev.strata.driver.auxiliary.AuxiliaryTasks;
import dev.strata.driver.auxiliary.TaskSettings;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.teacher.SoftLabels;
import dev.strata.driver.teacher.TeacherSettings;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.SparkContext;

/** The rows of an auxiliary task, with a teacher's labels where that is the task. */
public final class TaskRows {
  private TaskRows() {}

  /** The labelled rows that a teacher is fitted on; empty where none is. */
  public static Optional<DataSettings> labelled(Settings settings) {
    return Optional.of(settings.task().teacher().labelled())
        .filter(source -> source.given())
        .map(source -> settings.data().labelledBy(source, TeacherSettings.LABELLED));
  }

  /** By the teacher that the settings of the task describe. */
  static SoftLabels.Labelled of(ManagedRun run) {
    Settings settings = run.settings();
    return of(
        run,
        rows ->
            labelled(settings)
                .map(
                    data ->
                        new SoftLabels.Lesson(
                            JobData.labelled(run, data, rows.preprocessing()), Optional.empty())));
  }

  /**
   * By a teacher.
   *
   * @param lesson of the prepared rows what the teacher is fitted on; empty where none is
   */
  static SoftLabels.Labelled of(
      ManagedRun run, Function<PreparedData, Optional<SoftLabels.Lesson>> lesson) {
    Settings settings = run.settings();
    TaskSettings task = settings.task();
    PreparedData rows = JobData.unlabelled(run, AuxiliaryTasks.rows(task, settings.data()));
    SoftLabels labels =
        new SoftLabels(run.context().spark(), run.folder().teacher(), run.context()::notice);
    SparkContext spark = run.context().spark().sparkContext();
    spark.setJobDescription(run.context().command() + " · teacher");
    try {
      Optional<String> column = task.teacher().column();
      return column.isPresent()
          ? labels.given(rows, column.get(), settings.data())
          : lesson
              .apply(rows)
              .map(own -> labels.fitted(rows, own, task.teacher(), settings.seed()))
              .orElseGet(() -> new SoftLabels.Labelled(rows, Map.of()));
    } finally {
      spark.setJobDescription(null);
    }
  }
}
