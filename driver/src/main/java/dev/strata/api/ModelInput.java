package dev.strata.api;

import dev.strata.executor.failure.Nearest;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowLayout;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** Which columns of a DataFrame a model reads, or is trained on. */
final class ModelInput {
  private ModelInput() {}

  /** A column by its name, which may hold dots. */
  static Column column(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }

  /**
   * @param param that names the column
   * @throws StrataException (data) where there is no such column, in upper or lower case
   */
  static void require(StructType schema, String param, String name) {
    List<String> names = List.of(schema.fieldNames());
    if (names.stream().noneMatch(name::equalsIgnoreCase)) {
      String nearest = Nearest.to(name, names).map(n -> "; did you mean " + n + "?").orElse("");
      throw StrataException.data("the DataFrame has no column " + name + nearest)
          .key(param)
          .found("columns " + String.join(", ", names))
          .expected(name)
          .build();
    }
  }

  /**
   * As {@link #features}, after a check that the columns are there.
   *
   * @throws StrataException (data) where one is not
   */
  static List<Column> requiredFeatures(
      StructType schema, Optional<Preprocessing> parent, String column, List<String> columns) {
    List<FeatureColumn> own =
        parent.map(model -> model.layout().features()).orElse(List.<FeatureColumn>of());
    if (own.size() > 1) {
      own.forEach(feature -> require(schema, "features of the model", feature.name()));
    } else if (columns.isEmpty()) {
      require(schema, "featuresCol", column);
    } else {
      columns.forEach(name -> require(schema, "featureCols", name));
    }
    return features(parent, column, columns);
  }

  /**
   * The columns of features that training reads, under the parent model's name if it reads just
   * one.
   *
   * @param column read where no columns are named
   * @param columns by their names; empty: the column
   */
  static List<Column> features(
      Optional<Preprocessing> parent, String column, List<String> columns) {
    List<FeatureColumn> own =
        parent.map(model -> model.layout().features()).orElse(List.<FeatureColumn>of());
    if (own.size() > 1) {
      return own.stream().map(feature -> column(feature.name())).toList();
    }
    List<String> named = columns.isEmpty() ? List.of(column) : columns;
    if (own.size() == 1 && named.size() == 1) {
      return List.of(column(named.get(0)).as(own.get(0).name()));
    }
    return named.stream().map(ModelInput::column).toList();
  }

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
