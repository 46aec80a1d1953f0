package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.it.support.ChildProcess;
import dev.strata.it.support.StockModel;
import dev.strata.jobs.Strata;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pretrained encoder in a JVM that has stock DL4J on its class path and nothing of Strata or
 * Spark: it loads, and its output is what {@code extract} writes.
 */
class StockDl4jIT {
  private static final int ROWS = 60;
  private static final int WIDTH = 6;
  private static final String CONFIGURATION =
      """
      data { path = "%s", id = [row], blocks = 2 }
      pretrain.layers = [
        { units = 5, corruption { type = masking, rate = 0.2 } }
        { units = 4, activation = tanh, decoder-activation = sigmoid }
        { units = 3, kind = rbm, visible = gaussian, hidden = rectified }
      ]
      training { workers = 2, batch-size = 8, epochs = 2 }
      """;

  /** Parts of the paths of what DL4J and ND4J themselves consist of or need. */
  private static final List<String> STOCK =
      List.of(
          "/org/nd4j/",
          "/org/deeplearning4j/",
          "/org/bytedeco/",
          "/org/slf4j/slf4j-api/",
          "/com/google/flatbuffers/",
          "/commons-io/",
          "/org/apache/commons/",
          "/it/unimi/",
          "/net/ericaro/",
          "/com/github/oshi/",
          "/net/java/dev/jna/");

  @TempDir Path folder;

  @Test
  void loadsTheEncoderAndGivesWhatExtractWrites() throws Exception {
    List<String> rows = rows();
    Path table = folder.resolve("rows.csv");
    List<String> lines = new ArrayList<>(List.of("row,a,b,c,d,e,f"));
    for (int i = 0; i < ROWS; i++) {
      lines.add(i + "," + rows.get(i));
    }
    Files.write(table, lines, StandardCharsets.UTF_8);
    Path configuration =
        Files.writeString(folder.resolve("c.conf"), CONFIGURATION.formatted(table));
    strata("pretrain", configuration, "encoder");
    strata(
        "extract",
        configuration,
        "features",
        "model=" + folder.resolve("encoder"),
        "extract.layers=[output]");

    List<String> stock = stockOutputs(rows);

    List<Row> ours =
        LocalSpark.session()
            .read()
            .parquet(folder.resolve("features/features").toString())
            .selectExpr("cast(row as int) as row", "output")
            .orderBy("row")
            .collectAsList();
    assertThat(ours).hasSize(ROWS);
    for (int i = 0; i < ROWS; i++) {
      List<Float> expected = ours.get(i).getList(1);
      String[] found = stock.get(i).split(",");
      assertThat(found).hasSize(3);
      for (int unit = 0; unit < 3; unit++) {
        assertThat(Float.parseFloat(found[unit])).isCloseTo(expected.get(unit), within(1e-6f));
      }
    }
  }

  private void strata(String command, Path configuration, String output, String... settings)
      throws SparkUserAppException {
    LocalSpark.session();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command,
                "--config",
                configuration.toString(),
                "--output",
                folder.resolve(output).toString()));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    Strata.main(arguments.toArray(String[]::new));
  }

  private List<String> stockOutputs(List<String> rows) throws IOException {
    Path input = Files.write(folder.resolve("rows.txt"), rows, StandardCharsets.UTF_8);
    Path output = folder.resolve("outputs.txt");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            classPath(),
            StockModel.class.getName(),
            folder.resolve("encoder/model/model.zip").toString(),
            input.toString(),
            output.toString());
    Path log = folder.resolve("stock.log");
    try (ChildProcess stock = ChildProcess.start("stock DL4J", command, Map.of(), folder, log)) {
      assertThat(stock.exitCode(Duration.ofMinutes(2))).as(stock.tail()).isZero();
    }
    return Files.readAllLines(output, StandardCharsets.UTF_8);
  }

  /** DL4J's jars of this JVM, and a folder with the program alone. */
  private String classPath() throws IOException {
    String name = StockModel.class.getName().replace('.', '/') + ".class";
    Path program = folder.resolve("program").resolve(name);
    Files.createDirectories(program.getParent());
    try (InputStream in = StockModel.class.getClassLoader().getResourceAsStream(name)) {
      Files.copy(in, program);
    }
    String jars =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(jar -> STOCK.stream().anyMatch(part -> unixPath(jar).contains(part)))
            .filter(jar -> !jar.contains("dl4j-spark") && !jar.contains("nd4j-kryo"))
            .collect(Collectors.joining(File.pathSeparator));
    assertThat(jars).contains("nd4j-api").contains("deeplearning4j-nn");
    return folder.resolve("program") + File.pathSeparator + jars;
  }

  private static String unixPath(String path) {
    return path.replace(File.separatorChar, '/');
  }

  private static List<String> rows() {
    Random random = new Random(3);
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      double phase = random.nextDouble() * 6;
      List<String> cells = new ArrayList<>();
      for (int i = 0; i < WIDTH; i++) {
        cells.add(String.format(Locale.ROOT, "%.4f", 0.5 + 0.4 * Math.sin(phase + i)));
      }
      rows.add(String.join(",", cells));
    }
    return rows;
  }
}
