package dev.strata.driver.job;

import dev.strata.driver.spark.SparkCalls;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Where a job gets its Spark session from, once it needs one. */
public interface SparkSource {
  /** Spark's settings, as the session has them or will have them; starts nothing. */
  SparkConf conf();

  /**
   * The master of the session.
   *
   * @param master of the configuration; wins over spark-submit's
   */
  String master(Optional<String> master);

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
      public SparkConf conf() {
        return session.sparkContext().getConf();
      }

      @Override
      public String master(Optional<String> master) {
        return session.sparkContext().master();
      }

      @Override
      public Configuration hadoop() {
        return SparkCalls.hadoop(session);
      }

      @Override
      public SparkSession session(String command, Optional<String> master) {
        return session;
      }
    };
  }
}
