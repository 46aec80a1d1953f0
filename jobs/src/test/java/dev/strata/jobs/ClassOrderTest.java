package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of {@code probabilities}: that of the model's classes, wherever it is written. */
class ClassOrderTest {
  @TempDir Path folder;

  @Test
  void probabilitiesAreInTheConfiguredOrder() throws Exception {
    Workbench bench = new Workbench(folder);

    assertOrder(bench, List.of("c", "a", "b"), "data.label-classes=[c, a, b]");
  }

  @Test
  void numbersAreSortedAsNumbers() throws Exception {
    Workbench bench = new Workbench(folder);
    String rows = Workbench.rows(90).replaceAll(",a\\n", ",10\n").replaceAll(",b\\n", ",9\n");
    bench.write("rows.csv", rows.replaceAll(",c\\n", ",100\n"));

    assertOrder(bench, List.of("9", "10", "100"), "data.label-kind=class");
  }

  private void assertOrder(Workbench bench, List<String> order, String setting) throws Exception {
    bench.run("train", "out", setting, "training.epochs=20").expect(0);
    bench
        .run(
            "extract",
            "features",
            "model=" + bench.path("out"),
            "data.label=null",
            "extract.predictions=true")
        .expect(0);

    Dataset<Row> features = LocalSpark.session().read().parquet(bench.path("features/features"));
    assertThat(features.schema().apply("probabilities").metadata().getStringArray("classes"))
        .containsExactly(order.toArray(String[]::new));
    List<String> predicted = new ArrayList<>();
    for (Row row : features.select("prediction", "probabilities").collectAsList()) {
      List<Float> probabilities = row.getList(1);
      int highest = probabilities.indexOf(probabilities.stream().max(Float::compare).orElseThrow());
      assertThat(row.getString(0)).isEqualTo(order.get(highest));
      predicted.add(row.getString(0));
    }
    assertThat(predicted)
        .as("no order is hidden by one class alone")
        .contains(order.toArray(String[]::new));
    assertThat(names(bench, "model/preprocessing.json")).isEqualTo(order);
  }

  private static List<String> names(Workbench bench, String file) throws Exception {
    List<String> names = new ArrayList<>();
    JsonNode tree = Json.mapper().readTree(Files.readString(Path.of(bench.path("out/" + file))));
    tree.path("classes").forEach(name -> names.add(name.asText()));
    return names;
  }
}
