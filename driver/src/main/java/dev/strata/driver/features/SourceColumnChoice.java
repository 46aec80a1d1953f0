package dev.strata.driver.features;

import dev.strata.driver.data.SourceColumns;
import dev.strata.executor.failure.StrataException;
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
   * @throws StrataException (data) where the source lacks one of them
   */
  static SourceColumnChoice of(ExtractRequest request, StructType source) {
    Preprocessing preprocessing = request.bundle().preprocessing();
    List<String> names = request.data().id();
    if (names.isEmpty()) {
      List<String> present = Arrays.asList(source.fieldNames());
      names = preprocessing.id().stream().filter(present::contains).toList();
    }
    Map<String, Integer> carried = new LinkedHashMap<>();
    names.forEach(name -> carried.put(name, SourceColumns.position(source, name, "data.id")));
    for (String name : request.settings().partitionBy()) {
      carried.put(name, SourceColumns.position(source, name, "extract.partition-by"));
    }
    int[] positions = carried.values().stream().mapToInt(Integer::intValue).toArray();
    return new SourceColumnChoice(
        features(preprocessing.layout(), request.data().missingValues()),
        Arrays.stream(positions).mapToObj(p -> source.fields()[p]).toList(),
        positions);
  }

  List<String> id() {
    return idFields.stream().map(StructField::name).toList();
  }

  private static RowLayout features(RowLayout trained, List<String> moreMissingValues) {
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
