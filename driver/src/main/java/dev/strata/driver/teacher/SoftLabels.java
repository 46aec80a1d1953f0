package dev.strata.driver.teacher;

import dev.strata.driver.activations.DerivedFolder;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.LabelNames;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.run.DamagedFileException;
import dev.strata.driver.run.OutputFiles;
import dev.strata.driver.simple.LabelledRows;
import dev.strata.driver.simple.ModelKind;
import dev.strata.driver.spark.SparkCalls;
import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.RowLayoutBuilder;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.shard.BlockLabels;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.Checksum;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.shard.SignedJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Labels rows by a teacher: writes each part of prepared rows again, with the teacher's labels.
 * What is there already, made of the same rows by the same teacher, is not made again.
 */
public final class SoftLabels {
  private static final Logger LOG = LoggerFactory.getLogger(SoftLabels.class);
  private static final String ORIGIN = "soft-labels.json";
  private static final int FORMAT_VERSION = 1;

  private final JavaSparkContext spark;
  private final SparkSession session;
  private final Configuration hadoop;
  private final Path folder;
  private final Consumer<String> notice;

  /**
   * @param folder of the labelled rows, with a folder for each part
   * @param notice takes one line for the user
   */
  public SoftLabels(SparkSession session, Path folder, Consumer<String> notice) {
    this.session = session;
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.hadoop = SparkCalls.hadoop(session);
    this.folder = folder;
    this.notice = notice;
  }

  /**
   * Rows with a teacher's labels.
   *
   * @param data their preprocessing has the label as the labelled rows have it
   * @param measures of the teacher, by their names; empty where the labels were given
   */
  public record Labelled(PreparedData data, Map<String, Double> measures) {}

  /**
   * What a part's labels were made of.
   *
   * @param rows checksum of the manifest of the part
   * @param teacher checksum of the labelled rows' manifest and how they are learned, or the column
   */
  record Origin(int formatVersion, String rows, List<String> teacher) {}

  /**
   * Rows that a teacher is fitted on.
   *
   * @param data with the same features as the rows that are labelled
   * @param chosen numbers of the training rows, all others being held out; absent: all
   */
  public record Lesson(PreparedData data, Optional<int[]> chosen) {
    private ShardSet rows() {
      return data.shards().get("train");
    }

    /** Checksum of the rows and of which of them are chosen. */
    public String checksum() {
      return Checksum.of(Json.line(origin()).getBytes(StandardCharsets.UTF_8));
    }

    private List<String> origin() {
      List<String> origin = new ArrayList<>(List.of(rows().manifestSha256()));
      chosen.ifPresent(
          rows -> origin.add(Checksum.of(Json.line(rows).getBytes(StandardCharsets.UTF_8))));
      return origin;
    }
  }

  /**
   * Labels by models that are fitted on labelled rows.
   *
   * @param rows without labels
   * @param seed of the models
   * @throws StrataException (configuration) where no model suits the labels; (data) where there are
   *     too few labelled rows
   */
  public Labelled fitted(PreparedData rows, Lesson lesson, TeacherSettings settings, long seed) {
    Preprocessing label = lesson.data().preprocessing();
    List<ModelKind> models = models(settings, label);
    List<String> teacher = lesson.origin();
    teacher.add(models.stream().map(model -> model.settings().get(0)).toList().toString());
    teacher.addAll(List.of(settings.folds() + "", seed + ""));
    if (settings.weights() != Weighting.EQUAL) {
      // Labels of equal weights keep the origin that older versions gave them.
      teacher.add(settings.weights().name());
    }
    Map<String, ShardSet> shards = new TreeMap<>();
    rows.shards()
        .forEach((part, set) -> there(part, set, teacher).ifPresent(s -> shards.put(part, s)));
    Optional<TeacherReport> known = report(teacher);
    TeacherReport report;
    if (shards.size() == rows.shards().size() && known.isPresent()) {
      report = known.get();
      notice.accept("Labels of the teacher: already made and unchanged: " + folder);
    } else {
      LabelledRows learned = learned(lesson, label.classes());
      notice.accept(
          "Teacher: %s, %d folds of %s."
              .formatted(
                  Counted.of(learned.count(), "labelled row"), settings.folds(), words(models)));
      TeacherFit.Fitted fitted =
          new TeacherFit(session, learned, models, Seeds.rows(seed, "teacher"))
              .run(settings.folds(), settings.weights());
      report = new TeacherReport(TeacherReport.FORMAT_VERSION, teacher, fitted.measures());
      OutputFiles.write(
          hadoop, new Path(folder, TeacherReport.FILE_NAME), SignedJson.write(report));
      write(rows, label.outputWidth(), fitted.teachers(), teacher, shards);
    }
    notice.accept("  on labelled rows, by models fitted without them: " + report.words());
    return new Labelled(with(rows, label, shards), report.measures());
  }

