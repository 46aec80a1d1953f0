package dev.strata.driver.configuration;

import dev.strata.driver.auxiliary.TaskSettings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.simple.ModelKind;
import dev.strata.driver.teacher.TeacherSettings;
import dev.strata.driver.teacher.Weighting;
import dev.strata.executor.preprocess.LabelKind;
import java.util.List;

/** Reads the section {@code task.teacher}. */
final class TeacherSection {
  static final String NAME = "teacher";

  private static final String LABELLED = "labelled";
  private static final String COLUMN = "column";
  private static final String MODELS = "models";
  private static final String WEIGHTS = "weights";
  private static final String FOLDS = "folds";

  private TeacherSection() {}

  static TeacherSettings read(Section section) {
    List<ModelKind> models = section.choices(MODELS, ModelKind.class);
    if (models.isEmpty() || models.stream().distinct().count() < models.size()) {
      section.problem(
          models.isEmpty() ? "a teacher needs a model" : "a model is listed twice",
          MODELS,
          "one or more of random-forest, gradient-boosting and linear, each once");
    }
    return new TeacherSettings(
        DataSection.part(section.section(LABELLED)),
        section.optionalText(COLUMN),
        models,
        section.choice(WEIGHTS, Weighting.class),
        section.integer(FOLDS, Range.atLeast(2)),
        section.integer("copies", Range.NOT_NEGATIVE));
  }

  /** What the task needs: labelled rows, or a column of labels. */
  static void require(Section root, TaskSettings task, DataSettings data) {
    Section section = root.section("task").section(NAME);
    TeacherSettings teacher = task.teacher();
    if (teacher.labelled().given() && teacher.column().isPresent()) {
      section.problem(
          "the labels have two sources", COLUMN, "null, because task.teacher.labelled is set");
    } else if (teacher.column().isPresent()) {
      column(root, section, data);
    } else if (teacher.labelled().given()) {
      labelled(root, section, data);
    } else {
      section
          .section(LABELLED)
          .missing("path", "the labelled rows, as path, table or sql; or task.teacher.column");
    }
    if (root.section("network").has("dl4j-json")) {
      root.section("network")
          .problem(
              "the task teacher adds the output layer", "dl4j-json", "null; use network.layers");
    }
  }

  private static void labelled(Section root, Section section, DataSettings data) {
    if (data.label().isEmpty()) {
      root.section("data")
          .missing("label", "the label column of the rows of task.teacher.labelled");
    }
    if (data.text().isPresent()) {
      section
          .section(LABELLED)
          .problem(
              "the models of a teacher need numbers, not text",
              "path",
              "no setting; task.teacher.column, labels of your own");
    }
  }

  private static void column(Section root, Section section, DataSettings data) {
    for (String key : List.of(MODELS, WEIGHTS, FOLDS)) {
      if (!section.isDefault(key)) {
        section.problem(
            "no model is fitted, because task.teacher.column has the labels", key, "no setting");
      }
    }
    if (data.labelKind() == LabelKind.CLASS && data.labelClasses().size() < 2) {
      root.section("data")
          .problem(
              "the classes of task.teacher.column are unknown",
              "label-classes",
              "the names of the classes, in the order of their probabilities");
    }
  }
}
