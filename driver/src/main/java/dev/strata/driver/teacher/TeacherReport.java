package dev.strata.driver.teacher;

import dev.strata.driver.simple.LabelledRows;
import dev.strata.driver.simple.ModelKind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How good a teacher is on the labelled rows, each judged by models that were fitted without it.
 *
 * @param formatVersion of the file
 * @param teacher checksum of the labelled rows' manifest and how they are learned
 * @param measures {@code teacher-rows}, {@code teacher-folds}; of classes {@code teacher-accuracy}
 *     and {@code teacher-loss}, the mean of −log p; of values {@code teacher-loss}, the mean
 *     squared error; the loss of each model by its name; and {@code teacher-weight-} of each model,
 *     the mean over the folds
 */
record TeacherReport(int formatVersion, List<String> teacher, Map<String, Double> measures) {
  static final int FORMAT_VERSION = 1;
  private static final String WEIGHT = "teacher-weight-";
  static final String FILE_NAME = "teacher.json";

  TeacherReport {
    teacher = List.copyOf(teacher);
    measures = new TreeMap<>(measures);
  }

  /**
   * @param weights of the models of each fold
   * @param given {@code [model][row]}: what the models give that were fitted without the row
   */
  static Map<String, Double> measures(
      LabelledRows rows,
      int[] folds,
      double[][] weights,
      double[][][] given,
      List<ModelKind> models) {
    double loss = 0;
    double right = 0;
    double[] losses = new double[models.size()];
    for (int i = 0; i < rows.count(); i++) {
      int row = i;
      double[][] all = Arrays.stream(given).map(model -> model[row]).toArray(double[][]::new);
      double[] label = FoldTeachers.mean(all, weights[folds[row]]);
      loss += rows.loss(row, label) / rows.count();
      right += rows.classes() > 0 && rows.predicts(row, label) ? 1 : 0;
      for (int m = 0; m < losses.length; m++) {
        losses[m] += rows.loss(row, all[m]) / rows.count();
      }
    }
    Map<String, Double> measures = new TreeMap<>();
    measures.put("teacher-rows", (double) rows.count());
    measures.put("teacher-folds", (double) weights.length);
    measures.put("teacher-loss", loss);
    if (rows.classes() > 0) {
      measures.put("teacher-accuracy", right / rows.count());
    }
    for (int m = 0; m < losses.length; m++) {
      int model = m;
      double weight = Arrays.stream(weights).mapToDouble(own -> own[model]).average().orElseThrow();
      measures.put("teacher-loss-" + models.get(m).text(), losses[m]);
      measures.put(WEIGHT + models.get(m).text(), weight);
    }
    return measures;
  }

  /** For people. */
  String words() {
    Double accuracy = measures.get("teacher-accuracy");
    return (accuracy == null ? "" : String.format(Locale.ROOT, "accuracy %.4f, ", accuracy))
        + String.format(Locale.ROOT, "loss %.4f", measures.get("teacher-loss"))
        + weights();
  }

  /** Empty of a single model, and in files of older versions. */
  private String weights() {
    List<String> weights =
        measures.entrySet().stream()
            .filter(measure -> measure.getKey().startsWith(WEIGHT))
            .map(
                measure ->
                    String.format(
                        Locale.ROOT,
                        "%s %.2f",
                        measure.getKey().substring(WEIGHT.length()),
                        measure.getValue()))
            .toList();
    return weights.size() < 2 ? "" : "; weights: " + String.join(", ", weights);
  }
}
