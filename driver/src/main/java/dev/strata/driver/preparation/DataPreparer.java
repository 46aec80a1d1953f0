package dev.strata.driver.preparation;

import dev.strata.driver.data.DataSettings;
import dev.strata.driver.data.SourceName;
import dev.strata.driver.data.SourceSettings;
import dev.strata.driver.file.SparkFailures;
import dev.strata.driver.source.SourceIdentity;
import dev.strata.driver.spark.SparkCalls;
import dev.strata.driver.split.BlockCount;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.preprocess.PlainText;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.shard.Checksum;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Sources → shards: columns chosen and read, rows ordered by their hash, split, fitted, encoded and
 * written. The result is a function of the rows, the settings and the seed; partitions, formats and
 * tasks do not matter.
 */
public final class DataPreparer {
  private final SparkSession spark;
  private final Consumer<String> notice;
  private final Consumer<String> reading;

  public DataPreparer(SparkSession spark) {
    this(spark, text -> {});
  }

  /**
   * @param notice takes one line for the user about what is done, or why it need not be
   */
  public DataPreparer(SparkSession spark, Consumer<String> notice) {
    this(spark, notice, notice);
  }

  /**
   * @param notice takes one line for the user about what is done, or why it need not be
   * @param reading takes one line for the user about how a source is read, where its files told it
   */
  public DataPreparer(SparkSession spark, Consumer<String> notice, Consumer<String> reading) {
    this.spark = spark;
    this.notice = notice;
    this.reading = reading;
  }

  /**
   * Prepares, or finds that nothing has changed since it was done before.
   *
   * @param folder of the result
   * @param workers N: a part has a multiple of N blocks
   * @param given a model's preprocessing to apply, instead of fitting one
   * @throws StrataException (data, configuration) for everything that is wrong with the sources
   */
  public PreparedData prepare(
      DataSettings settings, String folder, int workers, long seed, Optional<Preprocessing> given) {
    Optional<GivenPreprocessing> whole = given.map(model -> new GivenPreprocessing(model, false));
    return named(settings, () -> prepared(settings, folder, workers, seed, whole));
  }

  /**
   * Prepares rows for a new output layer on a model: features exactly as the model's own, the label
   * fitted on these rows as for a new model.
   *
   * @param model whose features are applied unchanged; it may have been trained without a label
   * @throws StrataException as {@link #prepare}; (configuration) also where the settings ask for
   *     other features, scaling or treatment of missing values than the model's
   */
  public PreparedData prepareWithOwnLabel(
      DataSettings settings, String folder, int workers, long seed, Preprocessing model) {
    Optional<GivenPreprocessing> features = Optional.of(new GivenPreprocessing(model, true));
    return named(settings, () -> prepared(settings, folder, workers, seed, features));
  }

  private static PreparedData named(DataSettings settings, Supplier<PreparedData> preparation) {
    return SourceName.in(
        () -> SparkFailures.unwrapped(preparation),
        settings.source(),
        settings.validation(),
        settings.test());
  }

  /**
   * What the folder holds, where that is just what preparing would give; nothing is written.
   *
   * @throws StrataException (data, configuration) as {@link #prepare}
   */
  public Optional<PreparedData> existing(
      DataSettings settings, String folder, int workers, long seed) {
    PreparedFolder target = new PreparedFolder(SparkCalls.hadoop(spark), folder);
    return SparkFailures.unwrapped(
        () -> {
          Optional<PreparedFolder.Prepared> content = target.content();
          String fingerprint = fingerprint(settings, sources(settings), seed, Optional.empty());
          return content
              .filter(c -> !fingerprint.isEmpty() && c.fingerprint().equals(fingerprint))
              .flatMap(target::open)
              .filter(data -> fits(data, settings, workers, content.get().rowBytes()));
        });
  }

  private PreparedData prepared(
      DataSettings settings,
      String folder,
      int workers,
      long seed,
      Optional<GivenPreprocessing> given) {
    Configuration hadoop = SparkCalls.hadoop(spark);
    PreparedFolder target = new PreparedFolder(hadoop, folder);
    Optional<PreparedFolder.Prepared> before = target.content();
    List<SourceSettings> sources = sources(settings);
    String fingerprint =
        sources.isEmpty()
            ? before.map(PreparedFolder.Prepared::fingerprint).orElse("")
            : fingerprint(settings, sources, seed, given);
    if (before.isPresent() && !fingerprint.isEmpty()) {
      Optional<PreparedData> found =
          Optional.of(before.get())
              .filter(content -> content.fingerprint().equals(fingerprint))
              .flatMap(target::open)
              .filter(data -> fits(data, settings, workers, before.get().rowBytes()));
      if (found.isPresent()) {
        notice.accept("Data unchanged: reusing the shards in " + folder + ".");
        return found.get();
      }
    }
    if (sources.isEmpty()) {
      throw StrataException.configuration("no data source is set")
          .key("data.path")
          .found("nothing")
          .expected("one of data.path, data.table and data.sql")
          .build();
    }
    notice.accept("Preparing data in " + folder + ".");
    ShardPreparation preparation =
        new ShardPreparation(
            spark, settings, target.path(), workers, seed, given, target::begin, reading);
    PreparedData data = preparation.run();
    if (given.isEmpty()) {
      FoundScalings.words(settings.scaling(), data.preprocessing()).ifPresent(notice);
    }
    target.commit(data, fingerprint, preparation.rowBytes());
    return data;
  }

  private static List<SourceSettings> sources(DataSettings settings) {
    List<SourceSettings> sources = new ArrayList<>();
    for (SourceSettings source :
        List.of(settings.source(), settings.validation(), settings.test())) {
      if (source.given()) {
        sources.add(source);
      }
    }
    return sources;
  }

  /** Empty where a source may change unseen. */
  private String fingerprint(
      DataSettings settings,
      List<SourceSettings> sources,
      long seed,
      Optional<GivenPreprocessing> given) {
    List<Object> parts = new ArrayList<>();
    parts.add(Preprocessing.WITHOUT_RESIZE);
    parts.add(PlainText.RULES);
    parts.add(settings.withoutShards());
    parts.add(seed);
    parts.add(given.map(GivenPreprocessing::model));
    given.filter(GivenPreprocessing::ownLabel).ifPresent(own -> parts.add("own label"));
    for (SourceSettings source : sources) {
      Optional<List<String>> identity = SourceIdentity.of(spark, settings, source);
      if (identity.isEmpty()) {
        return "";
      }
      parts.add(identity.get());
    }
    return Checksum.of(Json.line(parts).getBytes(StandardCharsets.UTF_8));
  }

  /** Whether the number of blocks is what these workers ask for. */
  private static boolean fits(
      PreparedData data, DataSettings settings, int workers, long rowBytes) {
    return data.manifests().values().stream()
        .allMatch(m -> m.blocks().size() == BlockCount.of(settings, workers, m.rows(), rowBytes));
  }
}
