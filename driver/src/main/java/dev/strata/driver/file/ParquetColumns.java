package dev.strata.driver.file;

import dev.strata.driver.spark.SparkCalls;
import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntervalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * What the footer of a Parquet file tells of columns of times in nanoseconds, and of others for
 * which Spark refuses the whole file: a time of day, a UUID, an interval. Other programs write them
 * without being asked to: pandas nanoseconds, databases all four. Times of day and UUIDs are read
 * as what they are stored as.
 *
 * @param nanoseconds names of columns of times in nanoseconds, and whether they are instants (of
 *     UTC) and not local times
 * @param stored columns that Spark reads only as what they are stored as
 * @param others columns that cannot be read
 */
public record ParquetColumns(
    String file, Map<String, Boolean> nanoseconds, List<String> stored, List<Other> others)
    implements Serializable {
  private static final int TASKS_PER_CORE = 4;
  private static final String SPARK_SCHEMA = "org.apache.spark.sql.parquet.row.metadata";
  private static final ParquetReadOptions NAMES =
      ParquetReadOptions.builder()
          .withMetadataFilter(ParquetMetadataConverter.SKIP_ROW_GROUPS)
          .build();

  private static final List<String> REFUSALS =
      List.of(
          "Illegal Parquet type",
          "PARQUET_TYPE_ILLEGAL",
          "Parquet type not yet supported",
          "PARQUET_TYPE_NOT_SUPPORTED",
          "UNSUPPORTED_TIME_TYPE");

  /**
   * A column that cannot be read.
   *
   * @param column its name; of a nested one that of the outermost column
   * @param text its name and type; of a nested one the whole path
   */
  public record Other(String column, String text) implements Serializable {}

  /**
   * The schema of a file. Its text for people would not do: it cannot be read again where names
   * have blanks or brackets.
   *
   * @param packed as Parquet's footer has it, in Base64
   * @param spark Spark's own schema as JSON, in files that Spark wrote; else empty
   */
  public record Footer(String file, String packed, String spark) implements Serializable {
    /** The columns. */
    public MessageType schema() {
      byte[] bytes = Base64.getDecoder().decode(packed);
      try {
        return new ParquetMetadataConverter()
            .readParquetMetadata(
                new ByteArrayInputStream(bytes), ParquetMetadataConverter.NO_FILTER)
            .getFileMetaData()
            .getSchema();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Footer of(Path file, FileMetaData read) {
      FileMetaData columns = new FileMetaData(read.getSchema(), Map.of(), "");
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try {
        Util.writeFileMetaData(
            new ParquetMetadataConverter()
                .toParquetMetadata(1, new ParquetMetadata(columns, List.of())),
            bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new Footer(
          file.toString(),
          Base64.getEncoder().encodeToString(bytes.toByteArray()),
          read.getKeyValueMetaData().getOrDefault(SPARK_SCHEMA, ""));
    }
  }

  /** The texts of all others, for a message. */
  public String otherTexts() {
    return others.stream().map(Other::text).collect(Collectors.joining(", "));
  }

  /** Whether Spark refused a file for the type of a column. */
  public static boolean isRefusal(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (REFUSALS.stream().anyMatch(String.valueOf(t.getMessage())::contains)) {
        return true;
      }
    }
    return false;
  }

  /** Those of every file that has any, in the order of the files. */
  public static List<ParquetColumns> of(SparkSession spark, List<Path> files) {
    return each(spark, files, ParquetColumns::of).stream()
        .filter(
            columns ->
                !columns.nanoseconds.isEmpty()
                    || !columns.stored.isEmpty()
                    || !columns.others.isEmpty())
        .toList();
  }

  /**
   * Columns of these names that have no times in nanoseconds.
   *
   * @param names in lower case, of columns that have such times in other files
   * @return one for each file that has any, with the type
   */
  public static List<ParquetColumns> unlike(
      SparkSession spark, List<Path> files, Set<String> names) {
    HashSet<String> wanted = new HashSet<>(names);
    return each(spark, files, (path, footer) -> unlike(path, footer.getSchema(), wanted)).stream()
        .filter(columns -> !columns.others.isEmpty())
        .toList();
  }

  /** Of each file of Parquet, in the order of the files. */
  public static List<Footer> footers(SparkSession spark, List<Path> files) {
    return each(spark, files, Footer::of);
  }

  private interface Reading<T> extends Serializable {
    T of(Path file, FileMetaData footer);
  }

  private static <T> List<T> each(SparkSession spark, List<Path> files, Reading<T> reading) {
    TaskConfiguration hadoop = TaskConfiguration.of(SparkCalls.hadoop(spark));
    List<String> paths = files.stream().map(Path::toString).toList();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int tasks = Math.min(paths.size(), TASKS_PER_CORE * context.defaultParallelism());
    List<T> all =
        SparkTasks.run(
            context.parallelize(paths, Math.max(1, tasks)).rdd(),
            path ->
                footer(new Path(path), hadoop.value())
                    .map(read -> reading.of(new Path(path), read))
                    .orElse(null));
    return all.stream().filter(Objects::nonNull).toList();
  }

  /** Empty where the file is none of Parquet: Spark says so itself. */
  private static Optional<FileMetaData> footer(Path file, Configuration hadoop) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop), NAMES)) {
      return Optional.of(reader.getFileMetaData());
    } catch (RuntimeException e) {
      if (String.valueOf(e.getMessage()).contains("is not a Parquet file")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static ParquetColumns of(Path file, FileMetaData footer) {
    ParquetColumns columns =
        new ParquetColumns(
            file.toString(), new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
    columns.collect(footer.getSchema(), "");
    return columns;
  }

  private void collect(GroupType group, String above) {
    for (Type field : group.getFields()) {
      LogicalTypeAnnotation type = field.getLogicalTypeAnnotation();
      boolean top = above.isEmpty() && !field.isRepetition(Type.Repetition.REPEATED);
      if (!field.isPrimitive()) {
        collect(field.asGroupType(), above + field.getName() + '\0');
      } else if (isNanoseconds(type) && top) {
        nanoseconds.put(field.getName(), ((TimestampLogicalTypeAnnotation) type).isAdjustedToUTC());
      } else if (isStored(type) && top) {
        stored.add(field.getName());
      } else if (isNanoseconds(type)
          || isStored(type)
          || type instanceof IntervalLogicalTypeAnnotation) {
        String outermost = (above + field.getName() + '\0').split("\0", 2)[0];
        others.add(
            new Other(outermost, above.replace('\0', '.') + field.getName() + " of type " + type));
      }
    }
  }

  /** A time of day or a UUID. */
  public static boolean isStored(LogicalTypeAnnotation type) {
    return type instanceof TimeLogicalTypeAnnotation || type instanceof UUIDLogicalTypeAnnotation;
  }

  private static boolean isNanoseconds(LogicalTypeAnnotation type) {
    return type instanceof TimestampLogicalTypeAnnotation time && time.getUnit() == TimeUnit.NANOS;
  }

  /** Also where a folder has the name: Spark takes its value in place of the file's. */
  private static ParquetColumns unlike(Path file, MessageType schema, Set<String> names) {
    List<Other> found = new ArrayList<>();
    for (Type field : schema.getFields()) {
      if (names.contains(field.getName().toLowerCase(Locale.ROOT))
          && !isNanoseconds(field.getLogicalTypeAnnotation())) {
        LogicalTypeAnnotation type = field.getLogicalTypeAnnotation();
        found.add(
            new Other(
                field.getName(),
                field.getName()
                    + " of type "
                    + (type != null
                        ? type
                        : field.isPrimitive()
                            ? field.asPrimitiveType().getPrimitiveTypeName()
                            : "group")));
      }
    }
    for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
      String name = folder.getName();
      int equals = name.indexOf('=');
      if (equals > 0 && names.contains(name.substring(0, equals).toLowerCase(Locale.ROOT))) {
        found.add(new Other(name.substring(0, equals), "the folder " + name));
      }
    }
    return new ParquetColumns(file.toString(), new LinkedHashMap<>(), new ArrayList<>(), found);
  }
}
