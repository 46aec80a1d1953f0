package dev.strata.driver.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import scala.collection.JavaConverters;

/** Whether a source is what it was: names, lengths and modification times of its files. */
final class SourceIdentity {
  private static final Set<String> FILE_FORMATS =
      Set.of(
          "auto",
          "parquet",
          "orc",
          "csv",
          "json",
          "libsvm",
          "idx",
          "images",
          "text",
          "avro",
          "binaryFile");

  /**
   * Changes where the same files of images give other pixels than before: CMYK, profiles and
   * colours without a marker of JPEG files.
   */
  private static final String PIXELS = "pixels 2";

  private SourceIdentity() {}

  /** Empty where a source is not made of files alone: it may change unseen. */
  static Optional<List<String>> of(
      SparkSession spark, DataSettings settings, SourceSettings source) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    if (!source.path().isEmpty() && FILE_FORMATS.contains(settings.format(source))) {
      String key = SourceReader.key(settings, source);
      List<FileStatus> files =
          new ArrayList<>(SourceFiles.list(hadoop, source.path(), key + ".path"));
      boolean images = SourceReader.format(settings, source, files, key).equals("images");
      source
          .labelsPath()
          .ifPresent(p -> files.addAll(SourceFiles.list(hadoop, List.of(p), key + ".labels-path")));
      List<String> described = new ArrayList<>(describe(files));
      if (images) {
        described.add(PIXELS);
      }
      return Optional.of(described);
    }
    Dataset<Row> rows = SourceReader.read(spark, settings, source);
    if (!madeOfFiles(rows.queryExecution().analyzed())) {
      return Optional.empty();
    }
    List<String> paths = Arrays.asList(rows.inputFiles());
    return paths.isEmpty()
        ? Optional.empty()
        : Optional.of(describe(SourceFiles.list(hadoop, paths, "data")));
  }

  private static boolean madeOfFiles(LogicalPlan plan) {
    return JavaConverters.seqAsJavaList(plan.collectLeaves()).stream()
        .allMatch(
            leaf ->
                leaf instanceof LogicalRelation relation
                    && relation.relation() instanceof HadoopFsRelation);
  }

  private static List<String> describe(List<FileStatus> files) {
    return files.stream()
        .map(f -> f.getPath() + " " + f.getLen() + " " + f.getModificationTime())
        .toList();
  }
}
