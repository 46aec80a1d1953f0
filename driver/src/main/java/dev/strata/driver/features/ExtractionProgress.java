package dev.strata.driver.features;

import dev.strata.driver.progress.Progress;
import dev.strata.driver.progress.ProgressView;
import dev.strata.driver.spark.SparkCalls;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.spark.SparkContext;
import org.apache.spark.Success$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;

/**
 * Shows how far the Spark jobs are that the calling thread starts. How many rows there are is not
 * known before the last one is read: it is taken from the tasks that are done.
 */
final class ExtractionProgress extends SparkListener implements AutoCloseable {
  private static final String MARK = "strata.extraction";
  private static final String PHASE = "extract";

  private final SparkContext spark;
  private final ProgressView view;
  private final FeatureCounts counts;
  private final String mark = UUID.randomUUID().toString();
  private final long begun = System.nanoTime();
  private final Map<Integer, Integer> tasks = new HashMap<>();
  private long done;

  private ExtractionProgress(SparkContext spark, ProgressView view, FeatureCounts counts) {
    this.spark = spark;
    this.view = view;
    this.counts = counts;
  }

  /**
   * Watches until it is closed.
   *
   * @param counts of the tasks that are done
   */
  static ExtractionProgress watch(SparkContext spark, ProgressView view, FeatureCounts counts) {
    ExtractionProgress progress = new ExtractionProgress(spark, view, counts);
    spark.setLocalProperty(MARK, progress.mark);
    spark.addSparkListener(progress);
    return progress;
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart job) {
    Properties properties = job.properties();
    if (properties != null && mark.equals(properties.getProperty(MARK))) {
      for (StageInfo stage : SparkCalls.stages(job)) {
        tasks.put(stage.stageId(), stage.numTasks());
      }
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
    if (!tasks.containsKey(task.stageId()) || !task.reason().equals(Success$.MODULE$)) {
      return;
    }
    done++;
    long all = tasks.values().stream().mapToInt(Integer::intValue).sum();
    long rows = counts.read().value();
    double seconds = (System.nanoTime() - begun) / 1e9;
    view.update(new Progress(PHASE, 0, 0, rows, rows * all / done, Double.NaN, rows / seconds));
  }

  @Override
  public void close() {
    spark.setLocalProperty(MARK, null);
    spark.removeSparkListener(this);
  }
}
