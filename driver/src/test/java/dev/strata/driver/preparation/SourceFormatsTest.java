package dev.strata.driver.preparation;

import static dev.strata.driver.testing.TestDataSettings.data;
import static dev.strata.driver.testing.TestDataSettings.source;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestDataSettings;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.ShardManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same rows give the same shards, wherever they come from. */
class SourceFormatsTest {
  private static final SparkSession SPARK = LocalSpark.session();
  @TempDir Path temp;

  @Test
  void formatsAndPartitionsDoNotMatter() {
    Dataset<Row> table = table(300);
    table.coalesce(1).write().option("header", "true").csv(at("csv"));
    table.repartition(7).write().option("header", "true").csv(at("parts.csv"));
    table.coalesce(1).write().parquet(at("one.parquet"));
    table.repartition(7, col("flag")).write().parquet(at("seven.parquet"));
    table.repartition(3).write().orc(at("orc"));
    table.repartition(2).write().json(at("json"));
    Map<String, List<Object>> results = new TreeMap<>();
    for (String name : List.of("csv", "parts.csv", "one.parquet", "seven.parquet", "orc", "json")) {
      results.put(name, shards(settings().from(at(name)), name));
    }
    table.createOrReplaceTempView("strata_formats");
    results.put(
        "table",
        shards(settings().from(source(null, null, "strata_formats", null, null)), "table"));
    results.put(
        "sql",
        shards(
            settings().from(source(null, null, null, "select * from strata_formats", null)),
            "sql"));
    assertThat(results.values()).allMatch(results.get("csv")::equals);
  }

  @Test
  void anotherSeedGivesAnotherOrderAndTheSameRows() {
    table(100).write().parquet(at("t.parquet"));
    DataSettings settings = settings().splitRandomly(0, 0).from(at("t.parquet")).build();
    PreparedData one = prepare(settings, "one", 1);
    PreparedData two = prepare(settings, "two", 2);
    List<List<Float>> first = features(one);
    List<List<Float>> second = features(two);
    assertThat(second).isNotEqualTo(first).containsExactlyInAnyOrderElementsOf(first);
  }

  @Test
  void whereIsASqlCondition() {
    table(100).write().option("header", "true").csv(at("csv"));
    PreparedData data =
        prepare(
            settings()
                .splitRandomly(0, 0)
                .from(source(at("csv"), null, null, null, "age < 30"))
                .build(),
            "where",
            1);
    assertThat(data.counts()).containsEntry("source", 60L).containsEntry("train", 60L);
  }

