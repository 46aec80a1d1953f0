package dev.strata.driver.teacher;

import dev.strata.driver.simple.FittedModel;
import dev.strata.driver.simple.LabelledRows;
import dev.strata.executor.shard.BlockLabels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;

/**
 * One teacher for each fold of the labelled rows, fitted on the other folds; its label is the
 * weighted mean of its models'. A row that equals a labelled one gets the label of the teacher that
 * was fitted without it. Every other row gets the mean of all teachers' labels: each has seen as
 * many rows as the one that labels a labelled row, so that all labels are equally sure of
 * themselves, and their mean varies less than the label of one more teacher that has seen all rows.
 */
final class FoldTeachers implements BlockLabels.RowLabels {
  private static final long serialVersionUID = 1L;

  private final FittedModel[][] teachers;
  private final double[][] weights;
  private final float[][] labelled;
  private final int[] folds;
  private transient Map<RowKey, Integer> known;

  /**
   * @param teachers models of each fold, at least one
   * @param weights of each fold's models, of sum 1
   * @param labelled features of the labelled rows
   * @param folds of the labelled rows
   */
  FoldTeachers(
      List<List<FittedModel>> teachers, double[][] weights, float[][] labelled, int[] folds) {
    this.teachers =
        teachers.stream().map(one -> one.toArray(FittedModel[]::new)).toArray(FittedModel[][]::new);
    this.weights = weights;
    this.labelled = labelled;
    this.folds = folds;
  }

  @Override
  public float[] of(float[] input, double[] label) {
    if (known == null) {
      known = new HashMap<>();
      for (int i = 0; i < folds.length; i++) {
        known.put(new RowKey(labelled[i]), folds[i]);
      }
    }
    Vector row = LabelledRows.vector(input);
    Integer fold = known.get(new RowKey(input));
    return floats(fold == null ? mean(row) : ofFold(row, fold));
  }

  private double[] ofFold(Vector row, int fold) {
    double[][] all = new double[teachers[fold].length][];
    for (int i = 0; i < all.length; i++) {
      all[i] = teachers[fold][i].of(row);
    }
    return mean(all, weights[fold]);
  }

  private double[] mean(Vector row) {
    double[][] all = new double[teachers.length][];
    for (int fold = 0; fold < all.length; fold++) {
      all[fold] = ofFold(row, fold);
    }
    return mean(all, ModelWeights.equal(all.length));
  }

  /**
   * The weighted mean of labels.
   *
   * @param weights of sum 1
   */
  static double[] mean(double[][] all, double[] weights) {
    double[] mean = new double[all[0].length];
    for (int one = 0; one < all.length; one++) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += weights[one] * all[one][i];
      }
    }
    return mean;
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
