package dev.strata.driver.preparation;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SourceName;
import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.file.Opening;
import dev.strata.driver.file.SparkFailures;
import dev.strata.driver.source.SourceReader;
import dev.strata.driver.source.SourceReader.Opened;
import dev.strata.driver.source.SourceSample;
import dev.strata.driver.split.Split;
import dev.strata.driver.split.SplitKeyReader;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A look at the sources of a job: their columns and first rows ({@link SourceSample}), not all of
 * their rows. Of files of text the first {@value SourceSample#ROWS} lines of each part of a file
 * show how they are written; only where something seems wrong are they read to their ends, so that
 * it reports only real problems. A JSON file of one value is always read as a whole.
 *
 * @param problems everything that is wrong with the sources as far as it was looked
 * @param lines for people: what was looked at, one line a source, then how the sources are read
 */
public record DataLook(List<StrataException> problems, List<String> lines) {
  public DataLook {
    problems = List.copyOf(problems);
    lines = List.copyOf(lines);
  }

  /** This and another look. */
  public DataLook and(DataLook other) {
    List<StrataException> all = new ArrayList<>(problems);
    all.addAll(other.problems);
    List<String> told = new ArrayList<>(lines);
    told.addAll(other.lines);
    return new DataLook(all, told);
  }

  /** Sources that a new model is fitted on. */
  public static DataLook of(SparkSession spark, DataSettings settings, long seed) {
    return sources(spark, settings, seed, Optional.empty());
  }

  /**
   * Sources that a model's preprocessing is applied to.
   *
   * @param ownLabel whether the label is fitted on these rows, for a new output layer
   */
  public static DataLook of(
      SparkSession spark, DataSettings settings, long seed, Preprocessing model, boolean ownLabel) {
    return sources(spark, settings, seed, Optional.of(new GivenPreprocessing(model, ownLabel)));
  }

  private static DataLook sources(
      SparkSession spark, DataSettings settings, long seed, Optional<GivenPreprocessing> given) {
    return twice(
        lines -> {
          List<String> told = new ArrayList<>();
          DataLook look = new SourceCheck(spark, settings, seed, given, told::add, lines).look();
          told.addAll(0, look.lines());
          return new DataLook(look.problems(), told);
        });
  }

  /**
   * The main source as rows that a model takes, without labels.
   *
   * @param layout the model's features
   * @param columns adds what is wrong with the columns of the source
   * @param tolerant whether single rows may be refused: rows are a problem only where all are
   */
  public static DataLook ofRows(
      SparkSession spark,
      DataSettings settings,
      Preprocessing model,
      RowLayout layout,
      BiConsumer<StructType, FailureList> columns,
      boolean tolerant) {
    SourceSettings source = settings.source();
    return twice(
        lines -> {
          List<String> told = new ArrayList<>();
          FailureList problems = new FailureList();
          problems.check(
              () ->
                  SourceName.in(
                      () ->
                          SparkFailures.unwrapped(
                              () -> {
                                Opened opened =
                                    new SourceReader(
                                            spark, settings, Optional.of(layout), told::add, lines)
                                        .opened(source, SourceReader.images(layout));
                                columns.accept(opened.all().schema(), problems);
                                Optional<SourceSample> sample =
                                    problems.isEmpty() && SourceSample.isCheap(opened)
                                        ? SourceSample.of(spark, opened)
                                        : Optional.empty();
                                sample.ifPresent(
                                    rows ->
                                        rows(rows, settings, layout, model, tolerant, problems));
                                told.add(
                                    0,
                                    "looked at data: "
                                        + sample.map(SourceCheck::words).orElse("columns"));
                                return opened;
                              }),
                      source));
          return new DataLook(
              problems.all().stream().map(problem -> SourceName.of(problem, source)).toList(),
              told);
        });
  }

  private static void rows(
      SourceSample sample,
      DataSettings settings,
      RowLayout layout,
      Preprocessing model,
      boolean tolerant,
      FailureList problems) {
    FailureList own = new FailureList();
    SampleProblems read =
        SampleProblems.of(sample, layout, SplitKeyReader.of(Split.TRAIN), Optional.of(model), own);
    if (!tolerant || read.refused() == sample.rows().size()) {
      own.all().forEach(problems::add);
    }
    if (sample.whole() && read.used() == 0 && read.refused() == 0) {
      problems.add(SourceCheck.noRows(settings, sample.rows().size()));
    }
  }

  /** A second look, at everything, decides whether a problem is one. */
  private static DataLook twice(IntFunction<DataLook> look) {
    DataLook first = look.apply(SourceSample.ROWS);
    return first.problems().isEmpty() ? first : look.apply(Opening.ALL);
  }
}
