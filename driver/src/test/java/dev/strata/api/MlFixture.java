package dev.strata.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.Decoder;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.EncoderNetwork;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.UnseenCategory;
import dev.strata.executor.round.StateVector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.io.TempDir;

/** Three classes of points in the plane, and an encoder of such points. */
abstract class MlFixture {
  static final SparkSession SPARK = LocalSpark.session();
  static final NetworkConfiguration ENCODER =
      EncoderNetwork.of(
          List.of(
              new EncoderNetwork.Layer("hidden-1", 2, 12, "tanh"),
              new EncoderNetwork.Layer("hidden-2", 12, 6, "sigmoid")),
          UpdaterSettings.of("sgd", 0.1),
          7);

  @TempDir Path temp;

  String at(String name) {
    return temp.resolve(name).toString();
  }

  /** Columns id, label (0, 1, 2) and features, well apart. */
  static Dataset<Row> points(int count, int seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = i % 3;
      double angle = 2 * Math.PI * label / 3 + 0.3 * random.nextGaussian();
      double radius = 1 + 0.1 * random.nextGaussian();
      rows.add(
          RowFactory.create(
              i,
              (double) label,
              Vectors.dense(radius * Math.cos(angle), radius * Math.sin(angle))));
    }
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("label", DataTypes.DoubleType)
            .add("features", SQLDataTypes.VectorType());
    return SPARK.createDataFrame(rows, schema).repartition(3).cache();
  }

  /** Folder of a bundle with the encoder, which reads the column {@code point}. */
  String encoder() {
    StateVector parameters = StateVector.of(ENCODER.newModel().params());
    BundleWriter.write(
        SPARK.sessionState().newHadoopConf(),
        at("encoder"),
        new TrainedModel(ENCODER, parameters, StateVector.zeros(0), 0, 0),
        preprocessing(),
        Provenance.now("pretrain", 7, 1, "none", Map.of(), null, Map.of(), Map.of()),
        Optional.<Decoder>empty());
    return at("encoder");
  }

  private static Preprocessing preprocessing() {
    RowLayout layout =
        new RowLayout(
            List.of(new FeatureColumn("point", ColumnKind.VECTOR, 2)),
            null,
            LabelKind.CLASS,
            0,
            Map.of(),
            null,
            List.of(),
            MissingPolicy.STRICT);
    List<Double> zeros = List.of(0.0, 0.0);
    List<Double> ones = List.of(1.0, 1.0);
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.WITHOUT_RESIZE)
        .layout(layout)
        .bytes(false)
        .scaling(Scaling.NONE)
        .divideBy(255)
        .unseenCategory(UnseenCategory.ERROR)
        .statistics(
            List.of(new ColumnStatistics(0, zeros, ones, zeros, ones, List.of(), List.of())))
        .classes(List.of())
        .classWeights(List.of())
        .id(List.of())
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }

  static StrataException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
    StrataException thrown = catchThrowableOfType(work, StrataException.class);
    assertThat(thrown).as("a failure").isNotNull();
    return thrown;
  }
}
