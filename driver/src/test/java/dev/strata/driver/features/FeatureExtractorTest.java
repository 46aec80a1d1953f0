package dev.strata.driver.features;

import static dev.strata.driver.testing.TestDataSettings.data;
import static dev.strata.driver.testing.TestDataSettings.source;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.executor.preprocess.MissingPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class FeatureExtractorTest extends ExtractFixture {
  private static final int ROWS = 10_000;
  private static final String[] LAYERS = {
    "dense-1", "batch-norm-1", "dropout-1", "dense-2", "output"
  };

  @Test
  void everyLayerEqualsLocalFeedForward() {
    Table table = table(ROWS);
    table.rows().repartition(5).write().parquet(at("rows.parquet"));
    ModelBundle bundle = bundle(MissingPolicy.STRICT);
    ExtractResult result =
        extract(rows(at("rows.parquet")).id("row", "tag"), bundle, layers(LAYERS));

    assertThat(result.rows()).isEqualTo(ROWS);
    Dataset<Row> features = features();
    assertThat(features.columns())
        .containsExactly("row", "tag", "dense_1", "batch_norm_1", "dropout_1", "dense_2", "output");
    assertThat(features.schema().apply("row").dataType()).isEqualTo(DataTypes.LongType);
    assertThat(features.schema().apply("dense_1").dataType())
        .isEqualTo(DataTypes.createArrayType(DataTypes.FloatType));
    var network = (MultiLayerNetwork) bundle.model().newModel();
    List<INDArray> expected = network.feedForward(table.encoded(), false);
    List<Row> found = features.orderBy("row").collectAsList();
    for (int i = 0; i < ROWS; i++) {
      assertThat(found.get(i).getLong(0)).isEqualTo(i);
      assertThat(found.get(i).getString(1)).isEqualTo("tag " + i);
    }
    for (int layer = 0; layer < LAYERS.length; layer++) {
      double difference =
          expected.get(layer + 1).sub(matrix(found, layer + 2)).amaxNumber().doubleValue();
      assertThat(difference).as(LAYERS[layer]).isLessThanOrEqualTo(1e-6);
    }
    assertThat(expected.get(1).sub(expected.get(2)).amaxNumber().doubleValue())
        .as("batch normalisation does something")
        .isGreaterThan(0.1);
  }

  @Test
  void verticesOfAGraphEqualItsFeedForward() {
    Table table = table(300);
    table.rows().write().parquet(at("rows.parquet"));
    ModelBundle bundle =
        bundle(
            TestNetworks.graph(4, 3, new Sgd(0.1)), bundle(MissingPolicy.STRICT).preprocessing());
    extract(rows(at("rows.parquet")), bundle, layers("hidden", "norm", "output"));

    var graph = (ComputationGraph) bundle.model().newModel();
    var expected = graph.feedForward(new INDArray[] {table.encoded()}, false);
    List<Row> found = features().orderBy("row").collectAsList();
    for (String layer : List.of("hidden", "norm", "out")) {
      int column = List.of("row", "hidden", "norm", "out").indexOf(layer);
      double difference = expected.get(layer).sub(matrix(found, column)).amaxNumber().doubleValue();
      assertThat(difference).as(layer).isLessThanOrEqualTo(1e-6);
    }
  }

  /** Bit for bit: an array of floats is equal only then. */
  @Test
  void formatsPartitionsAndBatchesOfRowsDoNotMatter() {
    Dataset<Row> table = table(500).rows();
    table.coalesce(1).write().parquet(at("one.parquet"));
    table.repartition(9).write().parquet(at("nine.parquet"));
    table.repartition(3).write().option("header", "true").csv(at("three.csv"));
    table.createOrReplaceTempView("strata_extract");
    List<TestDataSettings> sources =
        List.of(
            rows(at("nine.parquet")),
            rows(at("three.csv")),
            data().from(source(null, null, "strata_extract", null, null)).id("row"));
    List<List<Object>> one = extracted(rows(at("one.parquet")));
    assertThat(one).hasSize(500);
    for (TestDataSettings other : sources) {
      assertThat(extracted(other)).isEqualTo(one);
    }
  }

  @Test
  void imagesOfIdxAndOfParquetAreTheSameToAModel() throws IOException {
    ByteBuffer idx = ByteBuffer.allocate(16 + 7 * 4).putInt(0x803).putInt(7).putInt(2).putInt(2);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      byte[] image = {(byte) i, (byte) (255 - i), (byte) (17 * i), (byte) 128};
      idx.put(image);
      rows.add(
          RowFactory.create(
              List.of(i, 255 - i, 17 * i, 128).toArray(Integer[]::new), "image " + i));
    }
    Files.write(temp.resolve("images-idx3-ubyte"), idx.array());
    StructType schema =
        new StructType()
            .add("image", DataTypes.createArrayType(DataTypes.IntegerType))
            .add("row", DataTypes.StringType);
    SPARK.createDataFrame(rows, schema).coalesce(1).write().parquet(at("images.parquet"));

    ModelBundle bundle = bundle(NETWORK, images());
    ExtractResult result =
        extract(data().from(at("images-idx3-ubyte")).format("idx"), bundle, layers("dense-1"));
    assertThat(result.id()).as("columns of the model that the source has").isEmpty();
    List<Object> ofIdx = features().orderBy("dense_1").javaRDD().map(r -> r.get(0)).collect();
    assertThat(ofIdx).hasSize(7);
    result = extract(data().from(at("images.parquet")), bundle, overwriting("dense-1"));
    assertThat(result.id()).containsExactly("row");
    assertThat(features().orderBy("dense_1").javaRDD().map(r -> r.get(1)).collect())
        .isEqualTo(ofIdx);
  }

  @Test
  void partitionsWithoutRowsAreNoTrouble() {
    Dataset<Row> rows = table(20).rows();
    rows.where("row < 10").coalesce(1).write().parquet(at("rows.parquet/a"));
    rows.where("row < 0").coalesce(1).write().parquet(at("rows.parquet/b"));
    rows.where("row >= 10").coalesce(1).write().parquet(at("rows.parquet/c"));
    SPARK
        .read()
        .option("recursiveFileLookup", "true")
        .parquet(at("rows.parquet"))
        .repartition(64, col("row"))
        .createOrReplaceTempView("strata_extract_sparse");
    ExtractResult result =
        extract(
            data().from(source(null, null, "strata_extract_sparse", null, null)).id("row"),
            bundle(MissingPolicy.STRICT),
            layers("output"));
    assertThat(result.rows()).isEqualTo(20);
    assertThat(features().orderBy("row").javaRDD().map(r -> r.getLong(0)).collect())
        .hasSize(20)
        .doesNotHaveDuplicates();
    assertThat(features().javaRDD().map(r -> sum(r.getList(1))).collect())
        .allSatisfy(sum -> assertThat(sum).isCloseTo(1.0, within(1e-5)));
  }

  private static double sum(List<Float> values) {
    return values.stream().mapToDouble(v -> v).sum();
  }

  /** Row id and features of two layers, in the order of the ids. */
  private List<List<Object>> extracted(TestDataSettings data) {
    extract(data, bundle(MissingPolicy.STRICT), overwriting("dense-1", "output"));
    return features()
        .select(col("row").cast("long"), col("dense_1"), col("output"))
        .orderBy("row")
        .javaRDD()
        .map(r -> List.<Object>of(r.getLong(0), r.getList(1), r.getList(2)))
        .collect();
  }

  private static INDArray matrix(List<Row> rows, int column) {
    float[][] values = new float[rows.size()][];
    for (int i = 0; i < values.length; i++) {
      List<Float> row = rows.get(i).getList(column);
      values[i] = new float[row.size()];
      for (int j = 0; j < row.size(); j++) {
        values[i][j] = row.get(j);
      }
    }
    return Nd4j.createFromArray(values);
  }

  /** Rows, and what the network's input for them must be. */
  private record Table(Dataset<Row> rows, INDArray encoded) {}

  private static Table table(int count) {
    Random random = new Random(3);
    List<Row> rows = new ArrayList<>();
    INDArray encoded = Nd4j.zeros(DataType.FLOAT, count, 4);
    for (int i = 0; i < count; i++) {
      double x = 3 * random.nextGaussian();
      double y = random.nextDouble();
      boolean red = random.nextBoolean();
      rows.add(RowFactory.create((long) i, "tag " + i, x, y, red ? "red" : "green"));
      encoded.putScalar(i, 0, (x - 1) / 2);
      encoded.putScalar(i, 1, (y - 1) / 2);
      encoded.putScalar(i, red ? 2 : 3, 1);
    }
    StructType schema =
        new StructType()
            .add("row", DataTypes.LongType)
            .add("tag", DataTypes.StringType)
            .add("x", DataTypes.DoubleType)
            .add("y", DataTypes.DoubleType)
            .add("colour", DataTypes.StringType);
    return new Table(SPARK.createDataFrame(rows, schema), encoded);
  }
}
