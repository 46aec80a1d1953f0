package dev.strata.driver.source;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.row.TextColumns;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.Nearest;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.LabelKind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of a source that are no features: label, weight, group, split and ids. What is wrong
 * with them is added to a list of failures: (data) where the source lacks a column, (configuration)
 * where its type is wrong.
 */
public final class RoleColumns {
  private final DataSettings settings;
  private final StructType schema;
  private final FailureList problems;

  public RoleColumns(DataSettings settings, StructType schema, FailureList problems) {
    this.settings = settings;
    this.schema = schema;
    this.problems = problems;
  }

  /** The label; empty without one, or where the column cannot be it. */
  Optional<String> label() {
    boolean classes = settings.labelKind() == LabelKind.CLASS;
    return settings.label().filter(name -> usable(name, "data.label", classes));
  }

  /** The weight; empty without one, or where the source lacks the column. */
  public Optional<String> weight() {
    return settings.weight().filter(name -> usable(name, "data.weight", false));
  }

  /** The group; empty without one, or where the column cannot be it. */
  public Optional<String> group() {
    return settings.group().filter(name -> usable(name, "data.group", true));
  }

  /** Checks the columns that are only carried along: ids. */
  void ids() {
    List<String> names = SourceColumns.names(schema);
    List<String> absent = settings.id().stream().filter(name -> !names.contains(name)).toList();
    if (!absent.isEmpty()) {
      problems.add(SourceColumns.absent(absent, names, "data.id"));
    }
  }

  /** Names of columns with another purpose than features, whether the source has them or not. */
  static Set<String> reserved(DataSettings settings) {
    Set<String> reserved = new HashSet<>(settings.id());
    reserved.addAll(settings.ignored());
    settings.label().ifPresent(reserved::add);
    settings.weight().ifPresent(reserved::add);
    settings.split().column().ifPresent(reserved::add);
    settings.group().ifPresent(reserved::add);
    return reserved;
  }

  /** Columns that were probably meant by names of other purposes that the source does not have. */
  static Set<String> meant(DataSettings settings, List<String> names) {
    Set<String> roles = reserved(settings);
    roles.removeAll(settings.ignored());
    return roles.stream()
        .filter(role -> !names.contains(role))
        .flatMap(role -> Nearest.to(role, names).stream())
        .collect(Collectors.toSet());
  }

  private boolean usable(String name, String key, boolean texts) {
    int position = SourceColumns.position(schema, name, key, problems);
    if (position < 0 || !texts) {
      return position >= 0;
    }
    FailureList own = new FailureList();
    StructField field = schema.fields()[position];
    if (key.equals("data.label") && isArray(field.dataType())) {
      own.add(
          StrataException.configuration("a class label must be one value, not an array")
              .key("data.label-kind")
              .found("class, for a column of type " + field.dataType().simpleString())
              .expected("label-kind = value, or another column")
              .build());
    } else {
      own.check(() -> TextColumns.require(schema, position, key));
    }
    own.all().forEach(problems::add);
    return own.isEmpty();
  }

  /** Whether a column's values are several numbers each. */
  static boolean isArray(DataType type) {
    return type instanceof ArrayType || type.equals(SQLDataTypes.VectorType());
  }
}
