package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
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
    bench.run("train", "model").expect(0);
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
}
