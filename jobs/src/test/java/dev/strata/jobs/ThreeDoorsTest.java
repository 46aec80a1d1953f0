package dev.strata.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.api.LayerwisePretrainer;
import dev.strata.api.StrataClassifier;
import dev.strata.api.StrataModel;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.failure.StrataException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line, the Java API and Spark ML train the same model on the same rows. */
class ThreeDoorsTest {
  private static final SparkSession SPARK = LocalSpark.session();
  private static final Path DOCUMENT = Path.of("..", "docs", "api.md");

  @TempDir private Path folder;
  private String rows;

  @BeforeEach
  void rows() {
    rows = folder.resolve("rows.parquet").toString();
    Random random = new Random(3);
    List<Row> all = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      int label = i % 3;
      double[] features = new double[6];
      for (int j = 0; j < features.length; j++) {
        features[j] = (j % 3 == label ? 1 : 0) + 0.2 * random.nextGaussian();
      }
      all.add(RowFactory.create(i, Vectors.dense(features), i % 5 == 0 ? null : (double) label));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType);
    SPARK.createDataFrame(all, schema).repartition(3).write().parquet(rows);
  }

  @Test
  void theProgramOfTheDocumentTrainsWhatItsCommandsTrain() throws Exception {
    String text = Files.readString(DOCUMENT);
    String program = block(text, "```java\n(.*?)```");
    assertThat(program.lines().count()).isLessThanOrEqualTo(40);
    assertThat(program.lines().filter(line -> line.startsWith("import dev.strata")))
        .allMatch(line -> line.startsWith("import dev.strata.api."));

    run(program, rows, folder.resolve("program").toString());

    for (String command :
        block(text, "The same with the command line:\n\n(.*?)\n\n## ")
            .replace("\\\n", " ")
            .split("\n")) {
      CommandResult.of(arguments(command)).expect(0);
    }
    assertThat(sha("program/encoder")).isEqualTo(sha("commands/encoder"));
    assertThat(sha("program/classifier")).isEqualTo(sha("commands/classifier"));
    Dataset<Row> extracted =
        SPARK.read().parquet(folder.resolve("commands/features/features").toString());
    assertThat(SPARK.read().parquet(folder.resolve("program/features").toString()).count())
        .isEqualTo(extracted.count())
        .isEqualTo(150);
  }

  @Test
  void aPipelineTrainsWhatTheCommandsTrain() {
    CommandResult.of(
            "train",
            "--output",
            folder.resolve("commands").toString(),
            "--set",
            "data.path=" + rows,
            "--set",
            "data.where=label is not null",
            "--set",
            "data.features=[features]",
            "--set",
            "data.label=label",
            "--set",
            "network.layers=[{type=dense,units=5,activation=relu},{type=output}]",
            "--set",
            "training.epochs=3")
        .expect(0);
    PipelineModel pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new LayerwisePretrainer()
                      .setHiddenUnits(4)
                      .setScaling("min-max")
                      .setEpochs(1)
                      .setWorkFolder(folder.toString()),
                  new StrataClassifier()
                      .setHiddenUnits(5)
                      .setEpochs(3)
                      .setOutputDir(folder.resolve("pipeline").toString())
                })
            .fit(SPARK.read().parquet(rows).where("label is not null"));
    assertThat(sha("pipeline")).isEqualTo(sha("commands"));
    assertThat(pipeline.transform(SPARK.read().parquet(rows)).columns())
        .contains("encoded", "rawPrediction", "probability", "prediction");
  }

  @Test
  void aFitFailsAsTheCommandDoes() {
    LayerwisePretrainer unscaled =
        new LayerwisePretrainer()
            .setHiddenUnits(4)
            .setScaling("standard")
            .setSettings("pretrain.layer.loss=cross-entropy")
            .setWorkFolder(folder.toString());
    assertThatThrownBy(() -> unscaled.fit(SPARK.read().parquet(rows)))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("data.scaling");
    assertThatThrownBy(
            () -> unscaled.setSettings("training.epoch=3").fit(SPARK.read().parquet(rows)))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("did you mean training.epochs?");
  }

  private String sha(String run) {
    return StrataModel.load(SPARK, folder.resolve(run).toString()).modelSha256();
  }

  private static String block(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
    assertThat(matcher.find()).as(pattern).isTrue();
    return matcher.group(1);
  }

  /** What a shell makes of it, with this test's rows and folder. */
  private String[] arguments(String command) {
    Matcher words = Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(command.strip());
    List<String> found = new ArrayList<>();
    while (words.find()) {
      String word = words.group(1) == null ? words.group(2) : words.group(1);
      found.add(
          word.replace("rows.parquet", rows)
              .replaceFirst("(^|=)out/", "$1" + folder.resolve("commands") + "/"));
    }
    return found.subList(1, found.size()).toArray(String[]::new);
  }

  private void run(String program, String... arguments) throws Exception {
    String name = block(program, "public class (\\w+)");
    Path source = Files.writeString(folder.resolve(name + ".java"), program);
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
    assertThat(code).isZero();
    try (URLClassLoader classes = loader()) {
      classes.loadClass(name).getMethod("main", String[].class).invoke(null, (Object) arguments);
    }
  }

  private URLClassLoader loader() throws IOException {
    return new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader());
  }
}
