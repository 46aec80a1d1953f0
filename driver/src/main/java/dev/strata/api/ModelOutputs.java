package dev.strata.api;

import dev.strata.driver.features.ExtractSettings;
import dev.strata.driver.features.ExtractSettings.BadRows;
import dev.strata.driver.features.ExtractSettings.ColumnType;
import dev.strata.driver.features.FeatureColumns;
import dev.strata.driver.features.FeatureQuery;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.preprocess.RowLayout;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The outputs of a model for each row, as a column of vectors. */
final class ModelOutputs {
  private ModelOutputs() {}

  /** Computed when the rows are read; a row that the model cannot take fails the job. */
  static Dataset<Row> of(ModelBundle bundle, RowLayout layout, Dataset<Row> rows, String column) {
    ExtractSettings settings =
        ReferenceDefaults.settings()
            .extract()
            .with(List.of(LayerActivations.OUTPUT), ColumnType.VECTOR);
    FeatureColumns columns =
        FeatureColumns.of(bundle, settings, "", List.of()).named(List.of(column));
    return new FeatureQuery(
            rows,
            bundle,
            columns,
            SourceRowReader.of(rows.schema(), layout),
            FeatureQuery.all(rows),
            settings.batchSize(),
            BadRows.FAIL)
        .lazily();
  }
}
