package dev.strata.executor.preprocess;

import dev.strata.executor.failure.StrataException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;

/**
 * What holds in every {@code preprocessing.json}: its parts fit each other, and every number that
 * scales a value is finite. Nothing is allocated for a row before this holds.
 */
final class PreprocessingRules extends Consistency {
  /** Numbers of a row whose bytes an int still counts. */
  private static final int WIDEST = Integer.MAX_VALUE / Double.BYTES;

  private final Preprocessing preprocessing;

  PreprocessingRules(Preprocessing preprocessing, Object file) {
    super(file);
    this.preprocessing = preprocessing;
  }

  /**
   * @throws StrataException (data) naming the first field that does not fit
   */
  void check() {
    int version = preprocessing.formatVersion();
    if (version > Preprocessing.FORMAT_VERSION) {
      throw StrataException.data("the preprocessing was written by a newer version of Strata")
          .file(file())
          .found("format version " + version)
          .expected("at most " + Preprocessing.FORMAT_VERSION)
          .build();
    }
    require(version >= 1, "formatVersion", version, "1 to " + Preprocessing.FORMAT_VERSION);
    RowLayout layout = preprocessing.layout();
    requireThere(layout, "layout");
    requireThere(preprocessing.scaling(), "scaling");
    require(
        preprocessing.scaling() != Scaling.AUTO
            && layout.features().stream().allMatch(f -> f.scaling() != Scaling.AUTO),
        "scaling",
        "AUTO",
        "a scaling that the training rows have chosen");
    requireThere(preprocessing.unseenCategory(), "unseenCategory");
    checkMissing(layout.missing());
    checkLabel(layout);
    requireNoNull(layout.labelMapping().values(), "layout/labelMapping");
    require(!layout.features().isEmpty(), "layout/features", "no features", "at least one feature");
    for (int i = 0; i < layout.features().size(); i++) {
      checkFeature(layout.features().get(i), "layout/features/" + i + "/");
    }
    checkTexts(layout);
    checkBytes(layout);
    new StatisticsRules(preprocessing, file()).check();
    require(
        preprocessing.divideBy() != 0 && Double.isFinite(preprocessing.divideBy())
            || preprocessing.divideBy() == 0 && preprocessing.scaling() != Scaling.DIVIDE_BY,
        "divideBy",
        preprocessing.divideBy(),
        "a finite number other than 0");
    checkWidth();
    checkClasses(layout);
    checkMarginals();
  }

  private void checkMissing(MissingPolicy missing) {
    requireThere(missing, "layout/missing");
    requireThere(missing.numeric(), "layout/missing/numeric");
    requireThere(missing.categorical(), "layout/missing/categorical");
    requireThere(missing.label(), "layout/missing/label");
    require(
        Double.isFinite(missing.constant()),
        "layout/missing/constant",
        missing.constant(),
        "a finite number");
  }

  private void checkLabel(RowLayout layout) {
    int width = layout.labelWidth();
    if (layout.labelled()) {
      requireThere(layout.labelKind(), "layout/labelKind");
      require(
          layout.labelKind() == LabelKind.CLASS ? width == 1 : width >= 1 && width <= WIDEST,
          "layout/labelWidth",
          width,
          layout.labelKind() == LabelKind.CLASS ? "1, of a class" : "1 to " + WIDEST);
    } else {
      require(width == 0, "layout/labelWidth", width, "0, because there is no label");
    }
  }

  private void checkFeature(FeatureColumn feature, String at) {
    requireThere(feature.name(), at + "name");
    requireThere(feature.kind(), at + "kind");
    checkTime(feature, at);
    boolean single =
        !feature.isArray() && feature.kind() != ColumnKind.TEXT && !feature.kind().isTime();
    require(
        single ? feature.width() == 1 : feature.width() >= 1,
        at + "width",
        feature.width(),
        single ? "1, of a " + feature.kind().text() + " column" : "at least 1");
    if (feature.resize() != null) {
      checkResize(feature, at + "resize");
    }
    if (feature.shape() != null) {
      List<Integer> shape = feature.shape();
      boolean sizes = shape.size() == 2 || shape.size() == 3;
      long product = 1;
      for (int size : sizes ? shape : List.<Integer>of()) {
        product = size < 1 || product > Integer.MAX_VALUE ? -1 : product * size;
      }
      require(
          feature.isArray() && sizes && product == feature.width(),
          at + "shape",
          shape,
          "height and width, perhaps channels, of " + feature.width() + " numbers");
    }
  }

  private void checkTime(FeatureColumn feature, String at) {
    boolean time = feature.kind().isTime();
    require(
        time == (feature.time() != null),
        at + "time",
        feature.time() == null ? "nothing" : "a rule for times",
        time ? "a rule for times" : "no such setting for a " + feature.kind().text() + " column");
    if (!time) {
      return;
    }
    requireThere(feature.time().zone(), at + "time/zone");
    require(isZone(feature.time().zone()), at + "time/zone", feature.time().zone(), "a time zone");
    require(
        feature.width() == feature.time().width(),
        at + "width",
        feature.width(),
        feature.time().width() + ", the numbers of its parts");
  }

