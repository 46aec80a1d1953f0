package dev.strata.executor.preprocess;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.strata.executor.failure.StrataException;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Preprocessing of a source's rows into numbers: fitted once on the training rows, stored with the
 * shards and in every bundle as {@code preprocessing.json}, and applied unchanged to all later rows
 * of the model.
 *
 * @param formatVersion {@link #FORMAT_VERSION} of the writer
 * @param bytes whether features are stored as unsigned bytes and scaled on loading
 * @param divideBy divisor of {@link Scaling#DIVIDE_BY}
 * @param statistics one for each feature of the layout
 * @param classes names in index order; empty for values and unlabelled data
 * @param classWeights factor of each class's loss; empty where all are 1
 * @param id columns carried through to extracted features
 * @param marginals value counts of numbers over the training rows; empty unless rows are to be
 *     corrupted. A reader that does not know them applies the rest all the same.
 * @param vocabulary words that are known; null where the features are no text
 */
@RecordBuilder
public record Preprocessing(
    int formatVersion,
    RowLayout layout,
    boolean bytes,
    Scaling scaling,
    double divideBy,
    UnseenCategory unseenCategory,
    List<ColumnStatistics> statistics,
    List<String> classes,
    List<Double> classWeights,
    List<String> id,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Marginal> marginals,
    @JsonInclude(JsonInclude.Include.NON_NULL) Vocabulary vocabulary)
    implements Serializable {
  /**
   * Raised whenever an older reader could not apply what is written. Each preprocessing is written
   * with the lowest version that has all of what it uses.
   */
  public static final int FORMAT_VERSION = 5;

  /** Of those without texts of several columns. */
  public static final int WITHOUT_JOINED_TEXTS = 4;

  /** Of those without dates, times, hashed categories, curved, robust and columns' own scalings. */
  public static final int WITHOUT_TABLE_TYPES = 3;

  /** Of those that resize images, but hold no text. */
  public static final int WITHOUT_TEXT = 2;

  /** Of those that resize no images, which are written as they always were. */
  public static final int WITHOUT_RESIZE = 1;

  public static final String FILE_NAME = "preprocessing.json";

  public Preprocessing {
    statistics = List.copyOf(statistics);
    classes = List.copyOf(classes);
    classWeights = List.copyOf(classWeights);
    id = List.copyOf(id);
    marginals = marginals == null ? List.of() : List.copyOf(marginals);
  }

  /** The same for texts of these words. */
  public Preprocessing withVocabulary(Vocabulary known) {
    return PreprocessingBuilder.builder(this)
        .formatVersion(
            known == null
                ? formatVersion
                : known.separated() ? FORMAT_VERSION : WITHOUT_TABLE_TYPES)
        .vocabulary(known)
        .build();
  }

  /** The lowest version that has dates, times, hashed categories and all scalings, if used. */
  public Preprocessing versioned() {
    boolean tables =
        !scaling.isAffine()
            || scaling == Scaling.ROBUST
            || layout.features().stream().anyMatch(f -> f.time() != null || f.scaling() != null)
            || statistics.stream().anyMatch(column -> !column.buckets().isEmpty());
    return tables
        ? PreprocessingBuilder.builder(this).formatVersion(WITHOUT_JOINED_TEXTS).build()
        : this;
  }

  /**
   * The same with the scaling of each column that the training rows choose where it is {@link
   * Scaling#AUTO}.
   */
  public Preprocessing withChosenScalings() {
    return AutomaticScaling.chosen(this);
  }

  /**
   * Whether all elements of the encoded training rows lie in [0, 1], as probabilities do. Texts are
   * no such numbers.
   */
  public boolean hasUnitRange() {
    return vocabulary == null
        && IntStream.range(0, layout.features().size()).allMatch(this::hasUnitRange);
  }

  private boolean hasUnitRange(int index) {
    FeatureColumn feature = layout.features().get(index);
    ColumnStatistics own = statistics.get(index);
    for (int i = 0; i < feature.numbers(); i++) {
      boolean known = i < own.minimum().size() && i < own.maximum().size();
      double divisor =
          switch (feature.scaling(i, scaling)) {
            case MIN_MAX, PIECEWISE_LINEAR -> 0;
            case NONE -> 1;
            case DIVIDE_BY -> divideBy;
            default -> Double.NaN;
          };
      boolean within =
          divisor == 0
              || known
                  && own.minimum().get(i) / divisor >= 0
                  && own.maximum().get(i) / divisor <= 1;
      if (!within || feature.time() != null) {
        return false;
      }
    }
    return true;
  }

  /** The same with these marginals. */
  public Preprocessing withMarginals(List<Marginal> counted) {
    return PreprocessingBuilder.builder(this).marginals(counted).build();
  }

  /**
   * The same for images of another size, which are resized to those that these features were fitted
   * on.
   *
   * @throws StrataException (configuration) where no column holds images of the size that the rule
   *     gives
   */
  public Preprocessing resized(ImageResize resize, String key) {
    List<FeatureColumn> features =
        layout.features().stream()
            .map(f -> f.isArray() && f.width() == resize.to() ? f.resized(resize) : f)
            .toList();
    if (features.stream().noneMatch(f -> f.resize() == resize)) {
      throw StrataException.configuration("the model does not accept images of that size")
          .key(key + ".to")
          .found(resize.toHeight() + " × " + resize.toWidth())
          .expected(
              "height and width of the model's images, one of "
                  + layout.features().stream()
                      .filter(FeatureColumn::isArray)
                      .map(f -> f.name() + ": " + f.width() + " numbers")
                      .toList())
          .build();
    }
    return PreprocessingBuilder.builder(this)
        .formatVersion(WITHOUT_TEXT)
        .layout(layout.with(features))
        .marginals(List.of())
        .vocabulary(null)
        .build()
        .versioned();
  }

  /**
   * This, where its parts fit each other; call it whenever a file was read, before anything is made
   * of it.
   *
   * @param file named in the error
   * @throws StrataException (data) naming the field that does not fit: widths, kinds, statistics,
   *     numbers that are not finite, counts of classes, a newer format version
   */
  public Preprocessing validated(Object file) {
    new PreprocessingRules(this, file).check();
    return this;
  }

  /** Elements that feature {@code index} has in the encoded row. */
  public int encodedWidth(int index) {
    FeatureColumn column = layout.features().get(index);
    if (column.kind() == ColumnKind.CATEGORICAL) {
      boolean own = layout.missing().categorical() == MissingPolicy.Categorical.CATEGORY;
      return statistics.get(index).places() + (own ? 1 : 0);
    }
    if (column.numbers() == 0) {
      return column.width();
    }
    int width = 0;
    for (int i = 0; i < column.numbers(); i++) {
      width = Math.addExact(width, elements(index, i));
    }
    return width;
  }

  /** Elements that number {@code i} of a feature's numbers has in the encoded row. */
  int elements(int index, int i) {
    boolean bins = layout.features().get(index).scaling(i, scaling) == Scaling.PIECEWISE_LINEAR;
    return bins ? Bins.count(statistics.get(index).quantiles().get(i)) : 1;
  }

  /** Elements of the encoded row: the width of the network's input. */
  public int inputWidth() {
    int width = 0;
    for (int i = 0; i < layout.features().size(); i++) {
      width = Math.addExact(width, encodedWidth(i));
    }
    return width;
  }

  /** Number of words' ids; 0 where the features are no text. */
  public int vocabularySize() {
    return vocabulary == null ? 0 : vocabulary.size();
  }

  /**
   * Classes, or numbers of a value label, or 0 where unlabelled: the width of the network's output.
   */
  public int outputWidth() {
    return layout.labelKind() == LabelKind.CLASS ? classes.size() : layout.labelWidth();
  }
}
