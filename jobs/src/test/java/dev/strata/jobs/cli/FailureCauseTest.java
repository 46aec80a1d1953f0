package dev.strata.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Spark throws where the cluster has ended a job; another attempt may help. */
class FailureCauseTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Job aborted due to stage failure: Task 1 in stage 9.0 failed 4 times, most recent failure:"
            + " Lost task 1.3 in stage 9.0 (TID 30) (10.0.0.1 executor 7): ExecutorLostFailure",
        "Job aborted due to stage failure: Master removed our application: FAILED",
        "Exiting due to error from cluster scheduler: All masters are unresponsive! Giving up.",
        "Job 12 cancelled because SparkContext was shut down",
        "Failed to get broadcast_4_piece0 of broadcast_4"
      })
  void aJobThatTheClusterEndsIsAFailureOfTheCluster(String message) {
    assertThat(FailureCause.of(new RuntimeException(new SparkException(message))))
        .hasValueSatisfying(e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER));
  }

  @Test
  void resultsThatExceedSparksLimitAreAMatterOfConfiguration() {
    String message =
        "Job aborted due to stage failure: Total size of serialized results of 8 tasks (4.8 GiB) is"
            + " bigger than spark.driver.maxResultSize (2.0 GiB)";
    assertThat(FailureCause.of(new RuntimeException(new SparkException(message))).orElseThrow())
        .hasMessageContainingAll("spark.driver.maxResultSize", "averaging.reducer")
        .extracting(StrataException::kind)
        .isEqualTo(FailureKind.CONFIGURATION);
  }

  @Test
  void anExceptionOfATaskIsAFaultOfOurs() {
    String message = "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times";
    assertThat(FailureCause.of(new SparkException(message, new IndexOutOfBoundsException(3))))
        .isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cast(concat('value ', id) as int)",
        "cast(id + 100000 as tinyint)",
        "1 / (id - id)",
        "cast(concat('value ', id) as date)",
        "array(1, 2)[cast(id + 7 as int)]"
      })
  void aValueThatAnsiModeRejectsIsAnErrorOfTheData(String expression) {
    SparkSession session = LocalSpark.session().newSession();
    session.conf().set("spark.sql.ansi.enabled", true);
    Dataset<Row> rows = session.range(3).repartition(2).selectExpr(expression);

    Throwable thrown = catchThrowable(rows::collectAsList);

    assertThat(FailureCause.of(thrown).orElseThrow())
        .hasMessageContainingAll("data.where", "spark.sql.ansi.enabled=false")
        .extracting(StrataException::kind)
        .isEqualTo(FailureKind.DATA);
  }

  @Test
  void aCallThatThisSparkLacksIsAnErrorOfTheConfiguration() {
    Error missing = new NoSuchMethodError("'void org.apache.spark.SparkContext.call()'");

    assertThat(FailureCause.of(new IllegalStateException(missing)).orElseThrow())
        .hasMessageContainingAll("SparkContext.call()", "Spark 3.5, or Spark 4.0.1 or later")
        .extracting(StrataException::kind)
        .isEqualTo(FailureKind.CONFIGURATION);
    assertThat(FailureCause.of(new NoSuchMethodError("'void dev.strata.Some.call()'"))).isEmpty();
  }
}