  private static boolean isZone(String zone) {
    try {
      ZoneId.of(zone);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private void checkResize(FeatureColumn feature, String at) {
    ImageResize resize = feature.resize();
    long from = (long) resize.fromHeight() * resize.fromWidth();
    long to = (long) resize.toHeight() * resize.toWidth();
    int channels = resize.pixelNumbers();
    // Divided, not multiplied: a product could overflow.
    boolean fits =
        feature.isArray()
            && channels >= 1
            && from <= Integer.MAX_VALUE / channels
            && to <= Integer.MAX_VALUE / channels
            && to * channels == feature.width();
    require(
        fits,
        at,
        resize.words() + " of " + channels + " channels",
        "images of " + feature.width() + " numbers, as the column is wide");
  }

  private void checkTexts(RowLayout layout) {
    for (int i = 0; i < layout.features().size(); i++) {
      FeatureColumn feature = layout.features().get(i);
      String at = "layout/features/" + i;
      boolean text = feature.kind() == ColumnKind.TEXT;
      require(
          text == (feature.text() != null),
          at + "/text",
          feature.text() == null ? "nothing" : "a rule for texts",
          text ? "a rule for texts" : "no such setting for a " + feature.kind().text() + " column");
      if (text) {
        require(
            layout.features().size() == 1,
            "layout/features",
            layout.features().size() + " columns",
            "a text column as the only column");
        checkRule(feature, at + "/text/");
      }
      checkJoined(feature, at + "/joined");
    }
    Vocabulary vocabulary = preprocessing.vocabulary();
    boolean texts = layout.text().isPresent();
    require(
        texts == (vocabulary != null),
        "vocabulary",
        vocabulary == null ? "nothing" : vocabulary.words().size() + " words",
        texts ? "the words of column " + layout.text().get().name() : "nothing, without texts");
    if (vocabulary != null) {
      require(
          vocabulary.words().size() == vocabulary.counts().size(),
          "vocabulary/counts",
          vocabulary.counts().size() + " counts",
          vocabulary.words().size() + ", one per word");
      requireDistinct(vocabulary.words(), "vocabulary/words");
      requireCounts(vocabulary.counts(), "vocabulary/counts");
      requireCounts(
          List.of(
              vocabulary.unknown(),
              vocabulary.distinct(),
              vocabulary.truncated(),
              vocabulary.separators()),
          "vocabulary");
      boolean joined = layout.text().filter(text -> text.joined() != null).isPresent();
      require(
          joined == vocabulary.separated(),
          "vocabulary/separators",
          vocabulary.separators(),
          joined ? "at least 1, of texts of several columns" : "0, of texts of one column");
    }
  }

  private void checkJoined(FeatureColumn feature, String at) {
    List<String> joined = feature.joined();
    if (joined == null) {
      return;
    }
    require(
        feature.kind() == ColumnKind.TEXT && joined.size() > 1,
        at,
        joined.size() + " columns, of a " + feature.kind().text() + " column",
        "several text columns, or no such setting");
    requireDistinct(joined, at);
    require(
        feature.width() >= joined.size(),
        at,
        joined.size() + " columns in " + feature.width() + " positions",
        "positions for the separators and a word");
  }

  private void checkRule(FeatureColumn feature, String at) {
    TextRule rule = feature.text();
    requireThere(rule.tokenizer(), at + "tokenizer");
    requireThere(rule.tooLong(), at + "tooLong");
    requireThere(rule.empty(), at + "empty");
    if (preprocessing.vocabulary() != null) {
      int length = rule.length() == 0 ? preprocessing.vocabulary().longest() : rule.length();
      require(
          feature.width() == length,
          "layout/features/0/width",
          feature.width() + " positions",
          length + ", the length of the rows");
    }
  }

  private void checkBytes(RowLayout layout) {
    boolean numbers = layout.features().stream().allMatch(f -> f.numbers() == f.width());
    require(
        !preprocessing.bytes() || numbers,
        "bytes",
        true,
        "false, because not all features are numbers");
    boolean affine =
        layout.features().stream()
            .allMatch(f -> f.time() == null && f.scaling(0, preprocessing.scaling()).isAffine());
    require(
        !preprocessing.bytes() || affine,
        "bytes",
        true,
        "false, because not all features are only shifted and divided");
  }

  private void checkWidth() {
    long width = 0;
    for (int i = 0; i < preprocessing.layout().features().size(); i++) {
      width += preprocessing.encodedWidth(i);
    }
    require(width <= WIDEST, "layout/features", width + " numbers per row", "at most " + WIDEST);
  }

  private void checkClasses(RowLayout layout) {
    List<String> classes = preprocessing.classes();
    List<Double> weights = preprocessing.classWeights();
    requireDistinct(classes, "classes");
    if (layout.labelled()) {
      boolean kind = layout.labelKind() == LabelKind.CLASS;
      require(
          kind != classes.isEmpty(),
          "classes",
          classes.size() + " classes",
          kind ? "at least one, of a label of classes" : "none, because the label is a value");
    }
    require(
        weights.isEmpty() || weights.size() == classes.size(),
        "classWeights",
        weights.size() + " weights",
        classes.size() + ", one per class");
    for (int i = 0; i < weights.size(); i++) {
      double weight = weights.get(i);
      require(
          weight >= 0 && Float.isFinite((float) weight),
          "classWeights/" + i,
          weight,
          "a finite number of at least 0");
    }
  }

  private void checkMarginals() {
    int width = preprocessing.inputWidth();
    for (int i = 0; i < preprocessing.marginals().size(); i++) {
      Marginal marginal = preprocessing.marginals().get(i);
      String at = "marginals/" + i + "/";
      require(
          marginal.element() >= 0 && marginal.element() < width,
          at + "element",
          marginal.element(),
          "0 to " + (width - 1));
      require(
          marginal.values().size() == marginal.counts().size(),
          at + "counts",
          marginal.counts().size() + " counts",
          marginal.values().size() + ", one per value");
      requireCounts(marginal.counts(), at + "counts");
      for (float value : marginal.values()) {
        require(Float.isFinite(value), at + "values", value, "finite numbers");
      }
    }
  }
}
