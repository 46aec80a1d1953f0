package dev.strata.jobs;

import dev.strata.driver.checkpoint.NewestCheckpoint;
import dev.strata.driver.data.PreparedData;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelContinuation;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.vectors.PretrainedVectors;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.jobs.config.InitSettings;
import dev.strata.jobs.config.Settings;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** The work of {@code strata train}, from rows to a bundle and its measures. */
final class Training {
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
    run.context()
        .failures()
        .lastCheckpoint(() -> NewestCheckpoint.below(hadoop, run.folder().checkpoints()));
    Optional<ModelBundle> from = settings.init().from().map(uri -> run.model(uri, "init.from"));
    if (from.isEmpty()) {
      PretrainedVectors.check(hadoop, settings.network());
    }
    PreparedData data = Preparation.prepare(run, from.map(ModelBundle::preprocessing));
    Optional<ModelContinuation> continued = from.map(bundle -> continuation(bundle, data));
    NetworkConfiguration network =
        continued
            .map(ModelContinuation::network)
            .orElseGet(() -> new Networks(hadoop, settings).build(data.preprocessing()));
    continued.ifPresent(c -> run.context().notice("Continuing a model: " + c.notice() + "."));
    WordVectors vectors =
        continued.isPresent()
            ? new WordVectors(Optional.empty(), Map.of())
            : WordVectors.of(run, network, data.preprocessing());
    Optional<TrainingRequest.Start> start =
        continued
            .map(c -> new TrainingRequest.Start(c.parameters(), c.optimizerState(), c.iteration()))
            .or(vectors::start);
    TrainingOutcome outcome = SupervisedPhase.train(run, network, start, data);
    TrainedModel model =
        new TrainedModel(
            network,
            outcome.parameters(),
            outcome.optimizerState(),
            outcome.iteration(),
            outcome.epochs());
    Optional<String> parent = continued.map(ModelContinuation::parentSha256);
    return new TrainedRun(run, begun, Map.of(), vectors.measures())
        .save(data, model, parent, outcome);
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
}
