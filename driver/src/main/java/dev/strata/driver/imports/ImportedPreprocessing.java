package dev.strata.driver.imports;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.LabelNames;
import dev.strata.driver.preparation.ModelFeatureValidator;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.ColumnStatistics;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.PreprocessingBuilder;
import dev.strata.executor.preprocess.RowLayout;
import dev.strata.executor.preprocess.Scaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How rows become the input of an imported network, from the keys {@code data}: nothing can be
 * fitted, as the rows that it was trained on are not there.
 */
final class ImportedPreprocessing {
  /** The vector column where {@code data.features} names none. */
  private static final String FEATURES = "features";

  /** The label where {@code data.label} names none; a job names the one of its rows anyway. */
  private static final String LABEL = "label";

  private static final ColumnStatistics NONE =
      new ColumnStatistics(0, List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

  private final DataSettings data;
  private final int inputWidth;
  private final int outputWidth;
  private final Optional<RowScaling> normalizer;

  private ImportedPreprocessing(
      DataSettings data, int inputWidth, int outputWidth, Optional<RowScaling> normalizer) {
    this.data = data;
    this.inputWidth = inputWidth;
    this.outputWidth = outputWidth;
    this.normalizer = normalizer;
  }

  /**
   * @param network as it was imported
   * @param scores whether it ends in a loss, so that rows have a label
   * @param normalizer that came with the network: it scales the numbers of a row
   * @param file that it came with
   * @throws StrataException (configuration) where the keys do not fit the network; (data) where the
   *     normaliser does not
   */
  static Preprocessing of(
      DataSettings data,
      NetworkReport network,
      boolean scores,
      Optional<RowScaling> normalizer,
      String file) {
    List<NetworkReport.LayerReport> layers = network.layers();
    NetworkReport.LayerReport last = layers.get(layers.size() - 1);
    boolean classes =
        scores && (!data.labelClasses().isEmpty() || last.activation().equals("softmax"));
    int width = network.inputWidth();
    Optional<RowScaling> wide = normalizer.map(own -> own.wide(width));
    if (wide.isPresent() && wide.get().shift().size() != width) {
      throw StrataException.data("the normaliser of the DL4J model does not match its network")
          .file(file)
          .found("a normaliser of " + wide.get().shift().size() + " numbers")
          .expected(width + ", the width of the network's input")
          .build();
    }
    return new ImportedPreprocessing(data, width, last.width(), wide).build(scores, classes);
  }

  private Preprocessing build(boolean labelled, boolean classes) {
    requireNothingToLearn();
    List<FeatureColumn> features = features();
    RowLayout layout =
        new RowLayout(
            features,
            labelled ? data.label().orElse(LABEL) : null,
            labelled && !classes ? LabelKind.VALUE : LabelKind.CLASS,
            !labelled ? 0 : classes ? 1 : outputWidth,
            data.labelMapping(),
            null,
            data.missingValues(),
            data.missing());
    return PreprocessingBuilder.builder()
        .formatVersion(Preprocessing.WITHOUT_RESIZE)
        .layout(layout)
        .bytes(false)
        .scaling(normalizer.map(RowScaling::scaling).orElse(asked()))
        .divideBy(divideBy())
        .unseenCategory(data.unseenCategory())
        .statistics(statistics(features))
        .classes(classes ? classes() : List.of())
        .classWeights(List.of())
        .id(data.id())
        .marginals(List.of())
        .vocabulary(null)
        .build();
  }

  /** The scaling that the user asks for; nothing is fitted here, so that automatic is none. */
  private Scaling asked() {
    return data.scaling() == Scaling.AUTO ? Scaling.NONE : data.scaling();
  }

  private double divideBy() {
    return normalizer
        .filter(own -> own.scaling() == Scaling.DIVIDE_BY)
        .map(own -> own.divisor().get(0))
        .orElse(data.divideBy());
  }

  /** What the normaliser says of each column's numbers; nothing without one. */
  private List<ColumnStatistics> statistics(List<FeatureColumn> features) {
    if (normalizer.isEmpty() || normalizer.get().scaling() == Scaling.DIVIDE_BY) {
      return features.stream().map(feature -> NONE).toList();
    }
    List<ColumnStatistics> statistics = new ArrayList<>();
    int from = 0;
    for (FeatureColumn feature : features) {
      int to = from + feature.numbers();
      List<Double> shift = normalizer.get().shift().subList(from, to);
      List<Double> divisor = normalizer.get().divisor().subList(from, to);
      boolean standard = normalizer.get().scaling() == Scaling.STANDARD;
      statistics.add(
          new ColumnStatistics(
              0,
              standard ? shift : List.of(),
              standard ? divisor : List.of(),
              standard ? List.of() : shift,
              standard
                  ? List.of()
                  : IntStream.range(0, to - from)
                      .mapToObj(i -> shift.get(i) + divisor.get(i))
                      .toList(),
              List.of(),
              List.of()));
      from = to;
    }
    return statistics;
  }

  private void requireNothingToLearn() {
    if (normalizer.isPresent()) {
      requireNoOtherScaling(normalizer.get());
    } else if (asked() != Scaling.NONE && asked() != Scaling.DIVIDE_BY) {
      throw learnt("data.scaling", data.scaling(), "none or divide-by");
    }
    if (!data.encodings().scalings().isEmpty()) {
      throw learnt("data.column-scaling", data.encodings().scalings().keySet(), "{}");
    }
    if (data.missing().numeric() == MissingPolicy.Numeric.MEAN) {
      throw learnt("data.missing.numeric", data.missing().numeric(), "error, constant or drop");
    }
    if (!data.categorical().isEmpty()) {
      throw learnt("data.categorical", data.categorical(), "[], number columns");
    }
    if (data.text().isPresent()) {
      throw learnt("data.text.column", data.text().get().names(), "null, number columns");
    }
  }

  private void requireNoOtherScaling(RowScaling own) {
    boolean other =
        asked() != Scaling.NONE
            && (data.scaling() != own.scaling()
                || own.scaling() == Scaling.DIVIDE_BY && data.divideBy() != own.divisor().get(0));
    if (other) {
      throw StrataException.configuration("the model has its own normaliser")
          .key("data.scaling")
          .found(word(data.scaling()))
          .expected("no setting; the model's normaliser applies, " + word(own.scaling()))
          .build();
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static StrataException learnt(String key, Object found, String expected) {
    return StrataException.configuration(
            "an imported model has no training rows to learn this setting from")
        .key(key)
        .found(found instanceof Enum<?> constant ? word(constant) : found)
        .expected(expected + "; or set import.preprocessing to a folder of prepared rows")
        .build();
  }

  private List<FeatureColumn> features() {
    List<String> names = data.features().equals(List.of("*")) ? List.of(FEATURES) : data.features();
    if (names.size() == 1 && inputWidth > 1) {
      return List.of(new FeatureColumn(names.get(0), ColumnKind.VECTOR, inputWidth));
    }
    if (names.size() != inputWidth) {
      throw StrataException.configuration("the features differ in width from the model's input")
          .key("data.features")
          .found(names.size() + " columns")
          .expected("one column of " + inputWidth + " numbers, or " + inputWidth + " columns")
          .build();
    }
    return names.stream().map(name -> new FeatureColumn(name, ColumnKind.NUMERIC, 1)).toList();
  }

  private List<String> classes() {
    if (data.labelClasses().isEmpty()) {
      return IntStream.range(0, outputWidth).mapToObj(Integer::toString).toList();
    }
    if (data.labelClasses().size() != outputWidth) {
      throw StrataException.configuration("the number of classes differs from the model's outputs")
          .key("data.label-classes")
          .found(data.labelClasses().size() + " classes")
          .expected(outputWidth + ", in the order of the outputs")
          .build();
    }
    return LabelNames.classes(data);
  }

  /**
   * @param given preprocessing of other rows
   * @param data must not ask for another
   * @param folder that it was read from
   * @throws StrataException (configuration) where it gives rows that the network does not take, or
   *     a key of the data says something else
   */
  static Preprocessing requireFits(
      Preprocessing given, DataSettings data, NetworkReport network, String folder) {
    ModelFeatureValidator.requireSameSettings(given, data);
    if (!data.labelClasses().isEmpty()
        && !LabelNames.classes(data).equals(PlainText.categories(given.classes()))) {
      throw StrataException.configuration("the preprocessing has different classes")
          .key("data.label-classes")
          .found(data.labelClasses())
          .expected(given.classes() + " as in " + folder + ", or no setting")
          .build();
    }
    if (given.inputWidth() != network.inputWidth()) {
      throw StrataException.configuration("the preprocessing gives rows of a different width")
          .key("import.preprocessing")
          .file(folder)
          .found(given.inputWidth() + " numbers per row")
          .expected(network.inputWidth() + ", the width of the model's input")
          .build();
    }
    int width = network.layers().get(network.layers().size() - 1).width();
    if (given.layout().labelled() && given.outputWidth() != width) {
      throw StrataException.configuration("the preprocessing has labels of a different width")
          .key("import.preprocessing")
          .file(folder)
          .found(given.outputWidth() + " classes or values")
          .expected(width + ", the width of the model's output")
          .build();
    }
    return given;
  }
}
