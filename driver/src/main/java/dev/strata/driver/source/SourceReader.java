package dev.strata.driver.source;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.ImageSettings;
import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.file.Opening;
import dev.strata.driver.file.ReadFailure;
import dev.strata.driver.file.SourceFiles;
import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.driver.spark.SparkCalls;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.preprocess.RowLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Opens a source as a DataFrame with all its columns. CSV columns are texts (no type inference); a
 * CSV or JSON row that does not parse has its text in the column {@link #CORRUPT_RECORD}, an image
 * that cannot be read the reason, and {@link SourceRowReader} refuses both.
 */
public final class SourceReader {
  /** Column of ours in sources of CSV, JSON and images; null where the row is sound. */
  public static final String CORRUPT_RECORD = "__strata_corrupt_record";

  private final SparkSession spark;
  private final DataSettings settings;
  private final Optional<RowLayout> model;
  private final Consumer<String> notice;
  private final int lines;
  private OptionalInt libsvmWidth;

  /**
   * Opens the sources of one job: the training source first, as others follow its width where they
   * do not tell their own.
   *
   * @param model that the rows are for; its width holds for libsvm
   * @param notice takes one line for the user about how a source is read
   */
  public SourceReader(
      SparkSession spark,
      DataSettings settings,
      Optional<RowLayout> model,
      Consumer<String> notice) {
    this(spark, settings, model, notice, Opening.ALL);
  }

  /**
   * As above.
   *
   * @param lines of each part of a file of text that are looked at before any row is read
   */
  public SourceReader(
      SparkSession spark,
      DataSettings settings,
      Optional<RowLayout> model,
      Consumer<String> notice,
      int lines) {
    this.spark = spark;
    this.settings = settings;
    this.model = model;
    this.notice = notice;
    this.lines = lines;
    this.libsvmWidth = model.map(this::vectorWidth).orElse(OptionalInt.empty());
  }

  /**
   * @param source {@code settings.source()} or another one with the same format and columns
   * @throws StrataException (data) where the path does not exist; (configuration) where SQL, table
   *     or condition is wrong
   */
  public static Dataset<Row> read(
      SparkSession spark, DataSettings settings, SourceSettings source) {
    return new SourceReader(spark, settings, Optional.empty(), text -> {}).read(source);
  }

  /**
   * The main source, for rows that a model takes: files of images are held against the model's
   * images, not against the first of them.
   *
   * @param notice takes one line for the user about how the source is read
   * @throws StrataException as {@link #read(SparkSession, DataSettings, SourceSettings)}
   */
  public static Dataset<Row> read(
      SparkSession spark, DataSettings settings, RowLayout model, Consumer<String> notice) {
    return new SourceReader(spark, settings, Optional.of(model), notice)
        .opened(settings.source(), images(model))
        .rows();
  }

  /** The images that a model was trained on; empty where it was on something else. */
  public static Optional<ImageShape> images(RowLayout model) {
    return model.features().size() == 1 ? model.features().get(0).sourceImage() : Optional.empty();
  }

  /**
   * @throws StrataException as {@link #read(SparkSession, DataSettings, SourceSettings)}
   */
  public Dataset<Row> read(SourceSettings source) {
    return opened(source, Optional.empty()).rows();
  }

  /**
   * A source that is open.
   *
   * @param all rows, before the source's condition
   * @param rows that meet the condition
   */
  public record Opened(SourceSettings source, Dataset<Row> all, Dataset<Row> rows) {}

  /**
   * @param images that files of images are held against; empty: the first of them
   * @throws StrataException as {@link #read(SparkSession, DataSettings, SourceSettings)}
   */
  public Opened opened(SourceSettings source, Optional<ImageShape> images) {
    ReaderSession.keepNegativeZeros(spark);
    String key = key(settings, source);
    Dataset<Row> all = analysed(key, () -> open(source, key, images));
    Dataset<Row> rows =
        source
            .where()
            .map(condition -> analysed(key + ".where", () -> filtered(all, condition, key)))
            .orElse(all);
    return new Opened(source, all, rows);
  }

  private Dataset<Row> filtered(Dataset<Row> rows, String condition, String key) {
    Dataset<Row> filtered = rows.where(condition);
    Set<String> texts = TextComparisons.of(filtered);
    if (!texts.isEmpty()) {
      notice.accept(
          key
              + ".where compares text with an integer (column "
              + String.join(", ", texts)
              + "): Spark drops the fraction of the text first, so that 2.5 is not above 2. Compare"
              + " with 2.0, or cast the column, if it has fractions.");
    }
    return filtered;
  }

  /** The key under which the source is configured. */
  public static String key(DataSettings settings, SourceSettings source) {
    if (source.key().isPresent()) {
      return source.key().get();
    }
    if (source == settings.source()) {
      return "data";
    }
    return source.equals(settings.validation()) ? "data.validation" : "data.test";
  }

  /** The format that is configured, or that the files' names tell. */
  static String format(
      DataSettings settings, SourceSettings source, List<FileStatus> files, String key) {
    String format = settings.format(source);
    if (!format.equals("auto")) {
      return format;
    }
    return SourceFiles.format(files)
        .orElseThrow(
            () ->
                StrataException.configuration("cannot detect the format from the file name")
                    .key(source.format().isPresent() ? key + ".format" : "data.format")
                    .file(files.get(0).getPath())
                    .found("auto")
                    .expected("parquet, orc, csv, json, libsvm, idx, images or a Spark data source")
                    .build());
  }

  private Dataset<Row> open(SourceSettings source, String key, Optional<ImageShape> images) {
    if (source.sql().isPresent()) {
      requireNoImages(settings, "the result of a query");
      return analysed(key + ".sql", () -> spark.sql(source.sql().get()));
    }
    if (source.table().isPresent()) {
      requireNoImages(settings, "a table");
      return analysed(key + ".table", () -> spark.table(source.table().get()));
    }
    if (source.path().isEmpty()) {
      throw StrataException.configuration("no source is set")
          .key(key + ".path")
          .expected("one of path, table and sql")
          .build();
    }
    Configuration hadoop = SparkCalls.hadoop(spark);
    List<FileStatus> files = SourceFiles.list(hadoop, source.path(), key + ".path");
    ReaderSession.keepCodes(spark, files);
    String format = format(settings, source, files, key);
    if (!format.equals("images")) {
      requireNoImages(settings, "data.format = " + format);
    }
    Map<String, String> options = new TreeMap<>(settings.source().options());
    options.putAll(source.options());
    List<String> paths = source.path();
    List<String> names = settings.columnNames(source);
    String namesKey = (source.columnNames().isPresent() ? key : "data") + ".column-names";
    Opening opening = new Opening(spark, options, paths, names, namesKey, lines, notice);
    return switch (format) {
      case "idx" -> IdxSource.read(spark, source, files, key);
      case "images" ->
          ImageSource.read(
              spark, settings.images().orElse(ImageSettings.defaults()), files, key, images);
      case "csv" -> CsvSource.read(opening, files);
      case "json" -> JsonSource.read(opening);
      case "libsvm" -> libsvm(opening);
      case "parquet" ->
          named(
              opening,
              new ParquetTimes(spark, files, key, notice, found -> unread(found, source))
                  .read(
                      columns ->
                          columns
                              .map(known -> spark.read().schema(known).options(options))
                              .map(reader -> reader.parquet(paths.toArray(String[]::new)))
                              .orElseGet(
                                  () ->
                                      MergedFiles.read(
                                          spark, format, options, paths, files.size(), key))));
      case "orc" ->
          named(opening, MergedFiles.read(spark, format, options, paths, files.size(), key));
      default ->
          named(
              opening,
              spark.read().format(format).options(options).load(paths.toArray(String[]::new)));
    };
  }

  /** Columns among these, of the files, that are excluded and that nothing else names. */
  private List<String> unread(List<String> columns, SourceSettings source) {
    if (!settings.columnNames(source).isEmpty()) {
      return List.of();
    }
    Set<String> used = new HashSet<>(settings.id());
    settings.label().ifPresent(used::add);
    settings.weight().ifPresent(used::add);
    settings.group().ifPresent(used::add);
    settings.split().column().ifPresent(used::add);
    settings.text().ifPresent(text -> used.addAll(text.columns()));
    return SourceColumns.matching(
            settings.exclude(), columns, columns, "data.exclude", new FailureList())
        .stream()
        .filter(name -> !used.contains(name) && !isNamed(name, source.where().orElse("")))
        .toList();
  }

  private static boolean isNamed(String column, String condition) {
    return Pattern.compile(
            "(?<!\\w)" + Pattern.quote(column) + "(?!\\w)",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
        .matcher(condition)
        .find();
  }

  private Dataset<Row> libsvm(Opening opening) {
    LibsvmSource source = LibsvmSource.of(opening, libsvmWidth);
    libsvmWidth = OptionalInt.of(source.width());
    return source.rows();
  }

  /** Width of the model's vectors that libsvm would give. */
  private OptionalInt vectorWidth(RowLayout layout) {
    String name = settings.columnNames().size() > 1 ? settings.columnNames().get(1) : "features";
    return layout.features().stream()
        .filter(feature -> feature.name().equals(name) && feature.isArray())
        .mapToInt(FeatureColumn::sourceWidth)
        .findFirst();
  }

  /** Colours and sizes of files that are none would be passed over in silence. */
  private static void requireNoImages(DataSettings settings, String found) {
    if (settings.images().isPresent()) {
      throw StrataException.configuration("data.images applies only to image files")
          .key("data.images")
          .found(found)
          .expected("data.format = images, or no setting")
          .build();
    }
  }

  private static Dataset<Row> named(Opening opening, Dataset<Row> rows) {
    List<String> names = opening.names();
    if (!names.isEmpty() && names.size() != rows.columns().length) {
      throw StrataException.configuration("the number of column names is wrong")
          .key(opening.namesKey())
          .found(names.size() + " names")
          .expected(rows.columns().length + " names, or none")
          .build();
    }
    return names.isEmpty() ? rows : rows.toDF(names.toArray(String[]::new));
  }

  /** Spark's own complaints about a name, a type, a condition or a file are the user's to mend. */
  private static Dataset<Row> analysed(String key, Supplier<Dataset<Row>> step) {
    try {
      return step.get();
    } catch (Exception | AssertionError e) {
      throw StrataException.in(e).orElseGet(() -> ReadFailure.onOpening(e, key));
    }
  }
}
