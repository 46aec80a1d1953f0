package dev.strata.driver.source;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.file.SourceFiles;
import dev.strata.driver.run.SourceState;
import dev.strata.driver.spark.SparkCalls;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.trees.LeafLike;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;

/** Whether a source is what it was: names, lengths and modification times of its files. */
public final class SourceIdentity {
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
  public static Optional<List<String>> of(
      SparkSession spark, DataSettings settings, SourceSettings source) {
    return found(SparkCalls.hadoop(spark), () -> spark, settings, source)
        .map(
            found -> {
              List<String> described = new ArrayList<>(describe(found.files()));
              if (found.images()) {
                described.add(PIXELS);
              }
              return described;
            });
  }

  /** As above, for {@code inputs.json}: {@link SourceState#UNKNOWN} instead of empty. */
  public static SourceState state(
      Configuration hadoop,
      Supplier<SparkSession> spark,
      DataSettings settings,
      SourceSettings source) {
    return ViewStates.of(source.table())
        .or(
            () ->
                found(hadoop, spark, settings, source)
                    .map(found -> SourceState.of(states(found.files()))))
        .orElse(SourceState.UNKNOWN);
  }

  /** Path → length and modification time. */
  public static Map<String, String> states(List<FileStatus> files) {
    Map<String, String> states = new TreeMap<>();
    files.forEach(
        f -> states.put(f.getPath().toString(), f.getLen() + " " + f.getModificationTime()));
    return states;
  }

  /**
   * @param images whether the files are read as images
   */
  private record Found(List<FileStatus> files, boolean images) {}

  /** Spark is started only for what is not named by paths. */
  private static Optional<Found> found(
      Configuration hadoop,
      Supplier<SparkSession> spark,
      DataSettings settings,
      SourceSettings source) {
    if (!source.path().isEmpty() && FILE_FORMATS.contains(settings.format(source))) {
      String key = SourceReader.key(settings, source);
      List<FileStatus> files =
          new ArrayList<>(SourceFiles.list(hadoop, source.path(), key + ".path"));
      boolean images = SourceReader.format(settings, source, files, key).equals("images");
      source
          .labelsPath()
          .ifPresent(p -> files.addAll(SourceFiles.list(hadoop, List.of(p), key + ".labels-path")));
      return Optional.of(new Found(files, images));
    }
    Dataset<Row> rows = SourceReader.read(spark.get(), settings, source);
    if (!madeOfFiles(rows.queryExecution().analyzed())) {
      return Optional.empty();
    }
    List<String> paths = Arrays.asList(rows.inputFiles());
    return paths.isEmpty()
        ? Optional.empty()
        : Optional.of(new Found(SourceFiles.list(hadoop, paths, "data"), false));
  }

  private static boolean madeOfFiles(LogicalPlan plan) {
    return !plan.exists(part -> part instanceof LeafLike<?> && !isFiles(part));
  }

  private static boolean isFiles(LogicalPlan leaf) {
    return leaf instanceof LogicalRelation relation
        && relation.relation() instanceof HadoopFsRelation;
  }

  private static List<String> describe(List<FileStatus> files) {
    return files.stream()
        .map(f -> f.getPath() + " " + f.getLen() + " " + f.getModificationTime())
        .toList();
  }
}