  private LabelledRows learned(Lesson lesson, List<String> classes) {
    LabelledRows all =
        LabelledRows.read(
            hadoop,
            lesson.rows(),
            TeacherSettings.LABELLED,
            "select some by " + TeacherSettings.LABELLED + ".where or data.labels-per-class");
    LabelledRows rows =
        all.unweighted(lesson.chosen().orElseGet(() -> IntStream.range(0, all.count()).toArray()));
    TeacherFolds.requireTwoOfEach(rows, classes, lesson.rows());
    return rows;
  }

  /**
   * Labels of a column.
   *
   * @param rows with the column as their label
   * @param settings of the data, with the label's kind and classes
   * @throws StrataException (data) where a row has no probabilities, or not one for each class
   */
  public Labelled given(PreparedData rows, String column, DataSettings settings) {
    requireColumn(rows, column);
    Preprocessing label = named(rows.preprocessing(), column, settings);
    boolean classes = label.layout().labelKind() == LabelKind.CLASS;
    int numbers = rows.preprocessing().outputWidth();
    int width = label.outputWidth();
    if (classes && numbers != width && !(numbers == 1 && width == 2)) {
      throw StrataException.data("column " + column + " has another number of classes")
          .key("task.teacher.column")
          .found(Counted.of(numbers, "number") + " in a row")
          .expected(
              "%d, one for each of data.label-classes%s"
                  .formatted(width, width == 2 ? ", or the probability of the second" : ""))
          .build();
    }
    Map<String, ShardSet> shards = new TreeMap<>(rows.shards());
    if (classes) {
      List<String> teacher = List.of(column);
      shards.clear();
      rows.shards()
          .forEach((part, set) -> there(part, set, teacher).ifPresent(s -> shards.put(part, s)));
      write(rows, width, new ColumnLabels(column), teacher, shards);
    }
    return new Labelled(with(rows, label, shards), Map.of());
  }

  /** Rows of {@code data.shards} alone were prepared for anything. */
  private static void requireColumn(PreparedData rows, String column) {
    RowLayout layout = rows.preprocessing().layout();
    if (layout.labelKind() != LabelKind.VALUE || !column.equals(layout.label())) {
      throw StrataException.configuration("the prepared rows do not have the teacher's column")
          .key("task.teacher.column")
          .file(rows.folder())
          .found(layout.label() == null ? "rows without labels" : "the label " + layout.label())
          .expected("the source of the rows as data.path, table or sql")
          .build();
    }
  }

  /** Boosted trees of Spark ML support two classes only. */
  private List<ModelKind> models(TeacherSettings settings, Preprocessing label) {
    int classes = label.classes().size();
    List<ModelKind> fitting =
        settings.models().stream().filter(model -> model.supports(classes)).toList();
    if (fitting.isEmpty()) {
      throw StrataException.configuration("boosted trees of Spark ML support two classes only")
          .key("task.teacher.models")
          .found(words(settings.models()) + ", with " + classes + " classes")
          .expected(words(List.of(ModelKind.RANDOM_FOREST, ModelKind.LINEAR)))
          .build();
    }
    if (fitting.size() < settings.models().size()) {
      notice.accept(
          "gradient-boosting is left out: boosted trees of Spark ML support two classes, and these"
              + " rows have "
              + classes
              + ".");
    }
    return fitting;
  }

  private static String words(List<ModelKind> models) {
    return String.join(", ", models.stream().map(ModelKind::text).toList());
  }

