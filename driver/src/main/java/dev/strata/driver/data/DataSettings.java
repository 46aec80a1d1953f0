package dev.strata.driver.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.preprocess.MissingPolicy;
import dev.strata.executor.preprocess.Scaling;
import dev.strata.executor.preprocess.UnseenCategory;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The keys {@code data} of the configuration, one to one; {@code conf/reference.conf} explains
 * each.
 *
 * @param source the keys path, labels-path, table, sql, where and options directly under {@code
 *     data}
 * @param labelsPerClass 0: all
 * @param limit 0: all
 * @param shards folder of the shards; where absent the job chooses it
 * @param blockSize bytes
 * @param blocks 0: by size
 * @param group column that groups rows
 * @param images settings for image files
 * @param ignored columns that this job ignores, whether or not the source has them
 * @param marginals whether this job needs value counts of number columns
 * @param text text column as the only feature; absent: features are numbers
 * @param encoding how columns of a table become numbers; absent: by the defaults
 */
@RecordBuilder
public record DataSettings(
    String format,
    SourceSettings source,
    List<String> columnNames,
    List<String> missingValues,
    SourceSettings validation,
    SourceSettings test,
    SplitSettings split,
    List<String> features,
    List<String> exclude,
    List<String> categorical,
    Optional<String> label,
    LabelKind labelKind,
    Map<String, String> labelMapping,
    List<String> labelClasses,
    Optional<String> weight,
    ClassWeights classWeights,
    List<String> id,
    MissingPolicy missing,
    UnseenCategory unseenCategory,
    Scaling scaling,
    double divideBy,
    int labelsPerClass,
    long limit,
    Optional<String> shards,
    long blockSize,
    int blocks,
    int densifyLimit,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<String> group,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<ImageSettings> images,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> ignored,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean marginals,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<TextSettings> text,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<EncodingSettings> encoding) {
  public DataSettings {
    columnNames = List.copyOf(columnNames);
    missingValues = List.copyOf(missingValues);
    features = List.copyOf(features);
    exclude = List.copyOf(exclude);
    categorical = List.copyOf(categorical);
    labelMapping = new TreeMap<>(labelMapping);
    labelClasses = List.copyOf(labelClasses);
    id = List.copyOf(id);
    ignored = List.copyOf(ignored);
  }

  /**
   * The same rows without their labels, weights and groups, as pretraining reads them: the columns
   * are neither read nor taken for features, and every row counts.
   */
  public DataSettings unlabelled() {
    List<String> unread = new ArrayList<>(ignored);
    label.ifPresent(unread::add);
    weight.ifPresent(unread::add);
    group.ifPresent(unread::add);
    return DataSettingsBuilder.builder(this)
        .label(Optional.empty())
        .labelKind(LabelKind.CLASS)
        .labelMapping(Map.of())
        .labelClasses(List.of())
        .weight(Optional.empty())
        .classWeights(ClassWeights.NONE)
        .missing(
            new MissingPolicy(
                missing.numeric(),
                missing.constant(),
                missing.categorical(),
                MissingPolicy.Label.ERROR))
        .labelsPerClass(0)
        .group(Optional.empty())
        .ignored(unread)
        .build();
  }

  /** As {@link #unlabelled()}, but with the groups: pairs of rows are made of them. */
  public DataSettings groupsOnly() {
    DataSettings rows = unlabelled();
    List<String> unread =
        rows.ignored.stream().filter(c -> !group.stream().anyMatch(c::equals)).toList();
    return DataSettingsBuilder.builder(rows).group(group).ignored(unread).build();
  }

  /**
   * Rows of another source that a teacher of these rows is fitted on, all of them training rows:
   * with the label, without weights, groups and ids. Its reader's options are added to those of the
   * main source.
   *
   * @param key of the configuration that the source has
   */
  public DataSettings labelledBy(SourceSettings labelled, String key) {
    Map<String, String> options = new TreeMap<>(source.options());
    options.putAll(labelled.options());
    return DataSettingsBuilder.builder(this)
        .source(SourceSettingsBuilder.builder(labelled.named(key)).options(options).build())
        .validation(SourceSettings.NONE)
        .test(SourceSettings.NONE)
        .split(SplitSettings.NONE)
        .weight(Optional.empty())
        .classWeights(ClassWeights.NONE)
        .id(List.of())
        .limit(0)
        .shards(Optional.empty())
        .blocks(0)
        .group(Optional.empty())
        .build();
  }

  /**
   * Rows of another source that are learned from without labels, all of them training rows: columns
   * with another purpose than features are not read. Its reader's options are added to those of the
   * main source.
   *
   * @param key of the configuration that the source has
   */
  public DataSettings unlabelledBy(SourceSettings other, String key) {
    DataSettings rows = unlabelled();
    List<String> unread = new ArrayList<>(rows.ignored);
    unread.addAll(id);
    split.column().ifPresent(unread::add);
    return DataSettingsBuilder.builder(rows.labelledBy(other, key)).ignored(unread).build();
  }

  /**
   * As {@link #unlabelled()}, but with numbers of a column as the label: what a teacher made of
   * each row.
   */
  public DataSettings labelledWith(String column) {
    DataSettings rows = unlabelled();
    return DataSettingsBuilder.builder(rows)
        .label(Optional.of(column))
        .labelKind(LabelKind.VALUE)
        .missing(missing)
        .ignored(rows.ignored.stream().filter(c -> !c.equals(column)).toList())
        .build();
  }

  /** The same with groups that this column names; absent: none. */
  public DataSettings withGroup(Optional<String> column) {
    return DataSettingsBuilder.builder(this).group(column).build();
  }

  /** The same with files of images read so. */
  public DataSettings withImages(ImageSettings reading) {
    Optional<ImageSettings> own =
        Optional.of(reading).filter(r -> !r.equals(ImageSettings.defaults()));
    return DataSettingsBuilder.builder(this).images(own).build();
  }

  /** The same with columns that become numbers so. */
  public DataSettings withEncoding(EncodingSettings encodings) {
    Optional<EncodingSettings> own =
        Optional.of(encodings).filter(e -> !e.equals(EncodingSettings.defaults()));
    return DataSettingsBuilder.builder(this).encoding(own).build();
  }

  /** How columns of a table become numbers. */
  public EncodingSettings encodings() {
    return encoding.orElseGet(EncodingSettings::defaults);
  }

  /** The same data for a job that must know how often numbers have which value. */
  public DataSettings withMarginals() {
    return DataSettingsBuilder.builder(this).marginals(true).build();
  }

  /** The same with texts of a column as the one feature; absent: features are numbers. */
  public DataSettings withText(Optional<TextSettings> texts) {
    return DataSettingsBuilder.builder(this).text(texts).build();
  }

  /**
   * The main source as the source of test rows, all of them: what a model is measured on. The
   * source keeps its key, {@code data}; other sources are left out.
   */
  public DataSettings asTest() {
    return DataSettingsBuilder.builder(this)
        .source(SourceSettings.NONE)
        .validation(SourceSettings.NONE)
        .test(source.named("data"))
        .labelsPerClass(0)
        .build();
  }

  /** The format of one of the sources. */
  public String format(SourceSettings of) {
    return of.format().orElse(format);
  }

  /** Names of the columns of one of the sources; empty: the source's own. */
  public List<String> columnNames(SourceSettings of) {
    return of.columnNames().orElse(columnNames);
  }

  /** The same data in another folder is the same data. */
  public DataSettings withoutShards() {
    return DataSettingsBuilder.builder(this).shards(Optional.empty()).build();
  }
}
