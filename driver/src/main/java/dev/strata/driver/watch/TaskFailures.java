package dev.strata.driver.watch;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Counts what Spark repairs on its own: tasks that failed and ran again, executors that were lost.
 * A rising count is how a sick machine shows while the run still succeeds.
 */
final class TaskFailures extends SparkListener {
  private final AtomicLong tasks = new AtomicLong();
  private final AtomicLong executors = new AtomicLong();

  long tasks() {
    return tasks.get();
  }

  long executors() {
    return executors.get();
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    // Not the slower of two speculative attempts: it was killed and counts as neither.
    if (end.taskInfo() != null && end.taskInfo().failed()) {
      tasks.incrementAndGet();
    }
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    executors.incrementAndGet();
  }
}
