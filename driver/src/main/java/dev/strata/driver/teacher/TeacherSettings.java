package dev.strata.driver.teacher;

import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.simple.ModelKind;
import java.util.List;
import java.util.Optional;

/**
 * The section {@code task.teacher} of the configuration.
 *
 * @param labelled source of the labelled rows that the teacher is fitted on; not given where there
 *     is a column
 * @param column of the data that holds a teacher's labels; absent where one is fitted
 * @param models that are fitted
 * @param weights of the models' labels
 * @param folds of the labelled rows, at least 2
 * @param copies corrupted copies of each row, at least 0
 */
public record TeacherSettings(
    SourceSettings labelled,
    Optional<String> column,
    List<ModelKind> models,
    Weighting weights,
    int folds,
    int copies) {
  /** Key of the source of labelled rows. */
  public static final String LABELLED = "task.teacher.labelled";

  public TeacherSettings {
    models = List.copyOf(models);
  }
}
