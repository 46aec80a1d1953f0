package dev.strata.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedSecretTest {
  private static final String MASTER = "spark://host:7077";
  private static final Map<String, String> ENVIRONMENT = Map.of("_SPARK_AUTH_SECRET", "geheim");

  private final SparkConf secure = new SparkConf(false).set("spark.authenticate", "true");

  @Test
  void comesFromTheEnvironment() {
    assertThat(SharedSecret.missing(secure, MASTER, ENVIRONMENT)).contains("geheim");
  }

  @Test
  void aGivenOneStays() {
    secure.set("spark.authenticate.secret", "own");
    assertThat(SharedSecret.missing(secure, MASTER, ENVIRONMENT)).isEmpty();
  }

  @Test
  void nothingIsNeededWithoutAuthentication() {
    assertThat(SharedSecret.missing(new SparkConf(false), MASTER, Map.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"local[2]", "yarn", "k8s://https://host:443"})
  void sparkMakesItsOwnUnderOtherMasters(String master) {
    assertThat(SharedSecret.missing(secure, master, ENVIRONMENT)).isEmpty();
  }

  @Test
  void isRequired() {
    assertThatThrownBy(() -> SharedSecret.missing(secure, MASTER, Map.of()))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.key()).contains("spark.authenticate.secret");
              assertThat(e).hasMessageContaining("STRATA_SECRET_FILE");
            });
  }

  /** Spark would use the text itself, the same for everybody who copies the file. */
  @Test
  void aVariableIsRefused() {
    secure.set("spark.authenticate.secret", "${env:SECRET}");
    assertThatThrownBy(() -> SharedSecret.missing(secure, MASTER, ENVIRONMENT))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("does not replace variables")
        .hasMessageNotContaining("env:SECRET");
  }
}
