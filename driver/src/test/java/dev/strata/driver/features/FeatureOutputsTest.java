package dev.strata.driver.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.features.ExtractSettings.ColumnType;
import dev.strata.driver.features.ExtractSettings.WriteMode;
import dev.strata.driver.models.Decoder;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.network.EncoderNetwork;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.round.StateVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** What can be asked for besides layers. */
class FeatureOutputsTest extends ExtractFixture {
  @Test
  void predictionsAreTheMostProbableClassAndItsProbabilities() {
    extract(
        rows(csv("a.csv", HEADER, "1,2,3,red", "2,-4,1,green", "3,0,0,red")),
        bundle(DROP),
        settings(List.of("output"), ColumnType.ARRAY, true, BadRows.FAIL));
    assertThat(features().columns())
        .containsExactly("row", "output", "prediction", "probabilities");
    assertThat(features().schema().apply("probabilities").metadata().getStringArray("classes"))
        .containsExactly("a", "b", "c");
    for (Row row : features().collectAsList()) {
      List<Float> probabilities = row.getList(3);
      assertThat(probabilities).isEqualTo(row.getList(1));
      float greatest = probabilities.stream().max(Float::compare).orElseThrow();
      assertThat(row.getString(2))
          .isEqualTo(List.of("a", "b", "c").get(probabilities.indexOf(greatest)));
    }
  }

  @Test
  void vectorsHoldTheSameNumbersAsArrays() {
    String source = csv("a.csv", HEADER, "1,2,3,red", "2,-4,1,green");
    extract(rows(source), bundle(DROP), overwriting("dense-1"));
    List<Row> arrays = features().orderBy("row").collectAsList();
    extract(
        rows(source),
        bundle(DROP),
        settings(List.of("dense-1"), ColumnType.VECTOR, false, BadRows.FAIL));
    List<Row> vectors = features().orderBy("row").collectAsList();
    for (int i = 0; i < arrays.size(); i++) {
      List<Float> array = arrays.get(i).getList(1);
      assertThat(((Vector) vectors.get(i).get(1)).toArray())
          .containsExactly(array.stream().mapToDouble(f -> f).toArray());
    }
  }

  @Test
  void reconstructionErrorsAreThoseOfTheDecoder() {
    ModelBundle bundle = autoencoder();
    ExtractSettings settings =
        new ExtractSettings(
            List.of(), ColumnType.ARRAY, false, true, 64, BadRows.FAIL, WriteMode.ERROR, List.of());
    extract(rows(csv("a.csv", HEADER, "1,2,3,red", "2,-4,1,green")), bundle, settings);
    var encoder = bundle.model().network().newModel(bundle.model().parameters().toFloats());
    var decoder =
        bundle.decoder().get().network().newModel(bundle.decoder().get().parameters().toFloats());
    float[][] inputs = {{0.5f, 1, 1, 0}, {-2.5f, 0, 0, 1}};
    List<Row> found = features().orderBy("row").collectAsList();
    for (int i = 0; i < inputs.length; i++) {
      var input = Nd4j.createFromArray(new float[][] {inputs[i]});
      var code = ((MultiLayerNetwork) encoder).feedForward(input, false);
      var back = ((MultiLayerNetwork) decoder).feedForward(code.get(1), false);
      double error = back.get(1).sub(input).norm2Number().doubleValue();
      assertThat((double) found.get(i).getFloat(1)).isCloseTo(error * error / 4, within(1e-6));
    }
    assertThat(features().schema().apply("reconstruction_error").dataType())
        .isEqualTo(DataTypes.FloatType);
  }

  @Test
  void whatTheModelCannotGiveIsRefused() {
    String source = csv("a.csv", HEADER, "1,2,3,red");
    StrataException error =
        failure(
            rows(source),
            bundle(DROP),
            new ExtractSettings(
                List.of(),
                ColumnType.ARRAY,
                false,
                true,
                64,
                BadRows.FAIL,
                WriteMode.ERROR,
                List.of()));
    assertThat(error.key()).hasValue("extract.reconstruction-error");
    StrataException prediction =
        failure(
            rows(source), autoencoder(), settings(List.of(), ColumnType.ARRAY, true, BadRows.FAIL));
    assertThat(prediction.key()).hasValue("extract.predictions");
    StrataException scaling =
        failure(rows(source).scaling(Scaling.MIN_MAX), bundle(DROP), layers("output"));
    assertThat(scaling.key()).hasValue("data.scaling");
    assertThat(scaling.found()).hasValue("min-max");
  }

  @Test
  void theFilesSayWhichModelTheyAreOf() throws IOException {
    ModelBundle bundle = bundle(DROP);
    extract(rows(csv("a.csv", HEADER, "1,2,3,red")), bundle, layers("dense-1"));
    try (var files = Files.list(temp.resolve("out/features"))) {
      Path file = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      var input =
          HadoopInputFile.fromPath(
              new org.apache.hadoop.fs.Path(file.toUri()), new Configuration(false));
      try (ParquetFileReader reader = ParquetFileReader.open(input)) {
        assertThat(reader.getFileMetaData().getKeyValueMetaData().values().toString())
            .contains("\"modelSha256\":\"" + bundle.model().sha256() + "\"");
      }
    }
    assertThat(features().schema().apply("dense_1").metadata().getString("modelSha256"))
        .isEqualTo(bundle.model().sha256());
  }

  /** Four inputs to three and back. */
  private static ModelBundle autoencoder() {
    NetworkConfiguration network =
        EncoderNetwork.of(
            List.of(new EncoderNetwork.Layer("hidden-1", 4, 3, "tanh")),
            UpdaterSettings.of("sgd", 0.1),
            3);
    List<DenseShape> shapes = List.of(new DenseShape(3, 4, "identity"));
    StateVector back = StateVector.of(Nd4j.linspace(DataType.FLOAT, -1, 0.125, 16).reshape(1, 16));
    TrainedModel model =
        new TrainedModel(
            network, StateVector.of(network.newModel().params()), StateVector.zeros(0), 0, 0);
    return new ModelBundle(
        "an/encoder",
        model,
        unlabelled(bundle(DROP).preprocessing()),
        null,
        Optional.of(new Decoder(shapes, back)));
  }

  private static Preprocessing unlabelled(Preprocessing labelled) {
    return PreprocessingBuilder.builder(labelled)
        .layout(labelled.layout().featuresOnly())
        .classes(List.of())
        .classWeights(List.of())
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }
}
