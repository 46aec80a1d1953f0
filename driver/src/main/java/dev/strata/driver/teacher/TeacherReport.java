package dev.strata.driver.teacher;

import dev.strata.driver.simple.LabelledRows;
import dev.strata.driver.simple.ModelKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.Vector;

/**
 * How good a teacher is on the labelled rows, each judged by models that were fitted without it.
 *
 * @param formatVersion of the file
 * @param teacher checksum of the labelled rows' manifest and how they are learned
 * @param measures {@code teacher-rows}, {@code teacher-folds}; of classes {@code teacher-accuracy}
 *     and {@code teacher-loss}, the mean of −log p; of values {@code teacher-loss}, the mean
 *     squared error; and the loss of each model by its name
 */
record TeacherReport(int formatVersion, List<String> teacher, Map<String, Double> measures) {
  static final int FORMAT_VERSION = 1;
  static final String FILE_NAME = "teacher.json";

  TeacherReport {
    teacher = List.copyOf(teacher);
    measures = new TreeMap<>(measures);
  }

  static Map<String, Double> measures(
      LabelledRows rows, int[] folds, FoldTeachers teachers, List<ModelKind> models) {
    double loss = 0;
    double right = 0;
    double[] losses = new double[models.size()];
    for (int i = 0; i < rows.count(); i++) {
      Vector row = rows.row(i);
      double[] given = teachers.ofFold(row, folds[i]);
      loss += rows.loss(i, given) / rows.count();
      right += rows.classes() > 0 && rows.predicts(i, given) ? 1 : 0;
      for (int m = 0; m < losses.length; m++) {
        losses[m] += rows.loss(i, teachers.ofModel(row, folds[i], m)) / rows.count();
      }
    }
    Map<String, Double> measures = new TreeMap<>();
    measures.put("teacher-rows", (double) rows.count());
    measures.put("teacher-folds", teachers.folds());
    measures.put("teacher-loss", loss);
    if (rows.classes() > 0) {
      measures.put("teacher-accuracy", right / rows.count());
    }
    for (int m = 0; m < losses.length; m++) {
      measures.put("teacher-loss-" + models.get(m).text(), losses[m]);
    }
    return measures;
  }

  /** For people. */
  String words() {
    Double accuracy = measures.get("teacher-accuracy");
    return (accuracy == null ? "" : String.format(Locale.ROOT, "accuracy %.4f, ", accuracy))
        + String.format(Locale.ROOT, "loss %.4f", measures.get("teacher-loss"));
  }
}