  @Test
  void vectorsArraysAndImages() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(RowFactory.create(List.of(i, 255 - i, 7), List.of(i / 2.0, -1.0), i % 2));
    }
    Dataset<Row> table =
        SPARK.createDataFrame(
            rows,
            new StructType()
                .add("pixels", DataTypes.createArrayType(DataTypes.IntegerType))
                .add("signal", DataTypes.createArrayType(DataTypes.DoubleType))
                .add("label", DataTypes.IntegerType));
    table.write().parquet(at("arrays.parquet"));
    TestDataSettings builder = data().from(at("arrays.parquet")).label("label").divideBy(255);
    PreparedData image = prepare(builder.features("pixels").build(), "image", 1);
    ShardManifest manifest = image.manifests().get("train");
    assertThat(manifest.array(ArrayRole.INPUT, 0).orElseThrow().type()).isEqualTo(ElementType.U8);
    assertThat(manifest.columns().get(0).kind()).isEqualTo("image");
    assertThat(features(image)).allSatisfy(r -> assertThat(r.get(2)).isEqualTo(7f / 255));
    PreparedData both = prepare(builder.features("*").build(), "both", 1);
    assertThat(both.manifests().get("train").array(ArrayRole.INPUT, 0).orElseThrow().type())
        .isEqualTo(ElementType.F32);
    assertThat(both.preprocessing().inputWidth()).isEqualTo(5);
    assertThat(both.preprocessing().layout().features().get(0).kind()).isEqualTo(ColumnKind.VECTOR);
  }

  @Test
  void integersBeyondBytesAreNumbers() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.add(RowFactory.create(List.of(i * 20, 1), i % 2));
    }
    SPARK
        .createDataFrame(
            rows,
            new StructType()
                .add("counts", DataTypes.createArrayType(DataTypes.IntegerType))
                .add("label", DataTypes.IntegerType))
        .write()
        .parquet(at("counts.parquet"));
    PreparedData data = prepare(data().from(at("counts.parquet")).label("label").build(), "c", 1);
    assertThat(data.preprocessing().bytes()).isFalse();
    assertThat(features(data)).contains(List.of(380f, 1f));
  }

  @Test
  void libsvmVectors() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      text.append(i % 2).append(" 1:").append(i + 0.5).append(" 4:2\n");
    }
    Files.writeString(temp.resolve("rows.libsvm"), text);
    PreparedData data = prepare(data().from(at("rows.libsvm")).label("label").build(), "svm", 1);
    assertThat(features(data)).hasSize(20).contains(List.of(3.5f, 0f, 0f, 2f));
    assertThat(data.manifests().get("train").classes()).containsExactly("0", "1");
  }

  @Test
  void idxImagesWithLabelsAndWithout() throws IOException {
    ByteBuffer images = ByteBuffer.allocate(16 + 60).putInt(0x803).putInt(15).putInt(2).putInt(2);
    ByteBuffer labels = ByteBuffer.allocate(8 + 15).putInt(0x801).putInt(15);
    for (int i = 0; i < 15; i++) {
      images.put(new byte[] {(byte) i, (byte) (i + 200), 0, 1});
      labels.put((byte) (i % 3));
    }
    Files.write(temp.resolve("i-idx3-ubyte"), images.array());
    Files.write(temp.resolve("l-idx1-ubyte"), labels.array());
    PreparedData data =
        prepare(
            data()
                .from(source(at("i-idx3-ubyte"), at("l-idx1-ubyte"), null, null, null))
                .label("label")
                .build(),
            "idx",
            1);
    assertThat(PreparedRows.of(data, "train"))
        .hasSize(15)
        .allSatisfy(
            r -> {
              assertThat(r.label()).isEqualTo(r.features().get(0).intValue() % 3);
              assertThat(r.features().get(1)).isEqualTo(r.features().get(0) + 200);
            });
    PreparedData unlabelled = prepare(data().from(at("i-idx3-ubyte")).build(), "idx-u", 1);
    assertThat(unlabelled.manifests().get("train").count(ArrayRole.LABEL)).isZero();
    assertThat(unlabelled.manifests().get("train").rows()).isEqualTo(15);
  }

  private static TestDataSettings settings() {
    return data()
        .label("label")
        .categorical("colour")
        .exclude("ignored")
        .scaling(Scaling.STANDARD)
        .splitRandomly(0.2, 0.1);
  }

  /** Ages 0 … 59, prices with fractions, floats, colours, truth values, labels as doubles. */
  private static Dataset<Row> table(int rows) {
    List<Row> list = new ArrayList<>();
    String[] colours = {"red", "green", "blue, dark", "ä \"quoted\""};
    for (int i = 0; i < rows; i++) {
      list.add(
          RowFactory.create(
              i % 60, i * 0.37 - 5, i * 0.1f, colours[i % 4], i % 3 == 0, (long) i, i % 3 * 1.0));
    }
    return SPARK.createDataFrame(
        list,
        new StructType()
            .add("age", DataTypes.IntegerType)
            .add("price", DataTypes.DoubleType)
            .add("size", DataTypes.FloatType)
            .add("colour", DataTypes.StringType)
            .add("flag", DataTypes.BooleanType)
            .add("ignored", DataTypes.LongType)
            .add("label", DataTypes.DoubleType));
  }

  private List<Object> shards(TestDataSettings builder, String name) {
    // The order of a JSON table's columns is Spark's own; features by name make it ours.
    String format = name.contains("csv") ? "csv" : name.contains("parquet") ? "parquet" : name;
    DataSettings settings =
        builder
            .features("age", "price", "size", "colour", "flag")
            .format(List.of("table", "sql").contains(name) ? "auto" : format)
            .build();
    PreparedData data = prepare(settings, "shards-" + name, 42);
    List<Object> content = new ArrayList<>();
    data.manifests().values().forEach(m -> content.add(m.blocks()));
    content.add(data.counts());
    content.add(data.preprocessing().classes());
    return content;
  }

  private static List<List<Float>> features(PreparedData data) {
    return PreparedRows.of(data, "train").stream().map(PreparedRows.Stored::features).toList();
  }

  private PreparedData prepare(DataSettings settings, String folder, long seed) {
    return new DataPreparer(SPARK).prepare(settings, at(folder), 2, seed, Optional.empty());
  }

  private String at(String name) {
    return temp.resolve(name).toString();
  }
}
