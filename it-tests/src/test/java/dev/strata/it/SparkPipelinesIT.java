package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.it.support.Example;
import dev.strata.it.support.PipelineProgram;
import dev.strata.it.support.SparkVersion;
import dev.strata.it.support.StrataCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark ML pipelines that one version of Spark has saved give the same predictions on another, and
 * fitted again there, the same models. {@code -Dstrata.spark} chooses the versions ({@link
 * SparkVersionsIT}).
 */
@EnabledIfSystemProperty(named = "strata.spark", matches = "all|\\d.*")
class SparkPipelinesIT {
  @TempDir private Path folder;

  private String table;

  @Test
  void eachVersionLoadsWhatTheOthersHaveSaved() throws IOException {
    Example.write(folder);
    table = folder.resolve("flowers.csv").toString();
    SparkSession session = LocalSpark.session();
    List<Path> saved = new ArrayList<>(List.of(folder.resolve("embedded")));
    PipelineProgram.save(session, table, saved.get(0));
    String expected = PipelineProgram.apply(session, table, saved.get(0));
    assertThat(expected.lines()).hasSizeGreaterThan(300);

    List<SparkVersion> versions = SparkVersion.asked();
    for (SparkVersion version : versions) {
      Path own = folder.resolve(version.toString());
      run(version, own, saved, expected);
      saved.add(own);
    }
    // Those of Scala 2.12 also load what Scala 2.13 has saved; the embedded Spark is one more.
    for (int i = 0; i < versions.size() - 1; i++) {
      if (versions.get(i).scala().equals("2.12")) {
        run(versions.get(i), saved.get(i + 1), saved.subList(i + 2, saved.size()), expected);
      }
    }
    for (Path one : saved) {
      assertThat(PipelineProgram.apply(session, table, one))
          .as("%s on the embedded Spark", one.getFileName())
          .isEqualTo(expected);
    }
  }

  private void run(SparkVersion version, Path own, List<Path> others, String expected)
      throws IOException {
    long begun = System.nanoTime();
    List<String> arguments = new ArrayList<>(List.of(table, own.toString()));
    others.forEach(other -> arguments.add(other.toString()));
    StrataCommand.in(folder, arguments.toArray(new String[0]))
        .withSparkOf(version.home())
        .spark("--master", "local[2]")
        .runProgram(PipelineProgram.class);
    for (Path other : others) {
      assertThat(Files.readString(PipelineProgram.result(other, version.spark())))
          .as("%s on Spark %s", other.getFileName(), version)
          .isEqualTo(expected);
    }
    assertThat(Files.readString(PipelineProgram.again(others.get(0), version.spark())))
        .as("%s fitted again on Spark %s", others.get(0).getFileName(), version)
        .isEqualTo(expected.lines().reduce((line, last) -> last).orElseThrow());
    System.out.printf(
        "Spark %s: applied %d saved pipelines, %.0f s%n",
        version, others.size(), (System.nanoTime() - begun) / 1e9);
  }
}
