package dev.strata.driver.features;

import static dev.strata.driver.testing.DataSettingsBuilder.data;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.features.ExtractSettings.ColumnType;
import dev.strata.driver.features.ExtractSettings.WriteMode;
import dev.strata.driver.models.Decoder;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.testing.DataSettingsBuilder;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.network.EncoderNetwork;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.UpdaterSettings;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.MissingPolicy.Categorical;
import dev.strata.executor.preprocess.MissingPolicy.Label;
import dev.strata.executor.preprocess.MissingPolicy.Numeric;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.round.StateVector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** What can be asked for besides layers, where it goes, and what happens to bad rows. */
class FeatureOutputsTest extends ExtractFixture {
  private static final String HEADER = "row,x,y,colour";
  private static final MissingPolicy DROP =
      new MissingPolicy(Numeric.DROP, 0, Categorical.DROP, Label.ERROR);

  private static ExtractSettings settings(
      List<String> layers, ColumnType type, boolean predictions, BadRows badRows) {
    return new ExtractSettings(
        layers, type, predictions, false, 64, badRows, WriteMode.OVERWRITE, List.of());
  }

  private static ExtractSettings partitioned(WriteMode mode) {
    return new ExtractSettings(
        List.of("output"),
        ColumnType.ARRAY,
        false,
        false,
        64,
        BadRows.FAIL,
        mode,
        List.of("colour"));
  }

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

  @Test
  void badRowsAreWrittenElsewhereWithTheReason() {
    String source =
        csv(
            "a.csv",
            HEADER,
            "1,2,3,red",
            "2,2,3,blue",
            "3,a,3,red",
            "4,5",
            "5,,3,red",
            "6,1,1,green");
    ExtractSettings settings =
        settings(List.of("output"), ColumnType.ARRAY, false, BadRows.QUARANTINE);
    ExtractResult result = extract(rows(source), bundle(DROP), settings);
    assertThat(result.sourceRows()).isEqualTo(6);
    assertThat(result.rows()).isEqualTo(2);
    assertThat(result.droppedRows()).isEqualTo(1);
    assertThat(result.quarantinedRows()).isEqualTo(3);
    List<Row> bad =
        SPARK
            .read()
            .parquet(at("out/quarantine"))
            .select("row", "x", Quarantine.REASON, Quarantine.FILE)
            .orderBy("row")
            .collectAsList();
    assertThat(bad).hasSize(3);
    assertThat(bad.get(0).getString(2)).contains("colour", "blue");
    assertThat(bad.get(1).getString(1)).isEqualTo("a");
    assertThat(bad.get(1).getString(2)).contains("column x", "no number", "found: a");
    assertThat(bad.get(2).getString(2)).contains("another number of fields");
    assertThat(bad).allSatisfy(row -> assertThat(row.getString(3)).endsWith("a.csv"));

    extract(rows(csv("b.csv", HEADER, "1,2,3,red")), bundle(DROP), settings);
    assertThat(temp.resolve("out/quarantine")).as("of the rows before").doesNotExist();
  }

  @Test
  void badImagesAreWrittenElsewhereByPathEntryAndReason() throws IOException {
    Path photos = Files.createDirectories(temp.resolve("photos"));
    String header = "P5 2 2 255\n";
    for (int i = 0; i < 3; i++) {
      Files.writeString(photos.resolve(i + ".pgm"), header + "abc" + i);
    }
    Files.writeString(photos.resolve("short.pgm"), header + "abc");
    // As many pixels; the first of all.
    Files.writeString(photos.resolve("+wide.pgm"), "P5 4 1 255\nabcd");
    Files.writeString(photos.resolve("text.png"), "no image");
    Files.writeString(photos.resolve("moving.gif"), "GIF89a");
    Path zip = temp.resolve("photos/more.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (String name : List.of("a/good.pgm", "a/bad.pgm")) {
        out.putNextEntry(new ZipEntry(name));
        out.write((header + (name.contains("bad") ? "" : "abcd")).getBytes(StandardCharsets.UTF_8));
      }
    }
    DataSettingsBuilder source = data().from(photos.toString()).format("images").id("name");
    ModelBundle bundle = bundle(NETWORK, images());
    assertThat(failure(source, bundle, layers("output")).kind()).isEqualTo(FailureKind.DATA);

