package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

class ExtractCommandTest {
  @TempDir private Path folder;

  @Test
  void layersOfATrainedModelBecomeColumnsBesideTheIds() throws IOException {
    Workbench bench = new Workbench(folder);
    bench.run("train", "model", "data.scaling=none").expect(0);
    String model = "model=" + bench.path("model");
    CommandResult extracted =
        bench.run("extract", "out", model, "extract.layers=[hidden-1, output]").expect(0);
    assertThat(extracted.err()).contains("90 rows", "hidden_1 (4 numbers)", "output (3 numbers)");

    List<Row> rows =
        LocalSpark.session()
            .read()
            .parquet(bench.path("out/features"))
            .selectExpr("cast(row as int) as row", "hidden_1", "output")
            .orderBy("row")
            .collectAsList();
    assertThat(rows).hasSize(90);
    var network =
        ModelSerializer.restoreMultiLayerNetwork(folder.resolve("model/model/model.zip").toFile());
    String[] source = Workbench.rows(90).split("\n");
    for (int i = 0; i < rows.size(); i++) {
      String[] cells = source[i + 1].trim().split(",");
      var expected =
          network.feedForward(
              Nd4j.createFromArray(
                  new float[][] {{Float.parseFloat(cells[1]), Float.parseFloat(cells[2])}}),
              false);
      for (int layer = 1; layer <= 2; layer++) {
        List<Float> found = rows.get(i).getList(layer);
        for (int unit = 0; unit < found.size(); unit++) {
          assertThat(found.get(unit))
              .isCloseTo(expected.get(layer).getFloat(0, unit), within(1e-6f));
        }
      }
    }
    assertThat(bench.run("extract", "other", model, "extract.layers=[hiden-1]").expect(2).err())
        .contains("extract.layers", "hiden-1", "hidden-1");
  }

  @Test
  void aRefusedExtractionIsRepeatedWithOtherSettingsInTheSameFolder() {
    Workbench bench = new Workbench(folder);
    bench.run("train", "model").expect(0);
    String model = "model=" + bench.path("model");
    bench.run("extract", "out", model, "extract.layers=[hiden-1]").expect(2);
    bench.run("extract", "out", model, "extract.layers=[hidden-1]").expect(0);
    assertThat(bench.run("extract", "out", model, "extract.layers=[output]").expect(2).err())
        .as("a finished one stays")
        .contains("extract.layers", "--overwrite");
    bench
        .run("extract", "out", model, "extract.layers=[hiden-1]", "extract.write-mode=overwrite")
        .expect(2);
    assertThat(bench.run("extract", "out", model, "extract.layers=[output]").expect(2).err())
        .as("features that were there stay")
        .contains("the features already exist", "extract.write-mode");
    assertThat(LocalSpark.session().read().parquet(bench.path("out/features")).columns())
        .containsExactly("row", "hidden_1");
  }

  @Test
  void predictionsPartitionsAndBadRowsAreThereAndCounted() throws IOException {
    Workbench bench = new Workbench(folder);
    bench.run("train", "model").expect(0);
    bench.write("new.csv", "row,x,y,day\n1,-2,-1,mon\n2,0,2,tue\n3,none,1,tue\n");
    String[] settings = {
      "model=" + bench.path("model"),
      "data.path=" + bench.path("new.csv"),
      "extract.predictions=true",
      "extract.bad-rows=quarantine",
      "extract.partition-by=[day]",
      "extract.write-mode=overwrite-partitions"
    };
    CommandResult extracted = bench.run("extract", "out", settings).expect(0);
    assertThat(extracted.err()).contains("2 rows", "could not be used: 1 row");
    List<Row> rows =
        LocalSpark.session()
            .read()
            .parquet(bench.path("out/features"))
            .selectExpr("row", "prediction", "day")
            .orderBy("row")
            .collectAsList();
    assertThat(rows.toString()).isEqualTo("[[1,a,mon], [2,b,tue]]");
    assertThat(Files.readString(folder.resolve("out/result.json")))
        .contains("\"quarantined-rows\" : 1.0", "\"written-rows\" : 2.0");
    assertThat(folder.resolve("out/report.html")).isRegularFile();

    bench.write("new.csv", "row,x,y,day\n9,-2,-1,tue\n");
    bench.run("extract", "out", settings).expect(0);
    assertThat(
            LocalSpark.session()
                .read()
                .parquet(bench.path("out/features"))
                .selectExpr("cast(row as string)")
                .orderBy("row")
                .collectAsList()
                .toString())
        .as("Monday stays")
        .isEqualTo("[[1], [9]]");
  }

  @Test
  void whatIsAskedForMustBePossible() {
    Workbench bench = new Workbench(folder);
    assertThat(
            bench
                .run("extract", "out", "model=none", "extract.write-mode=overwrite-partitions")
                .expect(2)
                .err())
        .contains("extract.layers", "extract.partition-by");
    bench.run("train", "model").expect(0);
    assertThat(
            bench
                .run(
                    "extract",
                    "out",
                    "model=" + bench.path("model"),
                    "extract.reconstruction-error=true")
                .expect(2)
                .err())
        .contains("extract.reconstruction-error", "decoder");
    assertThat(
            bench
                .run(
                    "extract",
                    "other",
                    "model=" + bench.path("model"),
                    "extract.layers=[output]",
                    "data.id=[rwo]")
                .expect(3)
                .err())
        .contains("data.id", "did you mean row?");
  }
}
