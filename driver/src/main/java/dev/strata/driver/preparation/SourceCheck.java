package dev.strata.driver.preparation;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.LabelNames;
import dev.strata.driver.data.SourceName;
import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.file.SparkFailures;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.driver.source.ColumnSelection;
import dev.strata.driver.source.SourceReader;
import dev.strata.driver.source.SourceReader.Opened;
import dev.strata.driver.source.SourceSample;
import dev.strata.driver.split.Split;
import dev.strata.driver.split.SplitKeyReader;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.RowLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Opens the sources of a job and holds their columns and first rows ({@link SourceSample}) against
 * the settings. Preparation and {@code check} both begin with it, so that they cannot disagree;
 * everything that is wrong with any source is collected.
 */
final class SourceCheck {
  private final SparkSession spark;
  private final DataSettings settings;
  private final long seed;
  private final Optional<GivenPreprocessing> given;
  private final SourceReader reader;
  private final Consumer<String> notice;
  private final FailureList problems = new FailureList();
  private final List<String> lines = new ArrayList<>();

  /**
   * @param given a model's preprocessing that is applied
   * @param notice takes one line for the user about how a source is read
   * @param looked lines of each part of a file of text that are looked at for how it is written
   */
  SourceCheck(
      SparkSession spark,
      DataSettings settings,
      long seed,
      Optional<GivenPreprocessing> given,
      Consumer<String> notice,
      int looked) {
    this.spark = spark;
    this.settings = settings;
    this.seed = seed;
    this.given = given;
    this.notice = notice;
    this.reader =
        new SourceReader(
            spark, settings, given.map(model -> model.model().layout()), notice, looked);
  }

  /**
   * Sources that nothing is wrong with, as far as it was looked.
   *
   * @param layout of their rows
   */
  record Sound(Map<Split, Dataset<Row>> sources, RowLayout layout) {}

  /**
   * @throws StrataException the only failure, or one that lists all
   */
  Sound require() {
    Map<Split, Opened> opened = new EnumMap<>(Split.class);
    Optional<RowLayout> layout = look(opened);
    problems.throwIfAny();
    Map<Split, Dataset<Row>> sources = new EnumMap<>(Split.class);
    opened.forEach((part, source) -> sources.put(part, source.rows()));
    return new Sound(sources, layout.orElseThrow());
  }

  /** What is wrong, and what was looked at; also says where the training source has no rows. */
  DataLook look() {
    Map<Split, Opened> opened = new EnumMap<>(Split.class);
    look(opened);
    return new DataLook(problems.all(), lines);
  }

  private Optional<RowLayout> look(Map<Split, Opened> opened) {
    problems.check(this::requireClassesForSampling);
    problems.check(this::requireWholeGroups);
    problems.check(this::requireClassesOfWeights);
    if (fits() && !settings.source().given()) {
      problems.add(
          StrataException.configuration("no training data")
              .key("data.path")
              .found("only data.validation or data.test")
              .expected("one of data.path, data.table and data.sql")
              .build());
    }
    for (Split part : Split.values()) {
      if (source(part).given()) {
        attempt(source(part), () -> reader.opened(source(part), Optional.empty()))
            .ifPresent(source -> opened.put(part, source));
      }
    }
    Split first = first();
    Optional<RowLayout> layout =
        given.isPresent() && !given.get().ownLabel()
            ? Optional.of(GivenLayout.of(given.get().model(), settings, problems))
            : Optional.ofNullable(opened.get(first)).map(source -> layout(source, first));
    layout.ifPresent(columns -> opened.forEach((part, source) -> check(part, source, columns)));
    return layout;
  }

  private RowLayout layout(Opened source, Split part) {
    FailureList own = new FailureList();
    RowLayout layout =
        given.isPresent()
            ? GivenLayout.withOwnLabel(given.get().model(), settings, source.rows(), own)
            : ColumnSelection.of(settings, source.rows(), own);
    own.all().forEach(failure -> problems.add(SourceName.of(failure, source(part))));
    if (given.isEmpty()) {
      FoundKinds.words(settings, source.rows(), layout).ifPresent(notice);
    }
    return layout;
  }

  private void check(Split part, Opened source, RowLayout layout) {
    Optional<SourceRowReader> columns =
        attempt(source.source(), () -> SourceRowReader.of(source.rows().schema(), layout));
    Optional<SplitKeyReader> places =
        attempt(
            source.source(),
            () ->
                part == Split.TRAIN
                    ? SplitKeyReader.of(source.rows().schema(), settings, seed)
                    : SplitKeyReader.of(part));
    String name = SourceReader.key(settings, source.source());
    if (columns.isEmpty()) {
      return;
    }
    Optional<SourceSample> sample =
        SourceSample.isCheap(source)
            ? attempt(source.source(), () -> SourceSample.of(spark, source))
                .flatMap(Function.identity())
            : Optional.empty();
    sample.ifPresent(
        rows -> rows(part, rows, layout, places.orElseGet(() -> SplitKeyReader.of(part))));
    lines.add("looked at " + name + ": " + sample.map(SourceCheck::words).orElse("columns"));
  }

