package dev.strata.driver.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.tuning.Dimension;
import dev.strata.driver.tuning.TuneSettings;
import dev.strata.executor.layer.LayerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the section {@code tune}. */
final class TuneSection {
  private static final String SPACE = "space";
  private static final String UNITS = "hidden.units";
  private static final String COUNT = "hidden.count";
  private static final String DROPOUT = "hidden.dropout";
  private static final List<String> RANGE = List.of("max", "min", "points", "scale");

  /** Ratio of the bounds from which draws are uniform in the logarithm. */
  private static final double LOGARITHMIC_FROM = 100;

  private static final int DEFAULT_POINTS = 5;
  private static final int LARGEST_GRID = 10_000;

  /** Keys that are no part of a trial or that the tuning decides. */
  private static final Set<String> NOT_SEARCHED =
      Set.of("network.dl4j-json", "network.input", "network.schedule.values", "data.missing.label");

  private static final Set<String> TRAINING =
      Set.of("training.batch-size", "training.label-smoothing", "training.mixup");

  /** Keys of the data by which the same rows are prepared in another way. */
  private static final List<String> DATA =
      List.of(
          "data.scaling",
          "data.divide-by",
          "data.categories.",
          "data.missing.",
          "data.text.",
          "data.time.",
          "data.unseen-category");

  private final Reference reference;
  private final Section section;
  private final Problems problems;
  private final List<Dimension> dimensions = new ArrayList<>();

  private TuneSection(Section section, Reference reference, Problems problems) {
    this.section = section;
    this.reference = reference;
    this.problems = problems;
  }

  /** How draws lie between the bounds. */
  enum Scale {
    LINEAR,
    LOG
  }

  static TuneSettings read(Section section, Reference reference, Problems problems) {
    TuneSection space = new TuneSection(section, reference, problems);
    if (section.has(SPACE) && !section.isObject(SPACE)) {
      section.problem("wrong type", SPACE, "a section { key = [values], key { min, max } }");
    }
    space.walk("", section.object(SPACE));
    OptionalInt folds = section.optionalInteger("folds", Range.NOT_NEGATIVE);
    if (folds.isPresent() && folds.getAsInt() == 1) {
      section.problem("cross-validation needs at least two folds", "folds", "0, or at least 2");
    }
    return new TuneSettings(
        space.dimensions,
        section.choice("method", TuneSettings.Method.class),
        section.integer("trials", Range.atLeast(1)),
        folds,
        section.choice("metric", SearchSettings.Metric.class),
        section.integer("reduction", Range.atLeast(2)),
        section.optionalInteger("min-epochs", Range.atLeast(1)));
  }

