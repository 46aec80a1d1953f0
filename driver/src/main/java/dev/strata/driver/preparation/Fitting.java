package dev.strata.driver.preparation;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.LabelNames;
import dev.strata.driver.split.PartPlan;
import dev.strata.driver.split.Split;
import dev.strata.driver.split.SplitCounts;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.RowLayout;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What training rows decide: classes, their weights, and the statistics that scaling and missing
 * values need.
 */
final class Fitting {
  /** Classes that an error names at most. */
  private static final int MOST_NAMED = 20;

  private Fitting() {}

  /**
   * The classes in index order: as given, else those of the training rows; one empty text without
   * class labels.
   *
   * @throws StrataException (data) where a row has another class, or there is only one
   */
  static List<String> classes(DataSettings settings, RowLayout layout, SplitCounts counts) {
    if (!layout.labelled() || layout.labelKind() == LabelKind.VALUE) {
      return List.of("");
    }
    Set<String> training = new TreeSet<>();
    for (byte part : new byte[] {(byte) Split.TRAIN.ordinal(), Split.UNDECIDED}) {
      training.addAll(counts.strata().getOrDefault(part, Map.of()).keySet());
    }
    if (training.isEmpty()) {
      throw noTraining(counts.rows());
    }
    boolean given = !settings.labelClasses().isEmpty();
    List<String> classes = given ? LabelNames.classes(settings) : PlainText.sorted(training);
    requireKnown(
        classes,
        counts,
        given ? "data.label-classes" : "data.label",
        given ? "the classes of data.label-classes" : "a class that occurs in the training rows");
    requireTwo(training);
    return classes;
  }

  /** The error of rows that are all held out. */
  static StrataException noTraining(long rows) {
    return StrataException.data("no rows left for training")
        .key("data.split")
        .found(Counted.of(rows, "row") + ", all of them validation or test rows")
        .expected("at least one training row")
        .build();
  }

  /**
   * @throws StrataException (data) where the training rows have fewer than two classes
   */
  static void requireTwo(Set<String> training) {
    if (training.size() < 2) {
      throw StrataException.data("the training rows have only one class")
          .key("data.label")
          .found(String.join(", ", training))
          .expected("at least two classes")
          .build();
    }
  }

  /**
   * @throws StrataException (data) that lists the classes of rows which are not among {@code
   *     classes}
   */
  static void requireKnown(
      List<String> classes, SplitCounts counts, String key, String expectation) {
    Map<String, Long> labels = new TreeMap<>();
    counts
        .strata()
        .forEach((part, rows) -> rows.forEach((name, n) -> labels.merge(name, n, Long::sum)));
    requireKnown(classes, labels, "", key, expectation);
  }

  /**
   * As above.
   *
   * @param labels class → rows
   * @param of what follows "rows" where not all were counted
   */
  static void requireKnown(
      List<String> classes, Map<String, Long> labels, String of, String key, String expectation) {
    Set<String> known = PlainText.index(classes).keySet();
    List<String> unknown =
        labels.entrySet().stream()
            .filter(label -> !known.contains(label.getKey()))
            .map(
                label ->
                    "label " + label.getKey() + " in " + Counted.of(label.getValue(), "row") + of)
            .toList();
    if (unknown.isEmpty()) {
      return;
    }
    throw StrataException.data(
            unknown.size() == 1
                ? "a label is not among the classes"
                : unknown.size() + " labels are not among the classes")
        .key(key)
        .found(
            unknown.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                + (unknown.size() > MOST_NAMED ? ", …" : ""))
        .expected(
            expectation
                + ": "
                + classes.stream().limit(MOST_NAMED).collect(Collectors.joining(", ")))
        .build();
  }

  /**
   * @throws StrataException (configuration) that lists the weights which name no class
   */
  static void requireNamed(Set<String> weights, List<String> classes) {
    List<String> unknown = weights.stream().filter(name -> !classes.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw StrataException.configuration(
              unknown.size() == 1
                  ? "a class weight has an unknown class"
                  : "class weights have unknown classes")
          .key("data.class-weights")
          .found(String.join(", ", unknown))
          .expected("one of " + String.join(", ", classes))
          .build();
    }
  }

  /**
   * Factor of each class; empty where all are 1.
   *
   * @throws StrataException (configuration) where a weight names no class
   */
  static List<Double> classWeights(DataSettings settings, List<String> classes, PartPlan training) {
    boolean balanced = settings.classWeights().balanced();
    Map<String, Double> factors = LabelNames.weights(settings);
    boolean labelled = settings.label().isPresent() && settings.labelKind() == LabelKind.CLASS;
    if (!balanced && factors.isEmpty()) {
      return List.of();
    }
    if (!labelled) {
      throw StrataException.configuration("class weights need class labels")
          .key("data.class-weights")
          .expected("data.label with data.label-kind = class")
          .build();
    }
    requireNamed(factors.keySet(), classes);
    return IntStream.range(0, classes.size())
        .mapToObj(
            c -> {
              if (!balanced) {
                return factors.getOrDefault(classes.get(c), 1.0);
              }
              long rows = training.used(c);
              return rows == 0 ? 1.0 : (double) training.rows() / (classes.size() * (double) rows);
            })
        .toList();
  }

  /**
   * @throws StrataException (data) where no training row has a value that the policies need
   */
  static void requireUsable(Preprocessing preprocessing) {
    RowLayout layout = preprocessing.layout();
    boolean mean = layout.missing().numeric() == MissingPolicy.Numeric.MEAN;
    for (int i = 0; i < layout.features().size(); i++) {
      FeatureColumn feature = layout.features().get(i);
      ColumnStatistics statistics = preprocessing.statistics().get(i);
      boolean fitted =
          feature.numbers() > 0 && feature.scaling(0, preprocessing.scaling()).isFitted();
      boolean noMean = statistics.mean().stream().anyMatch(m -> m.isNaN());
      boolean noCategory = feature.kind() == ColumnKind.CATEGORICAL && statistics.places() == 0;
      boolean noQuantile =
          statistics.quantiles().stream().flatMap(List::stream).anyMatch(q -> q.isNaN());
      if (noQuantile && !noMean) {
        throw StrataException.data(
                "column " + feature.name() + " has too few values to find its quantiles")
            .key("data.column-scaling")
            .found("none in a sample of the training rows")
            .expected("a scaling such as standard for the column; or list it in data.exclude")
            .build();
      }
      if (noCategory || noMean && (fitted || mean)) {
        throw StrataException.data("column " + feature.name() + " has no value in any training row")
            .key("data.exclude")
            .found("only missing values")
            .expected("at least one value; or list the column in data.exclude")
            .build();
      }
    }
  }
}
