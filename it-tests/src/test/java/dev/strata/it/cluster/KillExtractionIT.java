package dev.strata.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.Outputs;
import dev.strata.it.support.ScenarioTable;
import dev.strata.it.support.StandaloneCluster;
import dev.strata.it.support.StrataCommand;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An executor that dies in the middle of an extraction changes no feature. */
class KillExtractionIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final int COPIES = 25;

  @TempDir Path folder;

  @Test
  void aLostExecutorChangesNoFeature() throws IOException {
    StrataCommand.train(folder, folder.resolve("model").toString())
        .set("training.epochs", 1)
        .here(0);
    Path many = many(folder.resolve("flowers.csv"));
    // In a process of its own, so that it has the same partitions: a row's last bits depend on its
    // batch.
    extract(many, "quiet").run(0);

    Outputs outputs = Outputs.of(folder.resolve("killed"));
    try (StandaloneCluster cluster = StandaloneCluster.start(folder.resolve("cluster"), 2);
        ChildProcess run =
            extract(many, "killed")
                .spark("--master", cluster.url(), "--executor-memory", "1g")
                .start()) {
      run.await("a finished task", LIMIT, () -> finishedTasks() > 0);
      assertThat(cluster.killExecutor()).isTrue();
      assertThat(outputs.run().result()).as("killed in the middle").isEmpty();
      assertThat(run.exitCode(LIMIT)).as(run.tail()).isZero();
    }
    Dataset<Row> quiet = features("quiet");
    Dataset<Row> killed = features("killed");
    assertThat(killed.count()).isEqualTo(quiet.count()).isEqualTo(2000L * COPIES);
    assertThat(killed.exceptAll(quiet).count()).isZero();
    assertThat(outputs.result().metrics().get("source"))
        .isEqualTo(Outputs.of(folder.resolve("quiet")).result().metrics().get("source"));
    ScenarioTable.add("executor killed during extract", "code 0, the same features", true);
  }

  private StrataCommand extract(Path table, String output) {
    return StrataCommand.in(folder, "extract", "--config", folder.resolve("train.conf").toString())
        .set("data.path", table)
        .set("model", folder.resolve("model"))
        .set("output.dir", folder.resolve(output))
        .set("extract.layers", "[hidden, output]")
        .spark("--conf", "spark.sql.files.maxPartitionBytes=256k");
  }

  /** The example's table, many times over, so that an extraction has many tasks. */
  private Path many(Path table) throws IOException {
    List<String> lines = Files.readAllLines(table, StandardCharsets.UTF_8);
    Path many = folder.resolve("many.csv");
    try (BufferedWriter out = Files.newBufferedWriter(many, StandardCharsets.UTF_8)) {
      out.write(lines.get(0) + "\n");
      for (int copy = 0; copy < COPIES; copy++) {
        for (String line : lines.subList(1, lines.size())) {
          out.write(copy + line + "\n");
        }
      }
    }
    return many;
  }

  /** Tasks whose files wait for the end of the job. */
  private long finishedTasks() {
    Path pending = folder.resolve("killed/features/_temporary/0");
    if (!Files.isDirectory(pending)) {
      return 0;
    }
    try (Stream<Path> entries = Files.list(pending)) {
      return entries.filter(e -> e.getFileName().toString().startsWith("task_")).count();
    } catch (IOException e) {
      return 0;
    }
  }

  private Dataset<Row> features(String output) {
    return LocalSpark.session()
        .read()
        .parquet(folder.resolve(output).resolve("features").toString());
  }
}
