package dev.strata.driver.features;

import dev.strata.executor.failure.StrataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Features that are there when others are written beside them, so that both are one table. */
final class EarlierFeatures {
  private final SparkSession spark;

  EarlierFeatures(SparkSession spark) {
    this.spark = spark;
  }

  /**
   * @param file one that is there
   * @param schema of what is written, the columns that it is partitioned by included
   * @throws StrataException (configuration) where both would not be one table
   */
  void requireSameTable(Path file, StructType schema, List<String> partitionBy) {
    List<String> levels = levels(file);
    List<String> asked = partitionBy.stream().map(ExternalCatalogUtils::escapePathName).toList();
    if (!levels.equals(asked)) {
      throw otherTable(file, "partitions by " + levels, "partitions by " + asked);
    }
    Set<String> found = columns(schema(file), List.of());
    Set<String> written = columns(schema, partitionBy);
    if (!found.equals(written)) {
      throw otherTable(file, "columns " + found, "columns " + written);
    }
  }

  /** The modelSha256 of a file's features, where it is another than this. */
  Optional<String> otherModel(Path file, String modelSha256) {
    return Arrays.stream(schema(file).fields())
        .filter(field -> field.metadata().contains(FeatureColumns.MODEL))
        .map(field -> field.metadata().getString(FeatureColumns.MODEL))
        .filter(found -> !found.equals(modelSha256))
        .findFirst();
  }

  private StructType schema(Path file) {
    return spark.read().parquet(file.toString()).schema();
  }

  /** The columns that the folders around the file are named after, outermost first. */
  private static List<String> levels(Path file) {
    List<String> levels = new ArrayList<>();
    for (Path each = file.getParent(); each.getName().contains("="); each = each.getParent()) {
      levels.add(0, each.getName().substring(0, each.getName().indexOf('=')));
    }
    return levels;
  }

  /** With their types, whatever their order and capitals, without these. */
  private static Set<String> columns(StructType schema, List<String> without) {
    Set<String> columns = new TreeSet<>();
    for (StructField field : schema.fields()) {
      if (without.stream().noneMatch(field.name()::equalsIgnoreCase)) {
        columns.add(field.name().toLowerCase(Locale.ROOT) + " " + field.dataType().sql());
      }
    }
    return columns;
  }

  private StrataException otherTable(Path file, String found, String written) {
    return StrataException.configuration(
            "the existing features have different columns or partitions")
        .key("extract.write-mode")
        .file(file)
        .found(found)
        .expected(written + "; or write-mode = overwrite to replace all, or another output.dir")
        .build();
  }
}
