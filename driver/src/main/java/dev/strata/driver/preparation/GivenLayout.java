package dev.strata.driver.preparation;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.LabelNames;
import dev.strata.driver.source.ColumnSelection;
import dev.strata.driver.source.RoleColumns;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowLayout;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A model's own features, with the label and the weight of other data. */
final class GivenLayout {
  private GivenLayout() {}

  /**
   * The model's own label from the column that the settings name.
   *
   * @param problems takes a failure (configuration) where the data has a label and the model has
   *     learned none
   */
  static RowLayout of(Preprocessing given, DataSettings settings, FailureList problems) {
    RowLayout trained = given.layout();
    boolean labelled = settings.label().isPresent() && trained.labelled();
    if (settings.label().isPresent() && !labelled) {
      problems.add(
          StrataException.configuration("the model was trained without labels")
              .key("data.label")
              .found(settings.label().get())
              .expected("null")
              .build());
    }
    Map<String, String> mapping = PlainText.mapping(trained.labelMapping());
    problems.attempt(() -> LabelNames.mapping(settings)).ifPresent(mapping::putAll);
    Set<String> missingValues = new TreeSet<>(trained.missingValues());
    missingValues.addAll(settings.missingValues());
    MissingPolicy missing = trained.missing();
    return new RowLayout(
            trained.features(),
            labelled ? settings.label().get() : null,
            trained.labelKind(),
            labelled ? trained.labelWidth() : 0,
            mapping,
            settings.weight().orElse(null),
            missingValues.stream().toList(),
            new MissingPolicy(
                missing.numeric(),
                missing.constant(),
                missing.categorical(),
                settings.missing().label()))
        .grouped(settings.group().orElse(null));
  }

  /**
   * The model's features beside a label of the settings' own kind, mapping and width.
   *
   * @param problems takes failures (configuration, data) where the data lacks the model's features
   *     or asks for others, or the label is one of them; what is wrong is not in the layout
   */
  static RowLayout withOwnLabel(
      Preprocessing given, DataSettings settings, Dataset<Row> rows, FailureList problems) {
    ModelFeatureValidator.compare(given, settings, rows, problems);
    RowLayout trained = given.layout();
    MissingPolicy missing = trained.missing();
    Set<String> missingValues = new TreeSet<>(trained.missingValues());
    missingValues.addAll(settings.missingValues());
    OptionalInt width = ColumnSelection.labelWidth(settings, rows, problems);
    boolean labelled = settings.label().isPresent() && width.isPresent();
    RoleColumns roles = new RoleColumns(settings, rows.schema(), problems);
    return new RowLayout(
            trained.features(),
            labelled ? settings.label().get() : null,
            settings.labelKind(),
            labelled ? width.getAsInt() : 0,
            problems.attempt(() -> LabelNames.mapping(settings)).orElse(Map.of()),
            roles.weight().orElse(null),
            List.copyOf(missingValues),
            new MissingPolicy(
                missing.numeric(),
                missing.constant(),
                missing.categorical(),
                settings.missing().label()))
        .grouped(roles.group().orElse(null));
  }
}
