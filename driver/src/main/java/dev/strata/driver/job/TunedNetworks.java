package dev.strata.driver.job;

import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.configuration.SettingsReader;
import dev.strata.driver.data.DataSettings;
import dev.strata.driver.finetune.SearchSettings;
import dev.strata.driver.preparation.DataPreparer;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.tuning.Candidate;
import dev.strata.driver.tuning.Point;
import dev.strata.driver.tuning.TuneRows;
import dev.strata.driver.tuning.TuneSettings;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.Losses;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.UnitVariance;
import dev.strata.executor.preprocess.LabelKind;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * What the points of a tuning are: the run's configuration with a point's values. Where values
 * prepare the rows in another way, those rows are prepared once for all points that need them.
 */
final class TunedNetworks {
  private static final String HIDDEN = "hidden.";

  private final ManagedRun run;
  private final ResolvedConfiguration base;
  private final int folds;
  private final Map<DataSettings, Integer> numbers = new HashMap<>();
  private final List<PreparedData> prepared = new ArrayList<>();
  private final List<TuneRows> rows = new ArrayList<>();
  private final Map<Point, Candidate> candidates = new HashMap<>();

  /** Prepares the rows of the configuration as it is. */
  TunedNetworks(ManagedRun run) {
    this.run = run;
    // One worker, as a trial has.
    this.base = run.context().configuration().without("tune").with("training.workers=1");
    int workers = run.settings().training().workers();
    if (workers > 1) {
      run.context()
          .notice(
              "Each trial has one worker, also that of the configuration as it is:"
                  + " training.workers = %d has no effect here.".formatted(workers));
    }
    PreparedData own = JobData.prepare(run, Optional.empty());
    this.folds = folds(run.settings().tune(), own);
    add(run.settings().data(), own);
  }

  private static int folds(TuneSettings tune, PreparedData data) {
    boolean held = data.shards().containsKey(SupervisedPhase.VALIDATION);
    int folds = tune.folds(held);
    if (folds == 0 && !held) {
      throw StrataException.configuration("tune needs validation rows to compare its trials")
          .key("data.validation")
          .found("none")
          .expected("a validation source, or data.split.validation above 0; or tune.folds")
          .build();
    }
    return folds;
  }

  /** Folds of a cross-validation; 0: trials are scored on the validation rows. */
  int folds() {
    return folds;
  }

  /** Grows as points are asked for. */
  List<TuneRows> rows() {
    return rows;
  }

  /**
   * What a point's trials train.
   *
   * @throws StrataException (configuration) that names the point where its values do not fit
   */
  Candidate candidate(Point point) {
    Candidate known = candidates.get(point);
    if (known == null) {
      known = made(point);
      candidates.put(point, known);
    }
    return known;
  }

  private Candidate made(Point point) {
    try {
      ResolvedConfiguration configuration = configuration(point);
      Settings settings = SettingsReader.read(configuration, new TrainJob().needs(configuration));
      requireMinibatches(settings);
      requireSameLoss(settings);
      int number = number(configuration, settings);
      return new Candidate(
          new NetworkFactory(run.context().hadoop(), settings)
              .build(prepared.get(number).preprocessing()),
          settings.training().workerBatch(),
          settings.seed(),
          UnitVariance.layers(settings.network()),
          settings.engine().step(),
          number);
    } catch (StrataException e) {
      throw point.number() == 0 ? e : e.of("tune cannot train " + point.values());
    }
  }

  private static void requireMinibatches(Settings settings) {
    if (settings.network().updater().isFullBatch()) {
      throw StrataException.configuration("trials take steps of minibatches")
          .key("network.updater.type")
          .found(settings.network().updater().type())
          .expected("another updater; l-bfgs trains networks of train alone")
          .build();
    }
  }

  /** Values of different losses do not compare. */
  private void requireSameLoss(Settings settings) {
    String own = loss(settings);
    String given = loss(run.settings());
    if (run.settings().tune().metric() == SearchSettings.Metric.LOSS && !own.equals(given)) {
      throw StrataException.configuration("trials with different losses do not compare by loss")
          .key("tune.metric")
          .found("loss, with the losses " + given + " and " + own)
          .expected("error")
          .build();
    }
  }

  private static String loss(Settings settings) {
    OutputTask task =
        settings.data().labelKind() == LabelKind.CLASS
            ? OutputTask.classes(2)
            : OutputTask.values(1);
    return settings.network().layers().stream()
        .filter(LayerSettings.Output.class::isInstance)
        .map(layer -> ((LayerSettings.Output) layer).loss())
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(Losses.defaultFor(task).text());
  }

  private int number(ResolvedConfiguration configuration, Settings settings) {
    Integer known = numbers.get(settings.data());
    if (known != null) {
      return known;
    }
    Path folder = new Path(run.folder().folder(), "shards-" + (prepared.size() + 1));
    // The same number of blocks, so that rows lie, and are cut into folds, in the same order.
    int blocks = prepared.get(0).manifests().get(SupervisedPhase.TRAIN).blocks().size();
    Settings alike =
        SettingsReader.read(
            configuration.with("data.blocks=" + blocks), new TrainJob().needs(configuration));
    PreparedData data =
        new DataPreparer(run.context().spark(), run.context()::notice)
            .prepare(
                alike.data(),
                folder.toString(),
                run.settings().training().workers(),
                settings.seed(),
                Optional.empty());
    requireSameRows(data);
    return add(settings.data(), data);
  }

  private void requireSameRows(PreparedData data) {
    prepared
        .get(0)
        .manifests()
        .forEach(
            (part, manifest) -> {
              long rows =
                  data.manifests().containsKey(part) ? data.manifests().get(part).rows() : 0;
              if (rows != manifest.rows()) {
                throw StrataException.configuration("trials are measured on the same rows")
                    .key("tune.space")
                    .found(
                        "%d rows of the split %s, and %d with these values"
                            .formatted(manifest.rows(), part, rows))
                    .expected("keys of data that leave out no rows")
                    .build();
              }
            });
  }

  private int add(DataSettings settings, PreparedData data) {
    int number = prepared.size();
    Optional<ShardSet> held =
        folds == 0 ? Optional.of(data.shards().get(SupervisedPhase.VALIDATION)) : Optional.empty();
    prepared.add(data);
    rows.add(new TuneRows(data.shards().get(SupervisedPhase.TRAIN), held));
    numbers.put(settings, number);
    return number;
  }

  /** The configuration with a point's values. */
  private ResolvedConfiguration configuration(Point point) {
    ResolvedConfiguration configuration = base;
    Map<String, String> hidden = new LinkedHashMap<>();
    for (Map.Entry<String, String> value : point.values().entrySet()) {
      if (value.getKey().startsWith(HIDDEN)) {
        hidden.put(value.getKey().substring(HIDDEN.length()), value.getValue());
      } else {
        configuration = configuration.with(value.getKey() + "=" + value.getValue());
      }
    }
    return hidden.isEmpty() ? configuration : configuration.withHiddenLayers(hidden);
  }

  /** What trains a point on all training rows. */
  ResolvedConfiguration training(Point point, int epochs, Path output) {
    return configuration(point)
        .with("output.dir=" + output)
        .with("training.epochs=" + epochs)
        .with("training.early-stopping.patience=0")
        .with("training.keep-model=last");
  }
}
