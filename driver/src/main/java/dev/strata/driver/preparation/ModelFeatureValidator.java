package dev.strata.driver.preparation;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.ImageSettings;
import dev.strata.driver.data.TextSettings;
import dev.strata.driver.row.SourceColumns;
import dev.strata.driver.source.ColumnSelection;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.FailureList;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ColumnKind;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.UnseenCategory;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/**
 * Holds data and its settings against the features that a model was trained on. A setting at its
 * default asks for nothing: the model's own holds. A setting that asks for something else than the
 * model has is an error, as it would otherwise be passed over in silence.
 */
public final class ModelFeatureValidator {
  private final Preprocessing model;
  private final DataSettings settings;
  private final FailureList problems;

  private ModelFeatureValidator(Preprocessing model, DataSettings settings, FailureList problems) {
    this.model = model;
    this.settings = settings;
    this.problems = problems;
  }

  /**
   * Adds a failure (configuration) for each setting and one (data) for each column that differ.
   *
   * @param rows of the first source
   */
  static void compare(
      Preprocessing model, DataSettings settings, Dataset<Row> rows, FailureList problems) {
    ModelFeatureValidator features = new ModelFeatureValidator(model, settings, problems);
    features.requireNoLabel();
    features.requireColumns(rows);
    features.requireNames(rows);
    features.requireScaling();
    new ModelEncodingValidator(model, settings.encodings(), problems).check();
    features.requireResize();
    features.requirePolicies();
    features.requireTexts();
  }

  /**
   * Settings alone: for rows that are taken one by one, from a source that may lack what the model
   * does not read.
   *
   * @throws StrataException (configuration) that names the settings which differ
   */
  public static void requireSameSettings(Preprocessing model, DataSettings settings) {
    FailureList problems = new FailureList();
    ModelFeatureValidator features = new ModelFeatureValidator(model, settings, problems);
    features.requireSelection();
    features.requireCategories();
    features.requireScaling();
    new ModelEncodingValidator(model, settings.encodings(), problems).check();
    features.requireResize();
    features.requirePolicies();
    features.requireTexts();
    problems.throwIfAny();
  }

  private void requireTexts() {
    if (settings.text().isEmpty()) {
      return;
    }
    TextSettings asked = settings.text().get();
    Optional<FeatureColumn> own = model.layout().text();
    if (own.isEmpty() || !own.get().sources().equals(asked.columns())) {
      differs(
          "data.text.column", asked.names(), own.map(FeatureColumn::name).orElse("number columns"));
      return;
    }
    requireRule(asked.rule(), own.get().text(), own.get().width());
  }

  /**
   * @param width positions of the model's rows, which {@code length = 0} left to its texts
   */
  private void requireRule(TextRule asked, TextRule own, int width) {
    TextRule none = TextRule.defaults();
    if (asked.tokenizer() != none.tokenizer() && asked.tokenizer() != own.tokenizer()) {
      differs("data.text.tokenizer", word(asked.tokenizer()), word(own.tokenizer()));
    }
    if (asked.lowerCase() != none.lowerCase() && asked.lowerCase() != own.lowerCase()) {
      differs("data.text.lower-case", asked.lowerCase(), own.lowerCase());
    }
    if (asked.minCount() != none.minCount() && asked.minCount() != own.minCount()) {
      differs("data.text.min-count", asked.minCount(), own.minCount());
    }
    if (asked.maxSize() != none.maxSize() && asked.maxSize() != own.maxSize()) {
      differs("data.text.max-size", asked.maxSize(), own.maxSize());
    }
    if (asked.length() != none.length() && asked.length() != width) {
      differs("data.text.length", asked.length(), width);
    }
    if (asked.tooLong() != none.tooLong() && asked.tooLong() != own.tooLong()) {
      differs("data.text.too-long", word(asked.tooLong()), word(own.tooLong()));
    }
    if (asked.empty() != none.empty() && asked.empty() != own.empty()) {
      differs("data.text.empty", word(asked.empty()), word(own.empty()));
    }
  }

  private List<String> names() {
    return model.layout().sources();
  }

  private void requireNoLabel() {
    require("data.label", settings.label(), names());
    require("data.weight", settings.weight(), names());
    require("data.group", settings.group(), names());
  }

  private void require(String key, Optional<String> column, List<String> names) {
    if (column.isPresent() && names.contains(column.get())) {
      problems.add(
          StrataException.configuration("the column is a feature of the model")
              .key(key)
              .found(column.get())
              .expected("a column that is not a feature of the model")
              .build());
    }
  }

  /** Every column is there, and of the model's width as far as one row can tell. */
  private void requireColumns(Dataset<Row> rows) {
    List<String> all = SourceColumns.names(rows.schema());
    List<String> absent = names().stream().filter(name -> !all.contains(name)).toList();
    if (!absent.isEmpty()) {
      problems.add(SourceColumns.absent(absent, all, "data.features"));
    }
    for (FeatureColumn feature : model.layout().features()) {
      for (String name : feature.sources()) {
        if (all.contains(name)) {
          problems.check(() -> requireWidth(feature, name, rows));
        }
      }
    }
  }

