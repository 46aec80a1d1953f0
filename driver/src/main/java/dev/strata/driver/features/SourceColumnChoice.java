package dev.strata.driver.features;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.row.SourceColumns;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * What is read of a source: the model's features, and the columns carried along: id columns, then
 * those that the features are partitioned by.
 *
 * @param layout the model's, without label and weight; {@code data.missing-values} count as missing
 *     besides the model's
 * @param idFields as the source has them
 * @param idPositions in the source
 */
record SourceColumnChoice(RowLayout layout, List<StructField> idFields, int[] idPositions) {
  /**
   * @param problems takes failures (data) for columns that the source lacks; these are left out
   */
  static SourceColumnChoice of(
      DataSettings data,
      ModelBundle bundle,
      ExtractSettings settings,
      StructType source,
      FailureList problems) {
    Preprocessing preprocessing = bundle.preprocessing();
    List<String> names = data.id();
    if (names.isEmpty()) {
      List<String> present = Arrays.asList(source.fieldNames());
      names = preprocessing.id().stream().filter(present::contains).toList();
    }
    Map<String, Integer> carried = new LinkedHashMap<>();
    names.forEach(name -> carry(carried, source, name, "data.id", problems));
    settings
        .partitionBy()
        .forEach(name -> carry(carried, source, name, "extract.partition-by", problems));
    int[] positions = carried.values().stream().mapToInt(Integer::intValue).toArray();
    return new SourceColumnChoice(
        features(preprocessing.layout(), data.missingValues()),
        Arrays.stream(positions).mapToObj(p -> source.fields()[p]).toList(),
        positions);
  }

  private static void carry(
      Map<String, Integer> carried,
      StructType source,
      String name,
      String key,
      FailureList problems) {
    problems
        .attempt(() -> SourceColumns.position(source, name, key))
        .ifPresent(position -> carried.put(name, position));
  }

  List<String> id() {
    return idFields.stream().map(StructField::name).toList();
  }

  /** The model's features; more texts count as missing values. */
  static RowLayout features(RowLayout trained, List<String> moreMissingValues) {
    Set<String> missingValues = new TreeSet<>(trained.missingValues());
    missingValues.addAll(moreMissingValues);
    return new RowLayout(
        trained.features(),
        null,
        trained.labelKind(),
        0,
        trained.labelMapping(),
        null,
        List.copyOf(missingValues),
        trained.missing());
  }
}
