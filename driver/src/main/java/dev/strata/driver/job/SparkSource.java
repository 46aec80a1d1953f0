package dev.strata.driver.job;

import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** Where a job gets its Spark session from, once it needs one. */
public interface SparkSource {
  /** Hadoop's configuration, as Spark has it or would make it; starts nothing. */
  Configuration hadoop();

  /**
   * The running session, or a new one.
   *
   * @param command the application's name, if one is started
   * @param master of the configuration; wins over spark-submit's
   */
  SparkSession session(String command, Optional<String> master);

  /** A session that the caller started and will stop. */
  static SparkSource of(SparkSession session) {
    return new SparkSource() {
      @Override
      public Configuration hadoop() {
        return session.sessionState().newHadoopConf();
      }

      @Override
      public SparkSession session(String command, Optional<String> master) {
        return session;
      }
    };
  }
}
