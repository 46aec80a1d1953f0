package dev.strata.driver.testing;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Settings of data for tests: the defaults of the reference configuration, and what a test changes.
 */
public final class TestDataSettings {
  private String format = "auto";
  private SourceSettings source = SourceSettings.NONE;
  private SourceSettings validation = SourceSettings.NONE;
  private SourceSettings test = SourceSettings.NONE;
  private final Map<String, String> options = new TreeMap<>();
  private List<String> columnNames = List.of();
  private List<String> missingValues = List.of();
  private SplitSettings split = split(SplitSettings.By.RANDOM, null, 0, 0);
  private List<String> features = List.of("*");
  private List<String> exclude = List.of();
  private List<String> categorical = List.of();
  private String label;
  private LabelKind labelKind = LabelKind.CLASS;
  private final Map<String, String> labelMapping = new TreeMap<>();
  private List<String> labelClasses = List.of();
  private String weight;
  private ClassWeights classWeights = ClassWeights.NONE;
  private String group;
  private ImageSettings images = ImageSettings.defaults();
  private Optional<TextSettings> text = Optional.empty();
  private List<String> id = List.of();
  private MissingPolicy missing = MissingPolicy.STRICT;
  private UnseenCategory unseen = UnseenCategory.ERROR;
  private Scaling scaling = Scaling.NONE;
  private double divideBy = 255.0;
  private EncodingSettings encoding = EncodingSettings.defaults();
  private int labelsPerClass;
  private long limit;
  private long blockSize = 128L << 20;
  private int blocks;
  private int densifyLimit = 65536;

  public static TestDataSettings data() {
    return new TestDataSettings();
  }

  /** A source that is a path. */
  public static SourceSettings path(String path) {
    return source(path, null, null, null, null);
  }

  public static SourceSettings source(
      String path, String labelsPath, String table, String sql, String where) {
    return new SourceSettings(
        path == null ? List.of() : List.of(path),
        Optional.ofNullable(labelsPath),
        Optional.ofNullable(table),
        Optional.ofNullable(sql),
        Optional.ofNullable(where),
        Map.of());
  }

  public TestDataSettings from(String path) {
    return from(path(path));
  }

  public TestDataSettings from(SourceSettings value) {
    this.source = value;
    return this;
  }

  public TestDataSettings validation(SourceSettings value) {
    this.validation = value;
    return this;
  }

  public TestDataSettings test(SourceSettings value) {
    this.test = value;
    return this;
  }

  public TestDataSettings format(String value) {
    this.format = value;
    return this;
  }

  public TestDataSettings option(String key, String value) {
    options.put(key, value);
    return this;
  }

  public TestDataSettings columnNames(String... names) {
    this.columnNames = List.of(names);
    return this;
  }

  public TestDataSettings missingValues(String... texts) {
    this.missingValues = List.of(texts);
    return this;
  }

  public TestDataSettings splitRandomly(double validationShare, double testShare) {
    this.split = split(SplitSettings.By.RANDOM, null, validationShare, testShare);
    return this;
  }

  public TestDataSettings splitBy(
      SplitSettings.By by, String column, double validationShare, double testShare) {
    this.split = split(by, column, validationShare, testShare);
    return this;
  }

  public TestDataSettings features(String... patterns) {
    this.features = List.of(patterns);
    return this;
  }

  public TestDataSettings exclude(String... patterns) {
    this.exclude = List.of(patterns);
    return this;
  }

  public TestDataSettings categorical(String... patterns) {
    this.categorical = List.of(patterns);
    return this;
  }

  public TestDataSettings label(String column) {
    this.label = column;
    return this;
  }

  public TestDataSettings labelValue(String column) {
    this.label = column;
    this.labelKind = LabelKind.VALUE;
    return this;
  }

  public TestDataSettings mapLabel(String found, String used) {
    labelMapping.put(found, used);
    return this;
  }

  public TestDataSettings labelClasses(String... classes) {
    this.labelClasses = List.of(classes);
    return this;
  }

