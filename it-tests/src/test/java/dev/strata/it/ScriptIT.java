package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.it.support.Example;
import dev.strata.it.support.Project;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/bin/strata}: any folder, links, the caller's paths, whose Spark, and codes that
 * pass.
 */
class ScriptIT {
  @TempDir Path folder;

  @Test
  void tellsItsVersionFromAnyFolderAndThroughALink() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("strata"), Project.script());

    assertThat(StrataCommand.in(folder, "--version").through(link).run(0))
        .containsPattern("strata \\d+\\.\\d+\\.\\d+ \\(commit ([0-9a-f]{40}(-dirty)?|unknown)\\)");
  }

  @Test
  void pathsAreTheCallersAndCheckNeedsNoMaster() {
    Example.write(folder);

    assertThat(check("train.conf").run(0)).contains("hidden");
    assertThat(check("no-such.conf").run(2)).contains("no-such.conf");
  }

  @Test
  void usesTheSparkOfSparkHomeAndSaysSo() {
    Example.write(folder);

    String said = check("train.conf").environment("SPARK_HOME", Project.sparkHome()).run(0);

    assertThat(said).contains("using Spark from SPARK_HOME=" + Project.sparkHome());
  }

  @Test
  void refusesASessionOfSparkConnect() {
    assertThat(check("any.conf").environment("SPARK_REMOTE", "sc://example").run(2))
        .contains("SPARK_REMOTE is sc://example (Spark Connect)");
    assertThat(check("any.conf").spark("--conf", "spark.remote=sc://other").run(2))
        .contains("sc://other");
    assertThat(check("any.conf").spark("--remote", "sc://third").run(2)).contains("sc://third");
  }

  @Test
  void refusesASparkHomeThatItCannotUse() throws IOException {
    assertThat(check("any.conf").environment("SPARK_HOME", folder).run(2))
        .contains("SPARK_HOME")
        .contains("bin/spark-submit");

    Path submit = folder.resolve("bin/spark-submit");
    Files.createDirectories(submit.getParent());
    Files.copy(Project.sparkHome().resolve("bin/spark-submit"), submit);
    assertThat(submit.toFile().setExecutable(true)).isTrue();
    Files.createDirectories(folder.resolve("jars"));
    for (String core : List.of("2.13-4.0.0", "2.13-4.0.0-vendor", "2.13-3.4.4", "2.12-3.2.0")) {
      Path jar = Files.createFile(folder.resolve("jars/spark-core_" + core + ".jar"));
      assertThat(check("any.conf").environment("SPARK_HOME", folder).run(2))
          .contains(jar.getFileName().toString())
          .contains("Spark 3.5, or Spark 4.0.1 or later");
      Files.delete(jar);
    }
  }

  @Test
  void explainsItselfWithoutACommand() {
    assertThat(StrataCommand.in(folder, "--help").run(0))
        .contains("Usage: strata COMMAND", "\n  fine-tune  ", "\n  status  ");
    assertThat(StrataCommand.in(folder, "--help", "train").run(0)).contains("--overwrite", "--set");
    assertThat(StrataCommand.in(folder, "trian").run(2)).contains("did you mean train");
  }

  private StrataCommand check(String configuration) {
    return StrataCommand.in(folder, "check", "--config", configuration).set("output.dir", "out");
  }
}
