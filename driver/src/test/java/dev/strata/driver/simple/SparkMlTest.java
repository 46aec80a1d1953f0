package dev.strata.driver.simple;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SparkMlTest {
  @Test
  void whereSparkMlIsNotThereTheMessageSaysSo() {
    String use = "which fits it";
    assertThat(SparkMl.missing(use, "a.key", "another.key")).isEmpty();
    ClassLoader without = ClassLoader.getPlatformClassLoader();
    assertThat(SparkMl.missing(without, use, "a.key", "another.key").orElseThrow())
        .hasMessageContaining("does not include Spark ML")
        .hasMessageContaining("another.key");
  }
}