  private void walk(String path, ConfigObject object) {
    for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(object).entrySet()) {
      String key = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
      ConfigValue value = entry.getValue();
      if (value instanceof ConfigList list) {
        choices(key, list);
      } else if (value instanceof ConfigObject inner && isRange(inner)) {
        range(key, inner);
      } else if (value instanceof ConfigObject inner && !inner.isEmpty()) {
        walk(key, inner);
      } else {
        problem("not a set of values", key, value, "a list, or { min, max }");
      }
    }
  }

  private static boolean isRange(ConfigObject object) {
    return object.containsKey("min") || object.containsKey("max");
  }

  private void choices(String key, ConfigList list) {
    if (!isSearched(key, list)) {
      return;
    }
    List<String> values = list.stream().map(TuneSection::text).distinct().toList();
    if (values.isEmpty()) {
      problem("no values to search", key, list, "at least one value");
      return;
    }
    if (values.contains("drop")) {
      problem("trials are measured on the same rows", key, list, "values without drop");
    }
    if (key.equals(UNITS) || key.equals(COUNT)) {
      if (!values.stream().allMatch(v -> v.matches("[1-9]\\d{0,8}"))) {
        problem("not a list of integers", key, list, "integers >= 1");
        return;
      }
    } else if (key.equals(DROPOUT) && !values.stream().allMatch(TuneSection::isShare)) {
      problem("not a list of dropout rates", key, list, "numbers in [0, 1)");
      return;
    }
    dimensions.add(new Dimension.Choices(key, values));
  }

  private static boolean isShare(String value) {
    try {
      return Range.share(0, 1).contains(Double.parseDouble(value));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String text(ConfigValue value) {
    return value.valueType() == ConfigValueType.STRING
        ? (String) value.unwrapped()
        : value.render(ConfigRenderOptions.concise());
  }

  private void range(String key, ConfigObject object) {
    Section own =
        new Section(section.key(SPACE) + "." + key, object, ConfigFactory.empty().root(), problems);
    own.allowOnly(RANGE);
    Optional<Double> min = own.optionalNumber("min", Range.ANY);
    Optional<Double> max = own.optionalNumber("max", Range.ANY);
    OptionalInt points = own.optionalInteger("points", Range.atLeast(2));
    Optional<Scale> scale = own.optionalChoice("scale", Scale.class);
    if (!isSearched(key, object) || min.isEmpty() || max.isEmpty()) {
      if (!own.has("min") || !own.has("max")) {
        own.problem("a range needs both bounds", own.has("min") ? "max" : "min", "a number");
      }
      return;
    }
    if (min.get() >= max.get()) {
      own.problem("the range is empty", "min", "a number below max");
      return;
    }
    if ((key.equals(UNITS) || key.equals(COUNT)) && min.get() < 1) {
      own.problem("out of range", "min", "at least 1");
      return;
    }
    if (key.equals(DROPOUT) && !(min.get() >= 0 && max.get() < 1)) {
      own.problem("out of range", max.get() < 1 ? "min" : "max", "dropout rates in [0, 1)");
      return;
    }
    boolean wide = min.get() > 0 && max.get() / min.get() >= LOGARITHMIC_FROM;
    boolean logarithmic = scale.map(s -> s == Scale.LOG).orElse(wide);
    if (logarithmic && min.get() <= 0) {
      own.problem("a logarithmic range begins above 0", "min", "a number above 0");
      return;
    }
    boolean integer = isInteger(key);
    if (integer && (min.get() != Math.rint(min.get()) || max.get() != Math.rint(max.get()))) {
      own.problem("the key takes integers", "min", "integers as bounds");
      return;
    }
    dimensions.add(
        new Dimension.Interval(
            key, min.get(), max.get(), logarithmic, integer, points.orElse(DEFAULT_POINTS)));
  }

  private boolean isInteger(String key) {
    return key.equals(UNITS) || key.equals(COUNT) || isIntegerByDefault(key);
  }

  /** By how the default is written: the library reads 0.0 as an integer, too. */
  private boolean isIntegerByDefault(String key) {
    Config defaults = reference.root().toConfig();
    return defaults.hasPath(key)
        && defaults.getValue(key).valueType() == ConfigValueType.NUMBER
        && defaults.getString(key).matches("-?\\d+");
  }

  private boolean isSearched(String key, ConfigValue found) {
    TreeSet<String> known = new TreeSet<>();
    reference.keys().stream().filter(TuneSection::belongs).forEach(known::add);
    HiddenLayers.NAMES.forEach(name -> known.add("hidden." + name));
    if (known.contains(key)) {
      return true;
    }
    if (key.equals("training.epochs")) {
      problem(
          "tune measures trials after each epoch, so that it finds the number of epochs itself",
          key,
          found,
          "training.epochs as the largest number of epochs");
    } else if (reference.keys().contains(key)) {
      problem(
          "tune cannot search this key",
          key,
          found,
          "a key of network, training.batch-size, training.label-smoothing, training.mixup,"
              + " hidden.units, hidden.count, hidden.dropout, hidden.activation, or how data are"
              + " prepared, such as data.scaling");
    } else {
      problem(
          "unknown key" + ConfigValues.suggestion(key, known), key, found, "a key of tune.space");
    }
    return false;
  }

  private static boolean belongs(String key) {
    boolean network = key.startsWith("network.") && !key.startsWith("network.image.");
    return (network && !NOT_SEARCHED.contains(key))
        || TRAINING.contains(key)
        || (DATA.stream().anyMatch(key::startsWith) && !NOT_SEARCHED.contains(key));
  }

  private void problem(String what, String key, ConfigValue found, String expected) {
    problems.add(
        what,
        section.key(SPACE) + "." + key,
        ConfigValues.shown(found),
        expected,
        ConfigValues.where(found));
  }

  /** What {@code tune} needs of the other sections. */
  static void require(Section root, Settings settings) {
    Section tune = root.section("tune");
    TuneSettings own = settings.tune();
    if (settings.init().from().isPresent()) {
      root.section("init").problem("tune trains new weights", "from", "null");
    }
    if (settings.training().globalBatchSize().isPresent()) {
      root.section("training")
          .problem("trials have one worker", "global-batch-size", "null, and training.batch-size");
    }
    int epochs = settings.training().epochs();
    if (own.fewestEpochs().orElse(1) > epochs) {
      tune.problem("trials have at most training.epochs epochs", "min-epochs", "at most " + epochs);
    }
    List<LayerSettings> layers = settings.network().layers();
    boolean hidden = own.dimensions().stream().anyMatch(d -> d.key().startsWith("hidden."));
    boolean given = !layers.isEmpty() || settings.network().dl4jJson().isPresent();
    if (hidden && given && layers.stream().noneMatch(LayerSettings.Dense.class::isInstance)) {
      root.section("network")
          .problem(
              "tune changes hidden dense layers, and there are none",
              settings.network().dl4jJson().isPresent() ? "dl4j-json" : "layers",
              "at least one layer of type dense, or tune.space without keys of hidden");
    }
    if (layers.stream()
        .anyMatch(l -> l instanceof LayerSettings.Embedding e && e.vectors().isPresent())) {
      root.section("network")
          .problem("tune does not load word vectors", "layers", "an embedding without vectors");
    }
    if (own.method() == TuneSettings.Method.GRID && own.gridSize() > LARGEST_GRID) {
      tune.problem(
          "the grid is too large", "method", "at most 10,000 combinations, or another method");
    }
    SplitSettings split = settings.data().split();
    boolean torn = split.by() == SplitSettings.By.GROUP || split.by() == SplitSettings.By.TIME;
    boolean held = settings.data().validation().given() || split.validation() > 0;
    if (torn && own.folds(held) > 0) {
      root.section("data")
          .section("split")
          .problem(
              "the folds of tune would separate rows that data.split keeps together",
              "by",
              "random or column; or tune.folds = 0 and data.split.validation above 0");
    }
  }
}
