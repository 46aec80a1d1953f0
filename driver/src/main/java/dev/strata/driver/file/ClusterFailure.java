package dev.strata.driver.file;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;
import org.apache.spark.TaskKilledException;
import org.apache.spark.shuffle.FetchFailedException;

/** Tells failures of the cluster, its network and its disks from those of a source's data. */
public final class ClusterFailure {
  /** Failures that another attempt may not have. */
  private static final List<String> CLUSTER =
      List.of(
          "ExecutorLostFailure",
          "executor loss",
          "FetchFailed",
          "SparkContext was shut down",
          "stopped SparkContext",
          "All masters are unresponsive",
          "No space left on device",
          "BlockMissingException",
          "Could not obtain block",
          "RetriableException",
          "StandbyException",
          "Connection refused",
          "Connection reset",
          "SdkClientException");

  private static final Pattern CANCELLED =
      Pattern.compile("(?:Job|Stage) \\d+ (?:was )?cancelled|cancelled job group|Task cancelled");

  private ClusterFailure() {}

  /** Whether another attempt may succeed: lost executors, connections, cancelled jobs. */
  public static boolean is(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      boolean known =
          t instanceof FetchFailedException
              || t instanceof TaskKilledException
              || t instanceof InterruptedException
              || t instanceof InterruptedIOException
              || t instanceof ClosedChannelException
              || t instanceof SocketException
              || t instanceof UnknownHostException
              || t instanceof OutOfMemoryError;
      if (known || !holdsValue(t) && saysCluster(t.toString())) {
        return true;
      }
    }
    return false;
  }

  private static boolean saysCluster(String text) {
    return CLUSTER.stream().anyMatch(text::contains) || CANCELLED.matcher(text).find();
  }

  /** Whether the text may hold a value of a row, which says nothing of the cluster. */
  static boolean holdsValue(Throwable thrown) {
    return thrown instanceof SparkThrowable spark && spark.getQueryContext().length > 0
        || String.valueOf(thrown).contains("[CAST_");
  }
}