  private Optional<TeacherReport> report(List<String> teacher) {
    Path file = new Path(folder, TeacherReport.FILE_NAME);
    try {
      return OutputFiles.read(hadoop, file)
          .map(
              text ->
                  SignedJson.read(text, TeacherReport.class, TeacherReport.FORMAT_VERSION, file))
          .filter(report -> report.formatVersion() == TeacherReport.FORMAT_VERSION)
          .filter(report -> report.teacher().equals(teacher));
    } catch (DamagedFileException e) {
      LOG.info("{} is damaged: the teacher is fitted again", file, e);
      return Optional.empty();
    } catch (StrataException e) {
      if (e.kind() != FailureKind.DATA) {
        throw e;
      }
      LOG.info("{} is damaged: the teacher is fitted again", file, e);
      return Optional.empty();
    }
  }

  private DerivedFolder target(String part) {
    return new DerivedFolder(hadoop, new Path(folder, part).toString(), ORIGIN);
  }

  private Optional<ShardSet> there(String part, ShardSet set, List<String> teacher) {
    return target(part).open(origin(set, teacher));
  }

  private static Origin origin(ShardSet set, List<String> teacher) {
    return new Origin(FORMAT_VERSION, set.manifestSha256(), teacher);
  }

  /** Writes the parts that are not there, manifest last. */
  private void write(
      PreparedData rows,
      int width,
      BlockLabels.RowLabels labels,
      List<String> teacher,
      Map<String, ShardSet> shards) {
    rows.shards()
        .forEach(
            (part, set) ->
                shards.computeIfAbsent(
                    part, p -> written(part, set, width, labels, origin(set, teacher))));
  }

  private ShardSet written(
      String part, ShardSet set, int width, BlockLabels.RowLabels labels, Origin origin) {
    DerivedFolder target = target(part);
    target.clear();
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    BlockLabels task = new BlockLabels(set, target.path(), width, labels);
    TaskConfiguration configuration = TaskConfiguration.of(hadoop);
    int count = manifest.blocks().size();
    List<BlockSpec> blocks =
        (count == 0
                ? List.<String>of()
                : SparkTasks.run(
                    spark, count, index -> Json.line(task.write(configuration.value(), index))))
            .stream().map(json -> Json.read(json, BlockSpec.class, "a written block")).toList();
    target.describe(origin);
    return ManifestFile.write(
        hadoop,
        target.folder(),
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            manifest.split(),
            manifest.rows(),
            BlockLabels.arrays(manifest, width),
            manifest.columns(),
            List.of(),
            blocks,
            manifest.counts()));
  }

  /** Features of the rows, label of the labelled ones. */
  private PreparedData with(PreparedData rows, Preprocessing label, Map<String, ShardSet> shards) {
    Map<String, ShardManifest> manifests = new TreeMap<>();
    shards.forEach((part, set) -> manifests.put(part, ManifestFile.read(hadoop, set)));
    Preprocessing preprocessing =
        PreprocessingBuilder.builder(rows.preprocessing())
            .layout(
                RowLayoutBuilder.builder(rows.preprocessing().layout())
                    .label(label.layout().label())
                    .labelKind(label.layout().labelKind())
                    .labelWidth(label.layout().labelWidth())
                    .labelMapping(label.layout().labelMapping())
                    .build())
            .classes(label.classes())
            .build();
    return new PreparedData(
        rows.folder(), preprocessing, shards, manifests, rows.counts(), rows.reused());
  }

  /** The label that a column of the data has probabilities or values of. */
  private static Preprocessing named(Preprocessing rows, String column, DataSettings settings) {
    boolean classes = settings.labelKind() == LabelKind.CLASS;
    return PreprocessingBuilder.builder(rows)
        .layout(
            RowLayoutBuilder.builder(rows.layout())
                .label(settings.label().orElse(column))
                .labelKind(settings.labelKind())
                .labelWidth(classes ? 1 : rows.layout().labelWidth())
                .labelMapping(LabelNames.mapping(settings))
                .build())
        .classes(classes ? LabelNames.classes(settings) : List.of())
        .build();
  }
}
