package dev.strata.driver.preparation;

import dev.strata.driver.row.RowDescription;
import dev.strata.driver.row.SourceRowReader;
import dev.strata.driver.source.SourceSample;
import dev.strata.driver.split.SplitKeyReader;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.PlainRow;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowEncoder;
import dev.strata.executor.preprocess.RowLayout;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/**
 * What is wrong with the rows of a sample: of each column the first failure that a job would have
 * with it, read by the reader that the job uses.
 */
final class SampleProblems {
  private final SourceSample sample;
  private final SourceRowReader whole;
  private final List<SourceRowReader> single;
  private final boolean[] failed;
  private final SplitKeyReader places;
  private final Optional<RowEncoder> encoder;
  private final float[] encoded;
  private final FailureList problems;
  private final Set<String> told = new HashSet<>();
  private final Map<String, Long> labels = new TreeMap<>();
  private long used;
  private long refused;

  private SampleProblems(
      SourceSample sample,
      RowLayout layout,
      SplitKeyReader places,
      Optional<Preprocessing> model,
      FailureList problems) {
    List<FeatureColumn> read =
        layout.features().stream()
            .filter(f -> f.sources().stream().noneMatch(sample.unread()::contains))
            .toList();
    RowLayout rest = sample.unread().contains(layout.label()) ? layout.featuresOnly() : layout;
    this.sample = sample;
    this.whole = SourceRowReader.of(sample.schema(), rest.with(read));
    this.single = whole.single();
    this.failed = new boolean[single.size()];
    this.places = places;
    boolean complete = read.size() == layout.features().size();
    this.encoder = model.filter(m -> complete && !m.bytes()).map(RowEncoder::new);
    this.encoded = new float[encoder.map(RowEncoder::width).orElse(0)];
    this.problems = problems;
  }

  /**
   * Reads the sample.
   *
   * @param layout whose columns the source has
   * @param places where rows belong, for sources that are split
   * @param model whose categories and words the rows must be of
   * @param problems takes what is wrong
   */
  static SampleProblems of(
      SourceSample sample,
      RowLayout layout,
      SplitKeyReader places,
      Optional<Preprocessing> model,
      FailureList problems) {
    SampleProblems read = new SampleProblems(sample, layout, places, model, problems);
    sample.forEach(read::read);
    return read;
  }

  /** Rows of each class, those that a policy leaves out and those that failed left out. */
  Map<String, Long> labels() {
    return labels;
  }

  /** Rows that a job would use. */
  long used() {
    return used;
  }

  /** Rows that failed. */
  long refused() {
    return refused;
  }

  /**
   * Whether it is sure which rows a job would use: a value that was not read may leave out a row.
   */
  boolean sure(RowLayout layout) {
    return sample.unread().isEmpty() || layout.missing().numeric() != MissingPolicy.Numeric.DROP;
  }

  private void read(Row row) {
    try {
      whole.requireSound(row);
    } catch (StrataException e) {
      refused++;
      tell(e);
      return;
    }
    try {
      PlainRow plain = whole.read(row);
      places.read(row);
      if (plain.fate() == PlainRow.Fate.USED) {
        encoder.ifPresent(e -> e.features(plain, encoded, 0));
        used++;
        if (plain.labelClass() != null) {
          labels.merge(plain.labelClass(), 1L, Long::sum);
        }
      }
    } catch (StrataException e) {
      refused++;
      explain(row, e);
    }
  }

  /** A row may fail in several columns; each column reports one failure. */
  private void explain(Row row, StrataException first) {
    boolean explained = false;
    for (int i = 0; i < failed.length; i++) {
      try {
        single.get(i).read(row);
      } catch (StrataException e) {
        explained = true;
        if (!failed[i]) {
          failed[i] = true;
          problems.add(e);
        }
      }
    }
    try {
      places.read(row);
    } catch (StrataException e) {
      explained = true;
      tell(e);
    }
    if (!explained) {
      tell(RowDescription.located(first, row));
    }
  }

  /** Adds a failure unless there was one of the same words. */
  private void tell(StrataException failure) {
    if (told.add(failure.what())) {
      problems.add(failure);
    }
  }
}
