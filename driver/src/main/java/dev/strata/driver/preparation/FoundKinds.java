package dev.strata.driver.preparation;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.source.ColumnSelection;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.RowLayout;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;

/**
 * What Strata found columns of text to hold, or which columns it does not read beside texts, in a
 * line for the user.
 */
final class FoundKinds {
  private FoundKinds() {}

  /** Empty where the settings say it of each column. */
  static Optional<String> words(DataSettings settings, Dataset<Row> rows, RowLayout layout) {
    return settings.text().isPresent()
        ? besideTexts(settings, rows)
        : kinds(settings, rows.schema(), layout);
  }

  /** Columns that would be features if there were no texts. */
  private static Optional<String> besideTexts(DataSettings settings, Dataset<Row> rows) {
    List<String> texts = settings.text().orElseThrow().columns();
    List<String> unread =
        ColumnSelection.features(settings, rows, new FailureList()).stream()
            .filter(name -> !texts.contains(name))
            .toList();
    return unread.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Columns not used, because data.text.column makes text the only feature: "
                + String.join(", ", unread)
                + ".");
  }

  private static Optional<String> kinds(
      DataSettings settings, StructType schema, RowLayout layout) {
    List<String> names = layout.features().stream().map(FeatureColumn::name).toList();
    List<String> told =
        SourceColumns.matching(
            settings.categorical(), names, names, "data.categorical", new FailureList());
    StringJoiner found = new StringJoiner("; ");
    for (ColumnKind kind : List.of(ColumnKind.CATEGORICAL, ColumnKind.DATE, ColumnKind.TIMESTAMP)) {
      List<String> columns =
          layout.features().stream()
              .filter(f -> f.kind() == kind && !told.contains(f.name()))
              .map(FeatureColumn::name)
              .filter(name -> schema.apply(name).dataType() instanceof StringType)
              .toList();
      if (!columns.isEmpty()) {
        found.add(plural(kind) + ": " + String.join(", ", columns));
      }
    }
    return found.length() == 0
        ? Optional.empty()
        : Optional.of("Columns of text read as " + found + ". data.exclude leaves columns out.");
  }

  private static String plural(ColumnKind kind) {
    return switch (kind) {
      case CATEGORICAL -> "categories";
      case DATE -> "dates";
      default -> "times";
    };
  }
}
