package dev.strata.jobs.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.strata.driver.run.Failure;
import dev.strata.driver.run.RunFolder;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver's JVM without the options of Java 17, as a standalone Master starts it. */
class JavaOptionsTest {
  @TempDir Path folder;

  @Test
  void thisJvmHasThem() {
    assertThatCode(JavaOptions::require).doesNotThrowAnyException();
  }

  @Test
  void whatIsMissingIsListedForSparksOption() {
    StrataException problem = JavaOptions.missing(name -> name.equals("java.lang")).orElseThrow();

    assertThat(problem.kind()).isEqualTo(FailureKind.CONFIGURATION);
    assertThat(problem.key()).contains("spark.driver.extraJavaOptions");
    assertThat(problem.expected().orElseThrow())
        .contains("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED")
        .doesNotContain("java.base/java.lang=");
    assertThat(JavaOptions.missing(name -> name.equals("sun.nio.ch"))).isEmpty();
  }

  @Test
  void theFailureThatSparkMeetsIsTheSameProblem() {
    IllegalAccessError met =
        new IllegalAccessError(
            "class org.apache.spark.storage.StorageUtils$ cannot access class"
                + " sun.nio.ch.DirectBuffer because module java.base does not export sun.nio.ch to"
                + " unnamed module @0x1");

    assertThat(FailureCause.of(new IllegalStateException(met)))
        .hasValueSatisfying(
            problem -> assertThat(problem.key()).contains("spark.driver.extraJavaOptions"));
    assertThat(JavaOptions.in(new IllegalAccessError("another class"))).isEmpty();
  }

  @Test
  void theScriptAndTheDocumentHaveAllOfThem() throws IOException {
    String script = Files.readString(Path.of("../deploy/bin/strata"));
    String document = Files.readString(Path.of("../docs/clusters.md"));

    assertThat(JavaOptions.PACKAGES)
        .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
        .allSatisfy(option -> assertThat(script).contains(option))
        .allSatisfy(option -> assertThat(document).contains(option));
  }

  @Test
  void aJvmWithoutThemSaysSoInOneSentence() throws Exception {
    Path output = folder.resolve("out");
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.strata.jobs.Strata",
                "train",
                "--output",
                output.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    List<String> said =
        Files.readAllLines(log).stream().filter(l -> l.startsWith("strata train: ")).toList();
    assertThat(said)
        .singleElement()
        .asString()
        .startsWith("strata train: the JVM lacks options that Spark needs on Java 17")
        .contains("spark.driver.extraJavaOptions", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    Failure failure = RunFolder.of(new Configuration(), output.toString()).failure().orElseThrow();
    assertThat(failure.exitCode()).isEqualTo(2);
    assertThat(failure.retryable()).isFalse();
    assertThat(failure.key()).isEqualTo("spark.driver.extraJavaOptions");
  }
}
