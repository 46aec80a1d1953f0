package dev.strata.driver.preparation;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.split.PartPlan;
import dev.strata.driver.split.SplitCounts;
import dev.strata.executor.preprocess.CategoryRule;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.ColumnStatisticsBuilder;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.FeatureStatistics;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.ShardLayout;
import dev.strata.executor.preprocess.Vocabulary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** What is known of the preprocessing before the statistics, and its completion with them. */
final class PreprocessingDraft {
  /** Words of a text, where only the texts can tell and have not been asked yet. */
  private static final long USUAL_LENGTH = 64;

  /** Minimum, quartiles and maximum. */
  private static final int QUARTILES = 5;

  private final DataSettings settings;
  private final RowLayout layout;
  private final boolean bytes;
  private final List<String> strata;
  private final List<Integer> categories;
  private final Optional<Preprocessing> given;
  private final boolean ownLabel;

  PreprocessingDraft(
      DataSettings settings,
      RowLayout read,
      SplitCounts counts,
      Optional<GivenPreprocessing> applied) {
    this.settings = settings;
    this.given = applied.map(GivenPreprocessing::model);
    this.ownLabel = applied.map(GivenPreprocessing::ownLabel).orElse(true);
    boolean images = read.features().get(0).kind() == ColumnKind.IMAGE;
    // Stored bytes are shifted and divided when they are read, and nothing else.
    Scaling first = read.features().get(0).scaling(0, settings.scaling());
    // Of bytes only such a scaling is chosen.
    boolean affine = first.isAffine() || first == Scaling.AUTO;
    this.bytes = given.map(Preprocessing::bytes).orElse(images && affine && counts.bytes());
    this.layout = given.isPresent() || bytes ? read : withVectors(read);
    CategoryRule rule = settings.encodings().categories();
    this.categories = counts.categories().stream().map(c -> rule.width(c.size())).toList();
    boolean classes = layout.labelled() && layout.labelKind() == LabelKind.CLASS;
    if (!ownLabel && classes) {
      Fitting.requireKnown(given.get().classes(), counts, "data.label", "a class of the model");
      this.strata = given.get().classes();
    } else {
      this.strata = Fitting.classes(settings, layout, counts);
    }
  }

  /** The columns; integers that are no bytes are vectors by now. */
  RowLayout layout() {
    return layout;
  }

  /** The classes that rows are stratified by; one empty text where there are none. */
  List<String> strata() {
    return strata;
  }

  /** Bytes of a stored row, with the categories of all rows, and texts of a usual length. */
  long rowBytes() {
    if (given.isEmpty() && layout.text().filter(text -> text.width() == 0).isPresent()) {
      return USUAL_LENGTH * Integer.BYTES
          + ShardLayout.rowBytes(with(layout, placeholders(), List.of(1.0)));
    }
    return ShardLayout.rowBytes(
        given.isPresent()
            ? applied(given.get(), ownLabel ? List.of(1.0) : given.get().classWeights())
            : with(layout, placeholders(), List.of(1.0)));
  }

  /**
   * The given preprocessing, or one fitted on the training rows.
   *
   * @param statistics of the training rows
   * @param words of the training texts
   */
  Preprocessing fitted(
      PartPlan training,
      Supplier<FeatureStatistics> statistics,
      Function<FeatureColumn, Vocabulary> words) {
    if (!ownLabel) {
      return applied(given.get(), given.get().classWeights());
    }
    List<Double> weights = Fitting.classWeights(settings, classes(), training);
    if (given.isPresent()) {
      return applied(given.get(), weights);
    }
    if (layout.text().isPresent()) {
      return withTexts(words.apply(layout.text().get()), weights);
    }
    Preprocessing fitted = with(layout, statistics.get().columns(), weights);
    Fitting.requireUsable(fitted);
    return fitted;
  }

  /** The given features with the label, as far as rows have one. */
  private Preprocessing applied(Preprocessing trained, List<Double> weights) {
    return PreprocessingBuilder.builder(trained)
        .layout(layout)
        .classes(ownLabel ? classes() : trained.classes())
        .classWeights(layout.labelled() ? weights : List.of())
        .id(settings.id())
        .marginals(List.of())
        .vocabulary(null)
        .build()
        .withVocabulary(trained.vocabulary());
  }

  private Preprocessing withTexts(Vocabulary vocabulary, List<Double> weights) {
    FeatureColumn text = layout.text().orElseThrow();
    int length = text.width() == 0 ? vocabulary.longest() : text.width();
    RowLayout whole = layout.with(List.of(text.padded(length)));
    return with(whole, placeholders(), weights).withVocabulary(vocabulary);
  }

  private Preprocessing with(
      RowLayout columns, List<ColumnStatistics> statistics, List<Double> weights) {
    return PreprocessingBuilder.builder()
        .formatVersion(
            columns.features().stream().anyMatch(f -> f.resize() != null)
                ? Preprocessing.WITHOUT_TEXT
                : Preprocessing.WITHOUT_RESIZE)
        .layout(columns)
        .bytes(bytes)
        .scaling(settings.scaling())
        .divideBy(settings.divideBy())
        .unseenCategory(settings.unseenCategory())
        .statistics(statistics)
        .classes(classes())
        .classWeights(weights)
        .id(settings.id())
        .marginals(List.of())
        .vocabulary(null)
        .build()
        .withChosenScalings()
        .versioned();
  }

  private List<String> classes() {
    return layout.labelled() && layout.labelKind() == LabelKind.CLASS ? strata : List.of();
  }

  /** Statistics with the right widths and nothing else. */
  private List<ColumnStatistics> placeholders() {
    List<ColumnStatistics> statistics = new ArrayList<>();
    int text = 0;
    for (FeatureColumn feature : layout.features()) {
      int names = feature.kind() == ColumnKind.CATEGORICAL ? categories.get(text++) : 0;
      List<Double> zeros = Collections.nCopies(feature.numbers(), 0.0);
      statistics.add(
          ColumnStatisticsBuilder.builder()
              .missing(0)
              .mean(zeros)
              .deviation(zeros)
              .minimum(zeros)
              .maximum(zeros)
              .categories(Collections.nCopies(names, ""))
              .frequencies(Collections.nCopies(names, 0L))
              .quantiles(bounds(feature))
              .buckets(List.of())
              .build());
    }
    return statistics;
  }

  /** Of each number those of as many bins as it can have; at least quartiles. */
  private List<List<Double>> bounds(FeatureColumn feature) {
    return IntStream.range(0, feature.numbers())
        .map(i -> feature.scaling(i, settings.scaling()).mostElements())
        .mapToObj(elements -> Collections.nCopies(Math.max(QUARTILES, elements + 1), 0.0))
        .toList();
  }

  private static RowLayout withVectors(RowLayout read) {
    List<FeatureColumn> features =
        read.features().stream()
            .map(f -> f.kind() == ColumnKind.IMAGE ? f.as(ColumnKind.VECTOR) : f)
            .toList();
    return read.with(features);
  }
}
