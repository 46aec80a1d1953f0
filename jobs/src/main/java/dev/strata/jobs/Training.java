package dev.strata.jobs;

import dev.strata.driver.checkpoint.NewestCheckpoint;
import dev.strata.driver.data.PreparedData;
import dev.strata.driver.evaluate.EvaluationResult;
import dev.strata.driver.models.BundleReader;
import dev.strata.driver.models.BundleWriter;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelContinuation;
import dev.strata.driver.models.Provenance;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.picture.NetworkSight;
import dev.strata.driver.report.ProgressView;
import dev.strata.driver.run.History;
import dev.strata.driver.run.HistoryEntry;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.training.PhasePlace;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.training.TrainingRun;
import dev.strata.driver.training.Validator;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.shard.ShardSet;
import dev.strata.jobs.config.InitSettings;
import dev.strata.jobs.config.Settings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/** The work of {@code strata train}, from rows to a bundle and its measures. */
final class Training {
  private static final String PHASE = "supervised";
  private static final String TRAIN = "train";
  private static final String VALIDATION = "validation";
  private static final String TEST = "test";

  private final OutputRun run;
  private final Settings settings;
  private final Configuration hadoop;
  private final long begun = System.nanoTime();

  Training(OutputRun run) {
    this.run = run;
    this.settings = run.settings();
    this.hadoop = run.context().hadoop();
  }

  RunResult run() {
    run.context().failures().lastCheckpoint(this::newestCheckpoint);
    Optional<ModelBundle> from =
        settings.init().from().map(uri -> BundleReader.open(hadoop, uri, "init.from"));
    PreparedData data = Preparation.prepare(run, from.map(ModelBundle::preprocessing));
    Optional<ModelContinuation> continued = from.map(bundle -> continuation(bundle, data));
    NetworkConfiguration network =
        continued
            .map(ModelContinuation::network)
            .orElseGet(() -> new Networks(hadoop, settings).build(data.preprocessing()));
    continued.ifPresent(c -> run.context().notice("Continuing a model: " + c.notice() + "."));
    Evaluations evaluations = new Evaluations(run, network);
    TrainingOutcome outcome;
    try (ProgressView progress = run.context().progress()) {
      outcome = train(data, network, continued, evaluations, progress);
    }
    return save(data, network, continued, evaluations, outcome);
  }

  private ModelContinuation continuation(ModelBundle bundle, PreparedData data) {
    Networks networks = new Networks(hadoop, settings);
    Optional<NetworkConfiguration> asked =
        networks.configured()
            ? Optional.of(networks.build(data.preprocessing()))
            : Optional.empty();
    boolean optimizer = settings.init().optimizerState() == InitSettings.OptimizerState.CONTINUE;
    return ModelContinuation.of(bundle, asked, optimizer);
  }

  private TrainingOutcome train(
      PreparedData data,
      NetworkConfiguration network,
      Optional<ModelContinuation> continued,
      Evaluations evaluations,
      ProgressView progress) {
    Optional<Validator> validator =
        Optional.ofNullable(data.shards().get(VALIDATION))
            .map(rows -> parameters -> evaluations.of(VALIDATION, rows, parameters).metrics());
    TrainingRequest request =
        new TrainingRequest(
            run.context().command(),
            PHASE,
            PhasePlace.SOLE,
            run.runId(),
            run.folder(),
            run.lease(),
            new NetworkLearnerSpec(network),
            continued.map(
                c -> new TrainingRequest.Start(c.parameters(), c.optimizerState(), c.iteration())),
            data.shards().get(TRAIN),
            data.manifests().get(TRAIN),
            validator,
            settings.training(),
            settings.averaging(),
            settings.checkpoint(),
            settings.seed(),
            run.resumes(),
            settings.allowWorkersChange(),
            progress);
    return new TrainingRun(run.context().javaSpark(), request).run();
  }

  private RunResult save(
      PreparedData data,
      NetworkConfiguration network,
      Optional<ModelContinuation> continued,
      Evaluations evaluations,
      TrainingOutcome outcome) {
    List<HistoryEntry> history = History.read(run.folder());
    List<EvaluationResult> measured = new ArrayList<>();
    Map<String, Map<String, Double>> metrics = new TreeMap<>();
    if (!history.isEmpty()) {
      metrics.put(TRAIN, Map.of("loss", history.get(history.size() - 1).loss()));
    }
    for (String part : List.of(VALIDATION, TEST)) {
      ShardSet rows = data.shards().get(part);
      if (rows != null) {
        EvaluationResult result = evaluations.of(part, rows, outcome.parameters());
        measured.add(result);
        metrics.put(part, result.metrics());
      }
    }
    Provenance provenance =
        Provenance.now(
            run.context().command(),
            settings.seed(),
            settings.training().workers(),
            data.shards().get(TRAIN).manifestSha256(),
            data.counts(),
            continued.map(ModelContinuation::parentSha256).orElse(null),
            metrics,
            run.context().configuration().flat());
    TrainedModel model =
        new TrainedModel(
            network,
            outcome.parameters(),
            outcome.optimizerState(),
            outcome.iteration(),
            outcome.epochs());
    run.lease().ensureHeld();
    String sha256 =
        BundleWriter.write(
            hadoop, run.folder().model().toString(), model, data.preprocessing(), provenance);
    RunResult result = result(network, outcome, metrics, sha256);
    // the rows that nothing was chosen by are what a reader asks for first
    Collections.reverse(measured);
    NetworkSight sight =
        new NetworkSight(network, outcome.parameters(), Reports.sample(run, data.shards()));
    Reports.write(run, result, history, measured, provenance, Optional.of(sight));
    return result;
  }

  private RunResult result(
      NetworkConfiguration network,
      TrainingOutcome outcome,
      Map<String, Map<String, Double>> metrics,
      String sha256) {
    return new RunResult(
        run.context().command(),
        RunResult.FINISHED,
        metrics,
        outcome.examples(),
        outcome.epochs(),
        outcome.rounds(),
        settings.training().workers(),
        network.parameterCount(),
        outcome.trainSeconds(),
        (System.nanoTime() - begun) / 1e9,
        outcome.trainSeconds() > 0 ? outcome.examples() / outcome.trainSeconds() : 0,
        run.folder().model().toString(),
        sha256,
        settings.seed(),
        outcome.resumedFromRound().isPresent() ? outcome.resumedFromRound().getAsLong() : null);
  }

  private Optional<org.apache.hadoop.fs.Path> newestCheckpoint() {
    return NewestCheckpoint.below(hadoop, run.folder().checkpoints());
  }
}
