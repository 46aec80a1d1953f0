package dev.strata.driver.configuration;

import dev.strata.driver.data.ClassWeights;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.DataSettingsBuilder;
import dev.strata.driver.data.EncodingSettings;
import dev.strata.driver.data.ImageSettings;
import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.data.SplitSettings;
import dev.strata.driver.data.TextSettings;
import dev.strata.executor.preprocess.CategoryRule;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.TimePart;
import dev.strata.executor.preprocess.TimeRule;
import dev.strata.executor.preprocess.UnseenCategory;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the section {@code data}. */
final class DataSection {
  private static final Range COUNT = Range.atLeast(1);
  private static final Range SHARE = Range.share(0, 1);

  private final Section section;

  private DataSection(Section section) {
    this.section = section;
  }

  static DataSettings read(Section section, Set<Need> needs) {
    DataSettings settings = new DataSection(section).settings();
    DataRules.check(section, settings, needs);
    return settings;
  }

  private DataSettings settings() {
    return reading()
        .withGroup(section.optionalText("group"))
        .withImages(images(section.section("images")))
        .withText(text(section.section("text")))
        .withEncoding(encoding());
  }

  private DataSettings reading() {
    return DataSettingsBuilder.builder()
        .format(section.text("format"))
        .source(source(section))
        .columnNames(section.texts("column-names"))
        .missingValues(section.texts("missing-values"))
        .validation(part(section.section("validation")))
        .test(part(section.section("test")))
        .split(split(section.section("split")))
        .features(section.texts("features"))
        .exclude(section.texts("exclude"))
        .categorical(section.texts("categorical"))
        .labelKind(section.choice("label-kind", LabelKind.class))
        .labelMapping(section.textMap("label-mapping"))
        .labelClasses(section.texts("label-classes"))
        .classWeights(classWeights())
        .id(section.texts("id"))
        .missing(missing(section.section("missing")))
        .unseenCategory(section.choice("unseen-category", UnseenCategory.class))
        .scaling(section.choice("scaling", Scaling.class))
        .divideBy(divisor())
        .labelsPerClass(section.integer("labels-per-class", Range.NOT_NEGATIVE))
        .limit(section.longInteger("limit", Range.NOT_NEGATIVE))
        .blockSize(section.size("block-size", Range.atLeast(1024)))
        .blocks(section.integer("blocks", Range.NOT_NEGATIVE))
        .densifyLimit(section.integer("densify-limit", COUNT))
        .ignored(List.of())
        .marginals(false)
        .label(section.optionalText("label"))
        .weight(section.optionalText("weight"))
        .shards(section.optionalText("shards"))
        .build();
  }

  private EncodingSettings encoding() {
    Section categories = section.section("categories");
    return new EncodingSettings(
        section.choiceMap("column-scaling", Scaling.class),
        new CategoryRule(
            categories.integer("max", Range.NOT_NEGATIVE),
            categories.longInteger("min-count", COUNT),
            categories.integer("buckets", COUNT)),
        time(section.section("time")));
  }

