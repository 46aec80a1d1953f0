package dev.strata.driver.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.executor.preprocess.MissingPolicy;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;

class FeatureRowsTest extends ExtractFixture {
  private static final int BATCH = 8;
  private static final StructType SCHEMA =
      new StructType()
          .add("row", DataTypes.IntegerType)
          .add("x", DataTypes.DoubleType)
          .add("y", DataTypes.DoubleType)
          .add("colour", DataTypes.StringType);

  @Test
  void noMoreThanABatchIsReadAhead() {
    LongAccumulator read = SPARK.sparkContext().longAccumulator();
    Iterator<Row> source =
        IntStream.range(0, 20).mapToObj(i -> RowFactory.create(i, 0.1 * i, 1.0, "red")).iterator();
    Iterator<Row> features = task(read).call(source);
    for (int i = 0; i < 20; i++) {
      assertThat(features.hasNext()).isTrue();
      assertThat(features.hasNext()).as("asking twice").isTrue();
      assertThat(features.next().getInt(0)).isEqualTo(i);
      assertThat(read.value()).isEqualTo(Math.min(20, (i / BATCH + 1) * BATCH));
    }
    assertThat(features.hasNext()).isFalse();
  }

  @Test
  void droppedRowsAtTheEndAreNoBatch() {
    LongAccumulator read = SPARK.sparkContext().longAccumulator();
    Iterator<Row> source =
        IntStream.range(0, 20)
            .mapToObj(i -> RowFactory.create(i, i < BATCH ? 1.0 : null, 1.0, "red"))
            .iterator();
    FeatureTask<Row, Row> task = task(read);
    Iterator<Row> features = task.call(source);
    for (int i = 0; i < BATCH; i++) {
      features.next();
    }
    assertThat(features.hasNext()).isFalse();
    assertThat(read.value()).isEqualTo(20);
    assertThat(task.counts().dropped().value()).isEqualTo(20 - BATCH);
  }

  private static FeatureTask<Row, Row> task(LongAccumulator read) {
    ModelBundle bundle =
        bundle(
            new MissingPolicy(
                MissingPolicy.Numeric.DROP,
                0,
                MissingPolicy.Categorical.ERROR,
                MissingPolicy.Label.ERROR));
    var context = JavaSparkContext.fromSparkContext(SPARK.sparkContext());
    FeatureCounts counts = FeatureCounts.in(SPARK.sparkContext());
    return new FeatureTask<>(
        FeatureModel.broadcast(context, ModelEnsemble.of(bundle), false),
        SourceRowReader.of(SCHEMA, bundle.preprocessing().layout().featuresOnly()),
        new ExternalRows(new int[] {0}, ExtractSettings.ColumnType.ARRAY),
        FeatureColumns.of(bundle, layers("output"), "", List.of("row")),
        BATCH,
        ExtractSettings.BadRows.FAIL,
        new FeatureCounts(read, counts.dropped(), counts.refused()));
  }
}