  public TestDataSettings weight(String column) {
    this.weight = column;
    return this;
  }

  public TestDataSettings classWeights(ClassWeights value) {
    this.classWeights = value;
    return this;
  }

  public TestDataSettings group(String column) {
    this.group = column;
    return this;
  }

  public TestDataSettings images(ImageSettings value) {
    this.images = value;
    return this;
  }

  public TestDataSettings text(String column, TextRule rule) {
    return texts(rule, column);
  }

  public TestDataSettings texts(TextRule rule, String... columns) {
    text = Optional.of(new TextSettings(List.of(columns), rule));
    return this;
  }

  public TestDataSettings id(String... columns) {
    this.id = List.of(columns);
    return this;
  }

  public TestDataSettings missing(MissingPolicy value) {
    this.missing = value;
    return this;
  }

  public TestDataSettings unseen(UnseenCategory value) {
    this.unseen = value;
    return this;
  }

  public TestDataSettings scaling(Scaling value) {
    this.scaling = value;
    return this;
  }

  public TestDataSettings divideBy(double value) {
    this.scaling = Scaling.DIVIDE_BY;
    this.divideBy = value;
    return this;
  }

  public TestDataSettings encoding(EncodingSettings value) {
    this.encoding = value;
    return this;
  }

  public TestDataSettings columnScaling(String pattern, Scaling value) {
    Map<String, Scaling> scalings = new TreeMap<>(encoding.scalings());
    scalings.put(pattern, value);
    return encoding(new EncodingSettings(scalings, encoding.categories(), encoding.time()));
  }

  public TestDataSettings categories(int max, long minCount, int buckets) {
    return encoding(
        new EncodingSettings(
            encoding.scalings(), new CategoryRule(max, minCount, buckets), encoding.time()));
  }

  public TestDataSettings time(String zone, TimePart... parts) {
    return encoding(
        new EncodingSettings(
            encoding.scalings(), encoding.categories(), new TimeRule(zone, List.of(parts))));
  }

  public TestDataSettings labelsPerClass(int value) {
    this.labelsPerClass = value;
    return this;
  }

  public TestDataSettings limit(long value) {
    this.limit = value;
    return this;
  }

  public TestDataSettings blockSize(long bytes) {
    this.blockSize = bytes;
    return this;
  }

  public TestDataSettings blocks(int value) {
    this.blocks = value;
    return this;
  }

  public TestDataSettings densifyLimit(int value) {
    this.densifyLimit = value;
    return this;
  }

  public DataSettings build() {
    SourceSettings main =
        new SourceSettings(
            source.path(),
            source.labelsPath(),
            source.table(),
            source.sql(),
            source.where(),
            options);
    return DataSettingsBuilder.builder()
        .format(format)
        .source(main)
        .columnNames(columnNames)
        .missingValues(missingValues)
        .validation(validation)
        .test(test)
        .split(split)
        .features(features)
        .exclude(exclude)
        .categorical(categorical)
        .labelKind(labelKind)
        .labelMapping(labelMapping)
        .labelClasses(labelClasses)
        .classWeights(classWeights)
        .id(id)
        .missing(missing)
        .unseenCategory(unseen)
        .scaling(scaling)
        .divideBy(divideBy)
        .labelsPerClass(labelsPerClass)
        .limit(limit)
        .blockSize(blockSize)
        .blocks(blocks)
        .densifyLimit(densifyLimit)
        .ignored(List.of())
        .marginals(false)
        .label(Optional.ofNullable(label))
        .weight(Optional.ofNullable(weight))
        .build()
        .withGroup(Optional.ofNullable(group))
        .withImages(images)
        .withText(text)
        .withEncoding(encoding);
  }

  private static SplitSettings split(
      SplitSettings.By by, String column, double validationShare, double testShare) {
    return new SplitSettings(
        by,
        Optional.ofNullable(column),
        validationShare,
        testShare,
        new SplitSettings.Values(List.of("train"), List.of("validation"), List.of("test")));
  }
}
