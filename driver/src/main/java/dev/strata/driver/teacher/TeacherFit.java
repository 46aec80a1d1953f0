package dev.strata.driver.teacher;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/** Fits the teachers of all folds, several at once: their jobs have one task each. */
final class TeacherFit {
  private static final int AT_ONCE = 8;

  private final ModelFit fit;
  private final LabelledRows rows;
  private final List<TeacherModel> models;

  TeacherFit(SparkSession spark, LabelledRows rows, List<TeacherModel> models, long seed) {
    this.fit = new ModelFit(spark, rows, ModelFit.Trees.USUAL, seed);
    this.rows = rows;
    this.models = models;
  }

  /**
   * Teachers of the folds, and how good they are.
   *
   * @param most folds
   */
  Fitted run(int most) {
    int[] folds = rows.folds(most);
    int count = IntStream.of(folds).max().orElse(0) + 1;
    // New threads: those of a common pool have another class loader than Spark's applications.
    ExecutorService threads = Executors.newFixedThreadPool(Math.min(AT_ONCE, count));
    try {
      List<Future<List<Opinion>>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int fold = i;
        running.add(threads.submit(() -> fit.fit(models, folds, fold)));
      }
      List<List<Opinion>> all = new ArrayList<>();
      for (Future<List<Opinion>> one : running) {
        all.add(one.get());
      }
      FoldTeachers teachers = new FoldTeachers(all, rows.features(), folds);
      return new Fitted(teachers, TeacherReport.measures(rows, folds, teachers, models));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("a model of the teacher could not be fitted", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the teacher was fitted", e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Teachers, and how good they are: name → measure. */
  record Fitted(FoldTeachers teachers, Map<String, Double> measures) {}
}
