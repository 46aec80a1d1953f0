package dev.strata.driver.job;

import dev.strata.driver.configuration.Settings;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.preparation.DataPreparer;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.executor.failure.Counted;
import dev.strata.executor.preprocess.FeatureColumn;
import dev.strata.executor.preprocess.Preprocessing;
import dev.strata.executor.preprocess.TextRule;
import dev.strata.executor.preprocess.Vocabulary;
import dev.strata.executor.shard.ShardManifest;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;

/** Preparing as every job does it that is given raw data. */
final class JobData {
  private JobData() {}

  /**
   * @param given a model's preprocessing, applied instead of fitting one
   */
  static PreparedData prepare(ManagedRun run, Optional<Preprocessing> given) {
    return prepare(run, run.settings().data(), run.shardFolder(), given);
  }

  /**
   * As a model's own rows were. The folder {@code data.shards} is used where it holds rows that
   * were prepared in just that way (the model's own, as a rule) and is otherwise left alone:
   * training may read it.
   *
   * @param data of the run's source, whose rows may all be of one part
   */
  static PreparedData forModel(ManagedRun run, DataSettings data, Preprocessing model) {
    Settings settings = run.settings();
    Optional<PreparedData> own =
        data.shards()
            .flatMap(
                folder ->
                    new DataPreparer(run.context().spark())
                        .existing(data, folder, settings.training().workers(), settings.seed()))
            .filter(prepared -> prepared.preprocessing().equals(model));
    own.ifPresent(prepared -> tell(run.context(), prepared, true));
    return own.orElseGet(
        () -> prepare(run, data, run.folder().shards().toString(), Optional.of(model)));
  }

  /**
   * Without labels and weights. The folder {@code data.shards} is used where it holds just these
   * rows, or none yet, or where no source is named; labelled rows in it are left alone.
   */
  static PreparedData unlabelled(ManagedRun run) {
    return unlabelled(run, run.settings().data().unlabelled());
  }

  /**
   * As above.
   *
   * @param data those of the run without label and weight
   */
  static PreparedData unlabelled(ManagedRun run, DataSettings data) {
    String own = run.folder().shards().toString();
    if (data.shards().isEmpty() || !data.source().given()) {
      return prepareUnlabelled(run, data, data.shards().orElse(own));
    }
    Optional<PreparedData> there =
        new DataPreparer(run.context().spark())
            .existing(
                data,
                data.shards().get(),
                run.settings().training().workers(),
                run.settings().seed());
    there.ifPresent(
        prepared -> {
          tell(run.context(), prepared, false);
          run.requireSame(prepared);
        });
    boolean free = !DataDryRun.isPrepared(run.context().hadoop(), data.shards().get());
    return there.orElseGet(() -> prepareUnlabelled(run, data, free ? data.shards().get() : own));
  }

  /** Labelled rows of a source beside the run's own, with the run's features. */
  static PreparedData labelled(ManagedRun run, DataSettings data, Preprocessing features) {
    return beside(run, data, new Path(run.folder().teacher(), "labelled"), 1, features);
  }

  /**
   * Rows of a source beside the run's own, with features as given.
   *
   * @param workers N
   */
  static PreparedData beside(
      ManagedRun run, DataSettings data, Path folder, int workers, Preprocessing features) {
    JobContext context = run.context();
    PreparedData prepared =
        new DataPreparer(context.spark(), done -> {}, context::notice)
            .prepareWithOwnLabel(data, folder.toString(), workers, run.settings().seed(), features);
    tell(context, prepared, true);
    return prepared;
  }

  private static PreparedData prepareUnlabelled(ManagedRun run, DataSettings data, String folder) {
    Settings settings = run.settings();
    return prepare(
        run,
        false,
        preparer ->
            preparer.prepare(
                data, folder, settings.training().workers(), settings.seed(), Optional.empty()));
  }

  /** Features as the model's own, the label as these rows have it. */
  static PreparedData withOwnLabel(ManagedRun run, Preprocessing model) {
    Settings settings = run.settings();
    return prepare(
        run,
        true,
        preparer ->
            preparer.prepareWithOwnLabel(
                settings.data(),
                run.shardFolder(),
                settings.training().workers(),
                settings.seed(),
                model));
  }

  private static PreparedData prepare(
      ManagedRun run, DataSettings data, String folder, Optional<Preprocessing> given) {
    Settings settings = run.settings();
    return prepare(
        run,
        given.isPresent(),
        preparer ->
            preparer.prepare(data, folder, settings.training().workers(), settings.seed(), given));
  }

  /**
   * @param given whether a model's preprocessing is applied
   */
  private static PreparedData prepare(
      ManagedRun run, boolean given, Function<DataPreparer, PreparedData> how) {
    JobContext context = run.context();
    context.spark().sparkContext().setJobGroup("strata", context.command() + " · prepare", false);
    PreparedData prepared =
        how.apply(new DataPreparer(context.spark(), done -> {}, context::notice));
    tell(context, prepared, given);
    run.requireSame(prepared);
    return prepared;
  }

  private static void tell(JobContext context, PreparedData prepared, boolean given) {
    context.notice(
        prepared.reused()
            ? "Data: already prepared and unchanged: " + prepared.folder()
            : "Data: prepared in " + prepared.folder());
    context.notice("  " + summary(prepared, given));
  }

  /** What was counted is of the texts that the words were found in: not of a model's new ones. */
  private static String inputs(Preprocessing preprocessing, boolean given) {
    Vocabulary words = preprocessing.vocabulary();
    if (words == null) {
      return Counted.of(preprocessing.inputWidth(), "input");
    }
    if (given) {
      return String.format(
          Locale.ROOT,
          "%s of at most %d words (longer texts are %s), %d words in the model's vocabulary",
          texts(preprocessing),
          preprocessing.inputWidth(),
          cut(preprocessing) ? "truncated" : "an error",
          words.words().size());
    }
    return String.format(
        Locale.ROOT,
        "%s of at most %d words (%d training texts were longer), %d of %d different words in the"
            + " vocabulary (%.1f %% of the words in the training texts)",
        texts(preprocessing),
        preprocessing.inputWidth(),
        words.truncated(),
        words.words().size(),
        words.distinct(),
        100 * words.coverage());
  }

  private static String texts(Preprocessing preprocessing) {
    FeatureColumn text = preprocessing.layout().text().orElseThrow();
    return text.joined() == null
        ? "texts"
        : "texts of the columns " + text.name() + " with separators, together";
  }

  private static boolean cut(Preprocessing preprocessing) {
    return preprocessing.layout().text().orElseThrow().text().tooLong()
        == TextRule.TooLong.TRUNCATE;
  }

  private static String summary(PreparedData prepared, boolean given) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, ShardManifest> part : prepared.manifests().entrySet()) {
      text.append(part.getKey())
          .append(' ')
          .append(Counted.of(part.getValue().rows(), "row"))
          .append(", ");
    }
    text.append(inputs(prepared.preprocessing(), given));
    if (!prepared.preprocessing().classes().isEmpty()) {
      text.append(", ").append(prepared.preprocessing().classes().size()).append(" classes");
    }
    prepared.counts().entrySet().stream()
        .filter(e -> !e.getKey().equals("source") && !prepared.manifests().containsKey(e.getKey()))
        .filter(e -> e.getValue() > 0)
        .forEach(e -> text.append(", ").append(e.getKey()).append(' ').append(e.getValue()));
    return text.toString();
  }
}