  private static TimeRule time(Section section) {
    String zone = section.text("zone");
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      section.problem("unknown time zone", "zone", "a zone such as UTC, Europe/Berlin or +01:00");
    }
    List<TimePart> parts = section.choices("parts", TimePart.class);
    if (parts.isEmpty() || parts.stream().distinct().count() < parts.size()) {
      section.problem(
          parts.isEmpty() ? "no part of a time" : "a part of a time twice",
          "parts",
          "one or more of elapsed, year, month, day, weekday and hour, each once");
    }
    return new TimeRule(zone, parts);
  }

  private static Optional<TextSettings> text(Section section) {
    TextRule rule =
        new TextRule(
            section.choice("tokenizer", TextRule.Words.class),
            section.flag("lower-case"),
            section.longInteger("min-count", COUNT),
            section.integer("max-size", Range.NOT_NEGATIVE),
            section.integer("length", Range.NOT_NEGATIVE),
            section.choice("too-long", TextRule.TooLong.class),
            section.choice("empty", TextRule.Empty.class));
    if (rule.maxSize() == 1) {
      section.problem(
          "a vocabulary needs at least two words", "max-size", "0 for all, or at least 2");
    }
    List<String> columns = textColumns(section, rule);
    if (columns.isEmpty() && !rule.equals(TextRule.defaults())) {
      section.missing("column", "the text column, because other keys of data.text are set");
    }
    return columns.isEmpty() ? Optional.empty() : Optional.of(new TextSettings(columns, rule));
  }

  /** One or several; a single empty text is none. */
  private static List<String> textColumns(Section section, TextRule rule) {
    List<String> columns = section.texts("column");
    if (columns.equals(List.of(""))) {
      return List.of();
    }
    if (columns.contains("") || columns.stream().distinct().count() < columns.size()) {
      section.problem(
          columns.contains("") ? "a text column without a name" : "a text column twice",
          "column",
          "the name of a text column, or a list of names, each once");
    }
    // A separator between two columns, and a word of each.
    int fewest = 2 * columns.size() - 1;
    if (rule.length() > 0 && rule.length() < fewest) {
      section.problem(
          "too few words per row for the text columns",
          "length",
          "0, or at least "
              + fewest
              + ", a word of each of the "
              + columns.size()
              + " columns and the separators");
    }
    return columns;
  }

  private static ImageSettings images(Section section) {
    List<Integer> size = section.integers("resize", Range.atLeast(1));
    ImageSettings.Sizes sizes = section.choice("sizes", ImageSettings.Sizes.class);
    if (!size.isEmpty() && size.size() != 2) {
      section.problem("two numbers required", "resize", "[height, width], or []");
    }
    if (size.isEmpty() && sizes == ImageSettings.Sizes.ANY) {
      section.problem(
          "images of different sizes need a size to resize them to", "resize", "[height, width]");
    }
    return new ImageSettings(
        section.choice("colour", ImageSettings.Colour.class),
        size.size() == 2 ? size : List.of(),
        sizes);
  }

  /** A source of its own, whose format and names of columns may be others than those of data. */
  static SourceSettings part(Section section) {
    return source(section)
        .read(
            section.optionalText("format"),
            section.has("column-names")
                ? Optional.of(section.texts("column-names"))
                : Optional.empty());
  }

  private static SourceSettings source(Section section) {
    SourceSettings source =
        new SourceSettings(
            section.texts("path"),
            section.optionalText("labels-path"),
            section.optionalText("table"),
            section.optionalText("sql"),
            section.optionalText("where"),
            section.textMap("options"));
    List<String> given = List.of("path", "table", "sql").stream().filter(section::has).toList();
    if (given.size() > 1) {
      section.problem(
          "more than one source: " + String.join(", ", given),
          given.get(1),
          "exactly one of path, table, sql");
    }
    return source;
  }

  private static SplitSettings split(Section section) {
    Section values = section.section("values");
    SplitSettings split =
        new SplitSettings(
            section.choice("by", SplitSettings.By.class),
            section.optionalText("column"),
            section.number("validation", SHARE),
            section.number("test", SHARE),
            new SplitSettings.Values(
                values.texts("train"), values.texts("validation"), values.texts("test")));
    if (split.validation() + split.test() >= 1) {
      section.problem(
          "the split fractions leave no training rows", "test", "validation + test < 1");
    }
    if (split.by() != SplitSettings.By.RANDOM && split.column().isEmpty()) {
      section.missing("column", "the column for data.split.by = " + ConfigValues.word(split.by()));
    }
    return split;
  }

  private ClassWeights classWeights() {
    if (!section.isText("class-weights")) {
      return new ClassWeights(false, section.numberMap("class-weights", Range.POSITIVE));
    }
    boolean balanced = section.optionalText("class-weights").equals(Optional.of("balanced"));
    if (!balanced) {
      section.problem("wrong type", "class-weights", "balanced, or a section { class = factor }");
    }
    return new ClassWeights(balanced, Map.of());
  }

  private static MissingPolicy missing(Section section) {
    return new MissingPolicy(
        section.choice("numeric", MissingPolicy.Numeric.class),
        section.number("constant", Range.ANY),
        section.choice("categorical", MissingPolicy.Categorical.class),
        section.choice("label", MissingPolicy.Label.class));
  }

  private double divisor() {
    double divisor = section.number("divide-by", Range.ANY);
    if (divisor == 0) {
      section.problem("out of range", "divide-by", "a number other than 0");
    }
    return divisor;
  }
}