    ExtractSettings settings =
        settings(List.of("output"), ColumnType.ARRAY, false, BadRows.QUARANTINE);
    ExtractResult result = extract(source, bundle, settings);
    assertThat(result.sourceRows()).isEqualTo(9);
    assertThat(result.rows()).isEqualTo(4);
    assertThat(result.quarantinedRows()).isEqualTo(5);
    assertThat(features().count()).isEqualTo(4);
    Map<String, String> bad = new TreeMap<>();
    for (Row row :
        SPARK
            .read()
            .parquet(at("out/quarantine"))
            .select("name", "path", Quarantine.REASON, Quarantine.FILE)
            .collectAsList()) {
      assertThat(row.getString(3)).isEqualTo(row.getString(1)).endsWith(row.getString(0));
      bad.put(row.getString(1).replaceFirst(".*/photos/", ""), row.getString(2));
    }
    assertThat(bad)
        .containsOnlyKeys(
            "more.zip!/a/bad.pgm", "moving.gif", "short.pgm", "text.png", "+wide.pgm");
    assertThat(bad.get("more.zip!/a/bad.pgm")).contains("not a readable image", "the end of");
    assertThat(bad.get("moving.gif")).contains("a kind that is not read", "gif");
    assertThat(bad.get("text.png")).contains("begins with");
    assertThat(bad.get("+wide.pgm")).contains("another size than the model's", "1 × 4", "2 × 2");
  }

  @Test
  void quarantinedRowsAreASourceLikeAnyOther() {
    ExtractSettings settings =
        settings(List.of("output"), ColumnType.ARRAY, false, BadRows.QUARANTINE);
    extract(
        rows(csv("a.csv", HEADER, "1,2,3,red", "2,2,3,blue", "3,a,3,red")), bundle(DROP), settings);
    Dataset<Row> bad = SPARK.read().parquet(at("out/quarantine"));
    bad.filter("row = 3")
        .withColumn("x", functions.lit("1"))
        .union(bad.filter("row = 2"))
        .write()
        .parquet(at("mended"));

    ExtractResult result = extract(data().from(at("mended")).id("row"), bundle(DROP), settings);
    assertThat(result.rows()).isEqualTo(1);
    Dataset<Row> still = SPARK.read().parquet(at("out/quarantine"));
    assertThat(still.columns()).containsExactly(bad.columns());
    Row row = still.collectAsList().get(0);
    assertThat(row.<String>getAs(Quarantine.REASON)).contains("colour", "blue");
    assertThat(row.<String>getAs(Quarantine.FILE)).contains("mended");
  }

  @Test
  void aFailureAfterTheFeaturesAreWrittenLeavesThoseBefore() throws IOException {
    ExtractSettings settings =
        settings(List.of("output"), ColumnType.ARRAY, false, BadRows.QUARANTINE);
    extract(rows(csv("a.csv", HEADER, "1,2,3,red")), bundle(DROP), settings);
    Files.createDirectories(temp.resolve("out"));
    Files.writeString(temp.resolve("out/quarantine"), "in the way");
    assertThatThrownBy(
            () ->
                extract(
                    rows(csv("b.csv", HEADER, "7,2,3,red", "8,2,3,blue")), bundle(DROP), settings))
        .isNotNull();
    assertThat(ids()).containsExactly("1");
  }

  @Test
  void nothingIsLeftWhereEveryRowIsRefused() {
    StrataException thrown =
        failure(
            rows(csv("a.csv", HEADER, "1,2,3,blue", "2,,3,red")),
            bundle(DROP),
            settings(List.of("output"), ColumnType.ARRAY, false, BadRows.QUARANTINE));
    assertThat(thrown).hasMessageContaining("1 of them dropped").hasMessageContaining("1 refused");
  }

  @Test
  void partitionsAreReplacedOneByOneOrAll() {
    extract(
        rows(csv("a.csv", HEADER, "1,2,3,red", "2,2,3,green")),
        bundle(DROP),
        partitioned(WriteMode.ERROR));
    assertThat(features().columns()).containsExactly("row", "output", "colour");
    assertThat(temp.resolve("out/features/colour=red")).isDirectory();

    extract(
        rows(csv("b.csv", HEADER, "7,2,3,red", "8,2,3,red")),
        bundle(DROP),
        partitioned(WriteMode.OVERWRITE_PARTITIONS));
    assertThat(ids()).as("green stays").containsExactly("2", "7", "8");

    StrataException failed =
        failure(
            rows(csv("c.csv", HEADER, "9,2,3,green", "10,a,3,red")),
            bundle(DROP),
            partitioned(WriteMode.OVERWRITE));
    assertThat(failed).hasMessageContaining("no number");
    assertThat(ids()).containsExactly("2", "7", "8");

    extract(
        rows(csv("d.csv", HEADER, "9,2,3,green")), bundle(DROP), partitioned(WriteMode.OVERWRITE));
    assertThat(ids()).containsExactly("9");
    assertThat(temp.resolve("out/features/colour=red")).doesNotExist();
  }

  @Test
  void partitionsThatStayMustBeOfTheSameTable() {
    String rows = csv("a.csv", HEADER, "1,2,3,red", "2,2,3,green");
    ModelBundle first = bundle(DROP);
    extract(rows(rows), first, partitioned(WriteMode.ERROR));
    StrataException columns =
        failure(
            rows(rows),
            bundle(DROP),
            new ExtractSettings(
                List.of("dense-1"),
                ColumnType.ARRAY,
                false,
                false,
                64,
                BadRows.FAIL,
                WriteMode.OVERWRITE_PARTITIONS,
                List.of("colour")));
    assertThat(columns.key()).hasValue("extract.write-mode");
    assertThat(columns.found()).hasValue("columns [output ARRAY<FLOAT>, row STRING]");
    StrataException folders =
        failure(
            rows(rows),
            bundle(DROP),
            new ExtractSettings(
                List.of("output"),
                ColumnType.ARRAY,
                false,
                false,
                64,
                BadRows.FAIL,
                WriteMode.OVERWRITE_PARTITIONS,
                List.of("x")));
    assertThat(folders.found()).hasValue("partitions by [colour]");
    assertThat(ids()).containsExactly("1", "2");

    String red = csv("b.csv", HEADER, "3,2,3,red");
    ExtractSettings replacing = partitioned(WriteMode.OVERWRITE_PARTITIONS);
    assertThat(extract(rows(red), first, replacing).otherModel()).isEmpty();
    ModelBundle other = changed(first);
    assertThat(extract(rows(red), other, replacing).otherModel())
        .as("green is of the first")
        .hasValue(first.model().sha256());
    assertThat(extract(rows(rows), other, replacing).otherModel()).isEmpty();
  }

  private static ModelBundle changed(ModelBundle bundle) {
    TrainedModel model = bundle.model();
    float[] parameters = model.parameters().toFloats();
    parameters[0]++;
    TrainedModel other =
        new TrainedModel(
            model.network(),
            StateVector.of(Nd4j.createFromArray(parameters)),
            StateVector.zeros(0),
            5,
            5);
    return new ModelBundle("another/model", other, bundle.preprocessing(), null);
  }

  @Test
  void aPartitionColumnThatTheSourceLacksIsNamed() {
    ExtractSettings settings =
        new ExtractSettings(
            List.of("output"),
            ColumnType.ARRAY,
            false,
            false,
            64,
            BadRows.FAIL,
            WriteMode.ERROR,
            List.of("color"));
    StrataException thrown =
        failure(rows(csv("a.csv", HEADER, "1,2,3,red")), bundle(DROP), settings);
    assertThat(thrown.key()).hasValue("extract.partition-by");
    assertThat(thrown).hasMessageContaining("nearest: colour");
  }

  private List<String> ids() {
    return features()
        .selectExpr("cast(row as string)")
        .orderBy("row")
        .javaRDD()
        .map((Row r) -> r.getString(0))
        .collect();
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
    return new Preprocessing(
        labelled.formatVersion(),
        labelled.layout().featuresOnly(),
        labelled.bytes(),
        labelled.scaling(),
        labelled.divideBy(),
        labelled.unseenCategory(),
        labelled.statistics(),
        List.of(),
        List.of(),
        labelled.id());
  }
}
