package dev.strata.executor.preprocess;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Columns of a source and how they are read: everything needed to turn a source's row into a {@link
 * PlainRow}.
 *
 * @param features in the order of the encoded row
 * @param label null where unlabelled
 * @param labelWidth numbers of a {@link LabelKind#VALUE} label; 1 for a class; 0 where unlabelled
 * @param labelMapping text found → text used instead
 * @param weight null where rows have no weight
 * @param missingValues texts that stand for a missing value, besides the empty one
 * @param group column of the groups; null where rows belong to none
 */
@RecordBuilder
public record RowLayout(
    List<FeatureColumn> features,
    String label,
    LabelKind labelKind,
    int labelWidth,
    Map<String, String> labelMapping,
    String weight,
    List<String> missingValues,
    MissingPolicy missing,
    @JsonInclude(JsonInclude.Include.NON_NULL) String group)
    implements Serializable {
  public RowLayout {
    features = List.copyOf(features);
    labelMapping = new TreeMap<>(labelMapping);
    missingValues = List.copyOf(missingValues);
  }

  /** Rows that belong to no groups. */
  public RowLayout(
      List<FeatureColumn> features,
      String label,
      LabelKind labelKind,
      int labelWidth,
      Map<String, String> labelMapping,
      String weight,
      List<String> missingValues,
      MissingPolicy missing) {
    this(
        features, label, labelKind, labelWidth, labelMapping, weight, missingValues, missing, null);
  }

  /** Numbers of all features of one row. */
  public int numbers() {
    return features.stream().mapToInt(FeatureColumn::numbers).sum();
  }

  /** Columns of the source that hold categories or texts. */
  public int texts() {
    return categories() + text().map(text -> text.sources().size()).orElse(0);
  }

  /** Names of the source's columns that the features are made of, in their order. */
  public List<String> sources() {
    return features.stream().flatMap(feature -> feature.sources().stream()).toList();
  }

  /** Categorical columns. */
  public int categories() {
    return (int) features.stream().filter(f -> f.kind() == ColumnKind.CATEGORICAL).count();
  }

  /** The text, of one column or of several, where that is what the features are. */
  public Optional<FeatureColumn> text() {
    return features.stream().filter(f -> f.kind() == ColumnKind.TEXT).findFirst();
  }

  public boolean labelled() {
    return label != null;
  }

  /** The same with other features. */
  public RowLayout with(List<FeatureColumn> others) {
    return RowLayoutBuilder.builder(this).features(others).build();
  }

  /** The same with rows of groups that this column names; null: of none. */
  public RowLayout grouped(String column) {
    return RowLayoutBuilder.builder(this).group(column).build();
  }

  /** The same features without label, weight and group: for rows that are only to be predicted. */
  public RowLayout featuresOnly() {
    return new RowLayout(features, null, labelKind, 0, labelMapping, null, missingValues, missing);
  }
}