  private void requireWidth(FeatureColumn feature, String name, Dataset<Row> rows) {
    int position = SourceColumns.position(rows.schema(), name, "data.features");
    StructField field = rows.schema().fields()[position];
    boolean array = feature.isArray();
    int width = ColumnSelection.arrayWidth(settings, rows, field);
    if (array == width > 0 && (!array || width == feature.sourceWidth())) {
      return;
    }
    throw StrataException.data("column " + name + " differs in width from the model's input")
        .key("data.features")
        .found(width > 0 ? width + " numbers" : "one value of type " + field.dataType().sql())
        .expected(
            (array ? feature.sourceWidth() + " numbers" : "one value")
                + (feature.resize() == null
                    ? ", as in the model's training rows"
                    : ", to be resized from " + feature.resize().words())
                + (array && width > 0
                    ? "; images of another size need fine-tune.resize { type = bilinear, from ="
                        + " [height, width], to = [height, width of the model's] }"
                    : ""))
        .build();
  }

  private void requireNames(Dataset<Row> rows) {
    if (!settings.features().equals(List.of("*"))) {
      FailureList absent = new FailureList();
      List<String> asked = ColumnSelection.features(settings, rows, absent);
      // A label among the features is reported as one of the model's.
      absent.all().stream().filter(e -> e.kind() == FailureKind.DATA).forEach(problems::add);
      Set<String> own = new HashSet<>(names());
      if (absent.isEmpty() && !own.equals(new HashSet<>(asked))) {
        differs("data.features", String.join(", ", asked), String.join(", ", names()));
      }
    }
    List<String> all = SourceColumns.names(rows.schema());
    List<String> excluded =
        SourceColumns.matching(settings.exclude(), all, all, "data.exclude", problems).stream()
            .filter(names()::contains)
            .toList();
    if (!excluded.isEmpty()) {
      differs("data.exclude", String.join(", ", excluded), "none of the model's features");
    }
    requireCategories();
  }

  private void requireCategories() {
    List<String> categorical =
        model.layout().features().stream()
            .filter(f -> f.kind() == ColumnKind.CATEGORICAL)
            .map(FeatureColumn::name)
            .toList();
    for (String name :
        SourceColumns.matching(
            settings.categorical(), names(), names(), "data.categorical", problems)) {
      if (!categorical.contains(name)) {
        differs("data.categorical", name, "only " + String.join(", ", categorical));
      }
    }
  }

  /** Features and exclusions as far as the model's own names tell. */
  private void requireSelection() {
    if (!matched(settings.features()).containsAll(names())) {
      differs("data.features", String.join(", ", settings.features()), String.join(", ", names()));
    }
    List<String> excluded = matched(settings.exclude());
    if (!excluded.isEmpty()) {
      differs("data.exclude", String.join(", ", excluded), "none of the model's features");
    }
  }

  /** The model's features that patterns name; other names are not looked for. */
  private List<String> matched(List<String> patterns) {
    List<String> own = names();
    List<String> known = patterns.stream().filter(p -> p.contains("*") || own.contains(p)).toList();
    return SourceColumns.matching(known, own, own, "data.features");
  }

  private void requireScaling() {
    if (settings.scaling() == Scaling.NONE || settings.scaling() == Scaling.AUTO) {
      return;
    }
    if (settings.scaling() != model.scaling()) {
      differs("data.scaling", word(settings.scaling()), word(model.scaling()));
    } else if (settings.scaling() == Scaling.DIVIDE_BY && settings.divideBy() != model.divideBy()) {
      differs("data.divide-by", settings.divideBy(), model.divideBy());
    }
  }

  /** Images that the source does not bring to their size itself are resized as the model's were. */
  private void requireResize() {
    Optional<List<Integer>> asked =
        settings
            .images()
            .filter(images -> images.sizes() == ImageSettings.Sizes.SAME)
            .flatMap(ImageSettings::size);
    List<List<Integer>> own =
        model.layout().features().stream()
            .filter(f -> f.shape() != null)
            .map(f -> f.shape().subList(0, 2))
            .toList();
    if (asked.isPresent() && !own.contains(asked.get())) {
      differs("data.images.resize", asked.get(), own.isEmpty() ? "[]" : own.get(0));
    }
  }

  private void requirePolicies() {
    MissingPolicy asked = settings.missing();
    MissingPolicy own = model.layout().missing();
    MissingPolicy none = MissingPolicy.STRICT;
    if (asked.numeric() != none.numeric() && asked.numeric() != own.numeric()) {
      differs("data.missing.numeric", word(asked.numeric()), word(own.numeric()));
    }
    if (asked.constant() != none.constant() && asked.constant() != own.constant()) {
      differs("data.missing.constant", asked.constant(), own.constant());
    }
    if (asked.categorical() != none.categorical() && asked.categorical() != own.categorical()) {
      differs("data.missing.categorical", word(asked.categorical()), word(own.categorical()));
    }
    UnseenCategory unseen = settings.unseenCategory();
    if (unseen != UnseenCategory.ERROR && unseen != model.unseenCategory()) {
      differs("data.unseen-category", word(unseen), word(model.unseenCategory()));
    }
  }

  /** A constant as users write it. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void differs(String key, Object found, Object expected) {
    problems.add(differing(key, found, expected));
  }

  /** The failure of a setting that asks for something else than the model has. */
  static StrataException differing(String key, Object found, Object expected) {
    return StrataException.configuration("the setting differs from the model's preprocessing")
        .key(key)
        .found(found)
        .expected(expected + ", the model's value; or no setting")
        .build();
  }
}
