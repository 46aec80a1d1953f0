package dev.strata.driver.features;

import static dev.strata.driver.testing.TestDataSettings.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.features.ExtractSettings.ColumnType;
import dev.strata.driver.features.ExtractSettings.WriteMode;
import dev.strata.driver.lock.OutputLock;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.MissingPolicy.Categorical;
import dev.strata.executor.preprocess.MissingPolicy.Label;
import dev.strata.executor.preprocess.MissingPolicy.Numeric;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.UnseenCategory;
import dev.strata.executor.round.StateVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Models of rows with the numbers x and y and the category colour (red, green), and their features.
 * Encoded: {@code (x - 1) / 2, (y - 1) / 2, red, green}.
 */
abstract class ExtractFixture {
  static final String HEADER = "row,x,y,colour";
  static final MissingPolicy DROP =
      new MissingPolicy(Numeric.DROP, 0, Categorical.DROP, Label.ERROR);
  static final SparkSession SPARK = LocalSpark.session();
  static final NetworkConfiguration NETWORK =
      NetworkBuilder.build(
          NetworkSettings.of(
              List.of(
                  LayerSettings.dense(7, "tanh"),
                  LayerSettings.batchNorm(),
                  LayerSettings.dropout(0.5),
                  LayerSettings.dense(5),
                  LayerSettings.output()),
              UpdaterSettings.of("adam", 0.01)),
          4,
          OutputTask.classes(3),
          42);

  @TempDir Path temp;

  String at(String name) {
    return temp.resolve(name).toString();
  }

  String csv(String name, String... lines) {
    try {
      return Files.writeString(temp.resolve(name), String.join("\n", lines) + "\n").toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ExtractSettings layers(String... names) {
    return new ExtractSettings(
        List.of(names),
        ColumnType.ARRAY,
        false,
        false,
        64,
        BadRows.FAIL,
        WriteMode.ERROR,
        List.of());
  }

  static ExtractSettings overwriting(String... names) {
    return settings(List.of(names), ColumnType.ARRAY, false, BadRows.FAIL);
  }

  static ExtractSettings settings(
      List<String> layers, ColumnType type, boolean predictions, BadRows badRows) {
    return new ExtractSettings(
        layers, type, predictions, false, 64, badRows, WriteMode.OVERWRITE, List.of());
  }

  ExtractRequest request(TestDataSettings data, ModelBundle bundle, ExtractSettings settings) {
    return new ExtractRequest(
        data.build(),
        bundle,
        settings,
        new org.apache.hadoop.fs.Path(temp.resolve("out/features").toUri()),
        new org.apache.hadoop.fs.Path(temp.resolve("out/quarantine").toUri()),
        false,
        OutputLock.none());
  }

  ExtractResult extract(TestDataSettings data, ModelBundle bundle, ExtractSettings settings) {
    return new FeatureExtractor(SPARK).extract(request(data, bundle, settings));
  }

  StrataException failure(TestDataSettings data, ModelBundle bundle, ExtractSettings settings) {
    StrataException thrown =
        catchThrowableOfType(() -> extract(data, bundle, settings), StrataException.class);
    assertThat(thrown).as("the failure of the extraction").isNotNull();
    return thrown;
  }

  Dataset<Row> features() {
    return SPARK.read().parquet(at("out/features"));
  }

  /** Of the rows whose features are there, in order. */
  List<String> ids() {
    return features().orderBy("row").javaRDD().map((Row r) -> r.<String>getAs("row")).collect();
  }

  static TestDataSettings rows(String path) {
    return data().from(path).id("row");
  }

  static ModelBundle bundle(MissingPolicy missing) {
    return bundle(NETWORK, preprocessing(missing));
  }

  /** The network after a few steps, so that batch normalisation has statistics of its own. */
  static ModelBundle bundle(NetworkConfiguration network, Preprocessing preprocessing) {
    var model = network.newModel();
    if (model instanceof MultiLayerNetwork layers) {
      INDArray rows = Nd4j.linspace(DataType.FLOAT, -1, 2.0 / 47, 48).reshape(12, 4);
      INDArray labels = Nd4j.tile(Nd4j.eye(3).castTo(DataType.FLOAT), 4, 1);
      for (int i = 0; i < 5; i++) {
        layers.fit(new DataSet(rows, labels));
      }
    }
    TrainedModel trained =
        new TrainedModel(network, StateVector.of(model.params()), StateVector.zeros(0), 5, 5);
    return new ModelBundle("a/model", trained, preprocessing, null);
  }

  private static Preprocessing preprocessing(MissingPolicy missing) {
    return preprocessing(
        new RowLayout(
            List.of(
                new FeatureColumn("x", ColumnKind.NUMERIC, 1),
                new FeatureColumn("y", ColumnKind.NUMERIC, 1),
                new FeatureColumn("colour", ColumnKind.CATEGORICAL, 1)),
            "kind",
            LabelKind.CLASS,
            1,
            Map.of(),
            "importance",
            List.of("?"),
            missing),
        false,
        Scaling.STANDARD,
        List.of(number(1), number(1), categories("red", "green")));
  }

  /** Images of 2 × 2 bytes, divided by 255. */
  static Preprocessing images() {
    return preprocessing(
        new RowLayout(
            List.of(new FeatureColumn("image", ColumnKind.IMAGE, 4, null, List.of(2, 2))),
            "label",
            LabelKind.CLASS,
            1,
            Map.of(),
            null,
            List.of(),
            MissingPolicy.STRICT),
        true,
        Scaling.DIVIDE_BY,
        List.of(number(4)));
  }

  static Preprocessing preprocessing(
      RowLayout layout, boolean bytes, Scaling scaling, List<ColumnStatistics> statistics) {
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.WITHOUT_RESIZE)
        .layout(layout)
        .bytes(bytes)
        .scaling(scaling)
        .divideBy(255)
        .unseenCategory(UnseenCategory.ERROR)
        .statistics(statistics)
        .classes(List.of("a", "b", "c"))
        .classWeights(List.of())
        .id(List.of("row", "not-there"))
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }

  static ColumnStatistics number(int width) {
    List<Double> ones = java.util.Collections.nCopies(width, 1.0);
    List<Double> twos = java.util.Collections.nCopies(width, 2.0);
    return new ColumnStatistics(0, ones, twos, ones, twos, List.of(), List.of());
  }

  private static ColumnStatistics categories(String... names) {
    return new ColumnStatistics(
        0, List.of(), List.of(), List.of(), List.of(), List.of(names), List.of(2L, 1L));
  }
}
