package dev.strata.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuxiliaryPretrainerTest extends MlFixture {
  /** The topmost hidden layer, whether the model ends with it or with the task's score. */
  @ParameterizedTest
  @CsvSource({"contrastive, ''", "mask-estimation, ''", "max-margin, [{ type = resample-column }]"})
  void theTopmostHiddenLayerIsTheFeature(String task, String corruption) {
    Dataset<Row> points = points(60, 1);
    EncoderModel model =
        new AuxiliaryPretrainer()
            .setTask(task)
            .setCorruption(corruption)
            .setHiddenUnits(7, 4)
            .setEpochs(1)
            .setOutputDir(at("run"))
            .fit(points);
    Row row = model.transform(points).select("encoded").first();
    assertThat(((Vector) row.get(0)).size()).isEqualTo(4);
  }

  /** A stage behind it in a pipeline is asked whether it fits before anything is trained. */
  @Test
  void aPipelineKnowsTheColumnBeforeTheFit() {
    StructType schema = points(3, 2).schema();
    for (TrainingStage<?, ?> stage :
        List.of(new AuxiliaryPretrainer(), new LayerwisePretrainer())) {
      StructType transformed = stage.transformSchema(schema);

      assertThat(transformed.fieldNames()).containsExactly("id", "label", "features", "encoded");
      assertThat(transformed.apply("encoded").dataType()).isEqualTo(SQLDataTypes.VectorType());
      assertThat(stage.transformSchema(transformed)).isEqualTo(transformed);
    }
  }
}
