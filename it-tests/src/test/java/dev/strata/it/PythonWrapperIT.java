package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Python classes name stages that exist; they work where PySpark is installed. */
class PythonWrapperIT {
  private static final Path FOLDER = Path.of("..", "deploy", "python");
  private static final Pattern CLASS = Pattern.compile("(?m)^class ([A-Z]\\w*)\\(");

  @Test
  void everyPythonClassIsAStageOfTheApi() throws Exception {
    Matcher classes =
        CLASS.matcher(
            Files.readString(FOLDER.resolve("dev/strata/api.py"), StandardCharsets.UTF_8));
    int found = 0;
    while (classes.find()) {
      Class<?> stage = Class.forName("dev.strata.api." + classes.group(1));
      assertThat(org.apache.spark.ml.PipelineStage.class).isAssignableFrom(stage);
      found++;
    }
    assertThat(found).isEqualTo(9);
  }

  @Test
  void itsTestPassesWherePySparkIsInstalled() throws Exception {
    assumeTrue(python(List.of("-c", "import pyspark")) == 0, "PySpark is not installed");
    assertThat(python(List.of("test_api.py"))).isZero();
  }

  private static int python(List<String> arguments) throws InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("python3"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).directory(FOLDER.toFile()).inheritIO();
    builder
        .environment()
        .put(
            "STRATA_JAR",
            Path.of("..", "jobs", "target", "strata.jar").toAbsolutePath().toString());
    try {
      return builder.start().waitFor();
    } catch (IOException e) {
      return 127;
    }
  }
}
