package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.strata.driver.testing.AdultRows;
import dev.strata.driver.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The classifier of {@code conf/adult.conf} as ONNX takes raw columns, numbers and texts, and gives
 * the probabilities that Strata gives, on all test rows.
 */
@EnabledIfEnvironmentVariable(named = "STRATA_DATA", matches = ".+")
class AdultOnnxTest {
  private static final int TEST_ROWS = 16_281;

  @TempDir private Path folder;

  @Test
  void rawColumnsGiveTheProbabilitiesOfStrata() throws IOException, OrtException {
    command("train", "trained", "--config", "../conf/adult.conf", "--set", "training.epochs=2");
    CommandResult.of(
            "models", "export", path("trained"), "--output", path("adult.onnx"), "--format", "onnx")
        .expect(0);
    List<String[]> rows = rows();
    double[][] probabilities = extracted(rows);
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    int right = 0;
    try (OrtSession session = runtime.createSession(path("adult.onnx"));
        OrtSession.Result result = session.run(AdultRows.tensors(rows, session, runtime))) {
      float[][] found = (float[][]) result.get("probabilities").orElseThrow().getValue();
      String[] classes = (String[]) result.get("prediction").orElseThrow().getValue();
      for (int r = 0; r < TEST_ROWS; r++) {
        for (int c = 0; c < 2; c++) {
          assertThat((double) found[r][c])
              .as("row %d", r)
              .isCloseTo(probabilities[r][c], within(1e-5));
        }
        right += rows.get(r)[14].equals(classes[r] + ".") ? 1 : 0;
      }
    }
    double accuracy =
        new ObjectMapper()
            .readTree(folder.resolve("trained/result.json").toFile())
            .path("metrics")
            .path("test")
            .path("accuracy")
            .asDouble();
    assertThat(right / (double) TEST_ROWS).isCloseTo(accuracy, within(1e-9));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private void command(String command, String output, String... others) {
    List<String> words = new ArrayList<>(List.of(command, "--output", path(output)));
    words.addAll(List.of(others));
    CommandResult.of(words.toArray(String[]::new)).expect(0);
  }

  private static List<String[]> rows() throws IOException {
    List<String[]> rows = AdultRows.test(Path.of(System.getenv("STRATA_DATA"), "adult"));
    assertThat(rows).hasSize(TEST_ROWS);
    return rows;
  }

  /** What {@code extract} writes for the output layer, by the number of the row. */
  private double[][] extracted(List<String[]> rows) throws IOException {
    StringBuilder text = new StringBuilder("row," + String.join(",", AdultRows.COLUMNS) + "\n");
    for (int r = 0; r < rows.size(); r++) {
      text.append(r).append(',').append(String.join(",", rows.get(r))).append('\n');
    }
    Files.writeString(folder.resolve("rows.csv"), text);
    command(
        "extract",
        "features",
        "--set",
        "model=" + path("trained"),
        "--set",
        "data.path=" + path("rows.csv"),
        "--set",
        "data.id=[row]",
        "--set",
        "extract.layers=[output]");
    double[][] probabilities = new double[rows.size()][2];
    for (Row row :
        LocalSpark.session()
            .read()
            .parquet(path("features/features"))
            .selectExpr("cast(row as int) as row", "output")
            .collectAsList()) {
      List<Float> found = row.getList(1);
      probabilities[row.getInt(0)] = new double[] {found.get(0), found.get(1)};
    }
    return probabilities;
  }
}