  /** What was looked at, for people. */
  static String words(SourceSample sample) {
    return "columns and the "
        + (sample.whole() ? "" : "first ")
        + Counted.of(sample.rows().size(), "row");
  }

  private void rows(Split part, SourceSample sample, RowLayout layout, SplitKeyReader places) {
    FailureList own = new FailureList();
    SampleProblems read =
        SampleProblems.of(sample, layout, places, given.map(GivenPreprocessing::model), own);
    boolean classes = layout.labelled() && layout.labelKind() == LabelKind.CLASS;
    if (classes && read.sure(layout)) {
      String of = sample.whole() ? "" : " of the first " + sample.rows().size();
      own.check(() -> requireKnown(read.labels(), of));
    }
    boolean only = fits() || given(Split.TRAIN) + given(Split.VALIDATION) + given(Split.TEST) == 1;
    boolean decides = part == first() && only && sample.whole() && read.refused() == 0;
    if (decides && read.used() == 0) {
      own.add(noRows(settings, sample.rows().size()));
    } else if (decides && classes && fits()) {
      own.check(() -> Fitting.requireTwo(read.labels().keySet()));
    }
    own.all().forEach(failure -> problems.add(SourceName.of(failure, source(part))));
  }

  private void requireKnown(Map<String, Long> labels, String of) {
    if (given.isPresent() && !given.get().ownLabel()) {
      Fitting.requireKnown(
          given.get().model().classes(), labels, of, "data.label", "a class of the model");
    } else if (!settings.labelClasses().isEmpty()) {
      Fitting.requireKnown(
          LabelNames.classes(settings),
          labels,
          of,
          "data.label-classes",
          "the classes of data.label-classes");
    }
  }

  /**
   * The failure of a source without rows.
   *
   * @param read rows that it has, all of them left out
   */
  static StrataException noRows(DataSettings settings, long read) {
    String key = SourceReader.key(settings, settings.source());
    if (read == 0 && settings.source().where().isPresent()) {
      return StrataException.data(key + ".where matches no rows")
          .key(key + ".where")
          .found(settings.source().where().get())
          .expected("a condition that matches rows, and a source with rows")
          .build();
    }
    return StrataException.data("the data has no rows")
        .key(read == 0 ? key + ".path" : "data.missing")
        .found(
            read == 0
                ? "an empty source"
                : Counted.of(read, "row") + ", all of them dropped for missing values")
        .expected("at least one row")
        .build();
  }

  private <T> Optional<T> attempt(SourceSettings source, Supplier<T> step) {
    return problems.attempt(() -> SourceName.in(() -> SparkFailures.unwrapped(step), source));
  }

  private SourceSettings source(Split part) {
    return switch (part) {
      case TRAIN -> settings.source();
      case VALIDATION -> settings.validation();
      case TEST -> settings.test();
    };
  }

  private int given(Split part) {
    return source(part).given() ? 1 : 0;
  }

  /** The part whose source decides the columns. */
  private Split first() {
    for (Split part : Split.values()) {
      if (source(part).given()) {
        return part;
      }
    }
    return Split.TRAIN;
  }

  /** Whether training rows decide anything. */
  private boolean fits() {
    return given.map(GivenPreprocessing::ownLabel).orElse(true);
  }

  private void requireClassesForSampling() {
    boolean classes = settings.label().isPresent() && settings.labelKind() == LabelKind.CLASS;
    if (settings.labelsPerClass() > 0 && !classes) {
      throw StrataException.configuration("labels-per-class needs class labels")
          .key("data.labels-per-class")
          .found(settings.labelsPerClass())
          .expected("0, or data.label with data.label-kind = class")
          .build();
    }
  }

  private void requireWholeGroups() {
    SplitSettings split = settings.split();
    boolean shares =
        split.validation() > 0 && !settings.validation().given()
            || split.test() > 0 && !settings.test().given();
    if (settings.group().isPresent() && shares && split.by() == SplitSettings.By.RANDOM) {
      throw StrataException.configuration("a random split would separate rows of one group")
          .key("data.split.by")
          .found("random")
          .expected("group, with data.split.column = " + settings.group().get())
          .build();
    }
  }

  /** As far as the classes are known before the rows are read. */
  private void requireClassesOfWeights() {
    Set<String> weights = LabelNames.weights(settings).keySet();
    List<String> classes = fits() ? LabelNames.classes(settings) : List.of();
    if (settings.label().isPresent() && !classes.isEmpty()) {
      Fitting.requireNamed(weights, classes);
    }
  }
}
