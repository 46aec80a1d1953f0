package dev.strata.driver.ml;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowLayout;
import java.util.List;
import java.util.stream.Collectors;

/** Which columns of a DataFrame a model reads. */
final class ModelInput {
  private ModelInput() {}

  /**
   * The model's own features; under another name where it has just one.
   *
   * @param column empty: as the model's training rows had it
   * @throws StrataException (configuration) where one column is named and the model has several
   */
  static RowLayout layout(Preprocessing preprocessing, String column) {
    RowLayout own = preprocessing.layout().featuresOnly();
    if (column.isEmpty() || column.equals(own.features().get(0).name())) {
      return own;
    }
    if (own.features().size() > 1) {
      throw StrataException.configuration("the model reads several columns, by name")
          .key("inputCol")
          .found(column)
          .expected(
              "no inputCol, and the columns "
                  + own.features().stream()
                      .map(FeatureColumn::name)
                      .limit(20)
                      .collect(Collectors.joining(", ")))
          .build();
    }
    return own.with(List.of(own.features().get(0).named(column)));
  }
}
