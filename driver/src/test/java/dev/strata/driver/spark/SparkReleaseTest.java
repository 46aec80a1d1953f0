package dev.strata.driver.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparkReleaseTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"3.5.0", "3.5.9", "3.5.1-amzn-0", "3.5", "4.0.1", "4.1.0", "4.2.0", "5.0.0", "x"})
  void takesWhatStrataRunsOn(String version) {
    assertThat(SparkRelease.problem(version)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.4.8", "3.4.4", "3.4.1.3.3.7180.0-274", "4.0.0", "4.0.0-vendor"})
  void refusesOthersByName(String version) {
    StrataException problem = SparkRelease.problem(version).orElseThrow();

    assertThat(problem.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(problem.getMessage())
        .contains(version, "SPARK_HOME", "Spark 3.5, or Spark 4.0.1 or later")
        .hasLineCount(1);
  }

  @Test
  void saysWhatIsWrongWithFourZero() {
    assertThat(SparkRelease.problem("4.0.0").orElseThrow()).hasMessageContaining("SPARK-52259");
  }

  @Test
  void refusesSparkConnect() {
    assertThat(SparkRelease.connectProblem("", "classic")).isEmpty();
    Optional<StrataException> remote = SparkRelease.connectProblem("sc://host:15002", "");
    Optional<StrataException> mode = SparkRelease.connectProblem("", "Connect");

    assertThat(remote.orElseThrow()).hasMessageContaining("spark.remote");
    assertThat(mode.orElseThrow()).hasMessageContaining("spark.api.mode");
  }

  @Test
  void knowsTheSparkOfThisClassPath() {
    assertThat(SparkRelease.version().orElseThrow()).startsWith("3.5.");
    assertThat(SparkRelease.problem()).isEmpty();
  }

  @Test
  void namesWhatIsMissing() {
    assertThat(SparkRelease.unlinked(new NoSuchMethodError("org.apache.spark.Some.call()")))
        .hasMessageContaining("org.apache.spark.Some.call()")
        .extracting(StrataException::kind)
        .isEqualTo(FailureKind.CONFIGURATION);
  }
}
