package dev.strata.driver.data;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowLayout;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A model's own features, with the label and the weight of other data. */
final class GivenLayout {
  private GivenLayout() {}

  /**
   * @throws StrataException (configuration) where the data has a label and the model has learned
   *     none
   */
  static RowLayout of(Preprocessing given, DataSettings settings) {
    RowLayout trained = given.layout();
    if (settings.label().isPresent() && !trained.labelled()) {
      throw StrataException.configuration("the model was trained without labels")
          .key("data.label")
          .found(settings.label().get())
          .expected("null")
          .build();
    }
    Map<String, String> mapping = PlainText.mapping(trained.labelMapping());
    mapping.putAll(LabelNames.mapping(settings));
    Set<String> missingValues = new TreeSet<>(trained.missingValues());
    missingValues.addAll(settings.missingValues());
    MissingPolicy missing = trained.missing();
    return new RowLayout(
            trained.features(),
            settings.label().orElse(null),
            trained.labelKind(),
            settings.label().isPresent() ? trained.labelWidth() : 0,
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
   * @throws StrataException (configuration, data) where the data lacks the model's features or asks
   *     for others, or the label is one of them
   */
  static RowLayout withOwnLabel(Preprocessing given, DataSettings settings, Dataset<Row> rows) {
    GivenFeatures.requireSame(given, settings, rows);
    RowLayout trained = given.layout();
    MissingPolicy missing = trained.missing();
    Set<String> missingValues = new TreeSet<>(trained.missingValues());
    missingValues.addAll(settings.missingValues());
    return new RowLayout(
            trained.features(),
            settings.label().orElse(null),
            settings.labelKind(),
            ColumnSelection.labelWidth(settings, rows),
            LabelNames.mapping(settings),
            settings.weight().orElse(null),
            List.copyOf(missingValues),
            new MissingPolicy(
                missing.numeric(),
                missing.constant(),
                missing.categorical(),
                settings.missing().label()))
        .grouped(settings.group().orElse(null));
  }
}
