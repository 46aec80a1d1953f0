package dev.strata.driver.features;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelEnsemble;
import dev.strata.driver.preparation.ModelFeatureValidator;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.StrataException;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of an extraction: what is read of a source, and what is computed.
 *
 * @param reader finds the model's features in the source
 */
record ExtractColumns(SourceColumnChoice source, FeatureColumns computed, SourceRowReader reader) {
  static final String KEYS = "extract.";

  /**
   * @param schema of the source
   * @throws StrataException that lists what is wrong: (configuration) layers that the model does
   *     not have, columns of one name, settings of another preprocessing; (data) columns that the
   *     source lacks
   */
  static ExtractColumns of(
      DataSettings data, ModelEnsemble models, ExtractSettings settings, StructType schema) {
    FailureList problems = new FailureList();
    Optional<ExtractColumns> columns = of(data, models, settings, schema, problems);
    problems.throwIfAny();
    return columns.orElseThrow();
  }

  /** As above; empty where something is wrong, which is added. */
  static Optional<ExtractColumns> of(
      DataSettings data,
      ModelEnsemble models,
      ExtractSettings settings,
      StructType schema,
      FailureList problems) {
    ModelBundle first = models.first();
    problems.check(models::requireSameRows);
    problems.check(() -> ModelFeatureValidator.requireSameSettings(first.preprocessing(), data));
    SourceColumnChoice source = SourceColumnChoice.of(data, first, settings, schema, problems);
    Optional<FeatureColumns> computed =
        problems.attempt(() -> FeatureColumns.of(models, settings, KEYS, source.id()));
    computed.ifPresent(
        columns ->
            problems.check(
                () -> FeatureLimits.require(models, settings.batchSize(), columns, KEYS)));
    Optional<SourceRowReader> reader =
        problems.attempt(() -> SourceRowReader.of(schema, source.layout()));
    return computed.isEmpty() || reader.isEmpty()
        ? Optional.empty()
        : Optional.of(new ExtractColumns(source, computed.get(), reader.get()));
  }
}
