package dev.strata.driver.teacher;

import dev.strata.driver.simple.FittedModel;
import dev.strata.driver.simple.LabelledRows;
import dev.strata.driver.simple.ModelFit;
import dev.strata.driver.simple.ModelKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.SparkSession;

/** Fits the teachers of all folds. */
final class TeacherFit {
  private final SparkSession session;
  private final LabelledRows rows;
  private final List<ModelKind> models;
  private final long seed;

  TeacherFit(SparkSession session, LabelledRows rows, List<ModelKind> models, long seed) {
    this.session = session;
    this.rows = rows;
    this.models = models;
    this.seed = seed;
  }

  /**
   * Teachers of the folds, and how good they are.
   *
   * @param most folds
   * @param weighting of a fold's models. The weights are those of the other folds' rows, each
   *     predicted by models that were fitted without it, and so with the fold: its labels count in
   *     them a little, as in any stacking.
   */
  Fitted run(int most, Weighting weighting) {
    int[] folds = TeacherFolds.of(rows, most);
    int count = IntStream.of(folds).max().orElse(0) + 1;
    List<List<FittedModel>> all = new ArrayList<>();
    try (ModelFit fit = new ModelFit(session, rows, seed)) {
      List<FittedModel> each =
          fit.all(
              count * models.size(),
              piece ->
                  fit.fit(
                      models.get(piece % models.size()).settings().get(0),
                      without(folds, piece / models.size())));
      for (int fold = 0; fold < count; fold++) {
        all.add(each.subList(fold * models.size(), (fold + 1) * models.size()));
      }
    }
    double[][][] given = unseen(all, folds);
    double[][] weights = new double[count][];
    for (int fold = 0; fold < count; fold++) {
      weights[fold] =
          weighting == Weighting.EQUAL
              ? ModelWeights.equal(models.size())
              : ModelWeights.of(rows, given, without(folds, fold));
    }
    FoldTeachers teachers = new FoldTeachers(all, weights, rows.features(), folds);
    return new Fitted(teachers, TeacherReport.measures(rows, folds, weights, given, models));
  }

  /** What the models give each row that were fitted without it: {@code [model][row]}. */
  private double[][][] unseen(List<List<FittedModel>> teachers, int[] folds) {
    double[][][] given = new double[models.size()][folds.length][];
    for (int row = 0; row < folds.length; row++) {
      Vector features = rows.row(row);
      for (int model = 0; model < given.length; model++) {
        given[model][row] = teachers.get(folds[row]).get(model).of(features);
      }
    }
    return given;
  }

  private static int[] without(int[] folds, int fold) {
    return IntStream.range(0, folds.length).filter(row -> folds[row] != fold).toArray();
  }

  /** Teachers, and how good they are: name → measure. */
  record Fitted(FoldTeachers teachers, Map<String, Double> measures) {}
}
