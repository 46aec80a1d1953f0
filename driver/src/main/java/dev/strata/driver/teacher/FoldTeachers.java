package dev.strata.driver.teacher;

import dev.strata.driver.simple.FittedModel;
import dev.strata.driver.simple.LabelledRows;
import dev.strata.executor.shard.BlockLabels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;

/**
 * One teacher for each fold of the labelled rows, fitted on the other folds; its label is the mean
 * of its models'. A row that equals a labelled one gets the label of the teacher that was fitted
 * without it. Every other row gets the mean of all teachers' labels: each has seen as many rows as
 * the one that labels a labelled row, so that all labels are equally sure of themselves, and their
 * mean varies less than the label of one more teacher that has seen all rows.
 */
final class FoldTeachers implements BlockLabels.RowLabels {
  private static final long serialVersionUID = 1L;

  private final FittedModel[][] teachers;
  private final float[][] labelled;
  private final int[] folds;
  private transient Map<RowKey, Integer> known;

  /**
   * @param teachers models of each fold, at least one
   */
  FoldTeachers(List<List<FittedModel>> teachers, float[][] labelled, int[] folds) {
    this.teachers =
        teachers.stream().map(one -> one.toArray(FittedModel[]::new)).toArray(FittedModel[][]::new);
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

  /** Number of folds. */
  double folds() {
    return teachers.length;
  }

  /** The mean of the labels of a fold's models. */
  double[] ofFold(Vector row, int fold) {
    double[][] all = new double[teachers[fold].length][];
    for (int i = 0; i < all.length; i++) {
      all[i] = teachers[fold][i].of(row);
    }
    return mean(all);
  }

  /** The label of one of a fold's models. */
  double[] ofModel(Vector row, int fold, int model) {
    return teachers[fold][model].of(row);
  }

  private double[] mean(Vector row) {
    double[][] all = new double[teachers.length][];
    for (int fold = 0; fold < all.length; fold++) {
      all[fold] = ofFold(row, fold);
    }
    return mean(all);
  }

  private static double[] mean(double[][] all) {
    double[] mean = new double[all[0].length];
    for (double[] one : all) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += one[i] / all.length;
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
