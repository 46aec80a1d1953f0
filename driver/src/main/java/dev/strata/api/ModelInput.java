package dev.strata.api;

import dev.strata.executor.failure.Nearest;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructType;

/** Which columns of a DataFrame a model reads, or is trained on. */
final class ModelInput {
  private ModelInput() {}

  /**
   * @param param that names the column
   * @throws StrataException (data) where there is no such column, in upper or lower case;
   *     (configuration) where it has no name
   */
  static void require(StructType schema, String param, String name) {
    List<String> names = List.of(schema.fieldNames());
    if (names.stream().noneMatch(name::equalsIgnoreCase)) {
      throw missing(names, param, name);
    }
  }

  /** The error of a column that is not there, with the nearest name that is. */
  static StrataException missing(List<String> names, String param, String name) {
    if (name.isBlank()) {
      return StrataException.configuration("a column has no name")
          .key(param)
          .found("an empty text")
          .expected("one of " + String.join(", ", names))
          .build();
    }
    String nearest = Nearest.to(name, names).map(n -> "; did you mean " + n + "?").orElse("");
    return StrataException.data("the DataFrame has no column " + name + nearest)
        .key(param)
        .found("columns " + String.join(", ", names))
        .expected(name)
        .build();
  }

  /**
   * The error of a column that is named twice.
   *
   * @param other the param that names it, too
   */
  static StrataException twice(String param, String name, String other) {
    return StrataException.configuration("a column has two purposes")
        .key(param)
        .found(name + ", which is also " + other)
        .expected("different columns")
        .build();
  }

  /**
   * The columns of features that training reads, under the parent model's name if it reads just
   * one.
   *
   * @param column read where no columns are named
   * @param columns by their names; empty: the column
   * @return name → name that the job reads
   * @throws StrataException (configuration) where a column is named twice
   */
  static Map<String, String> features(
      Optional<Preprocessing> parent, String column, List<String> columns) {
    List<String> own = parent.map(model -> model.layout().sources()).orElse(List.of());
    if (own.size() > 1) {
      return same(own);
    }
    List<String> named = columns.isEmpty() ? List.of(column) : columns;
    if (own.size() == 1 && named.size() == 1) {
      return Map.of(named.get(0), own.get(0));
    }
    return same(named);
  }

  private static Map<String, String> same(List<String> names) {
    Map<String, String> same = new LinkedHashMap<>();
    for (String name : names) {
      if (same.put(name, name) != null) {
        throw twice("featureCols", name, "featureCols");
      }
    }
    return same;
  }

  /**
   * The model's own features; under another name where it has just one.
   *
   * @param column empty: as the model's training rows had it
   * @throws StrataException (configuration) where one column is named and the model has several
   */
  static RowLayout layout(Preprocessing preprocessing, String column) {
    RowLayout own = preprocessing.layout().featuresOnly();
    if (column.isEmpty() || column.equals(own.sources().get(0))) {
      return own;
    }
    if (own.sources().size() > 1) {
      throw StrataException.configuration("the model reads several columns, by name")
          .key("inputCol")
          .found(column)
          .expected(
              "no inputCol, and the columns "
                  + own.sources().stream().limit(20).collect(Collectors.joining(", ")))
          .build();
    }
    return own.with(List.of(own.features().get(0).named(column)));
  }
}
