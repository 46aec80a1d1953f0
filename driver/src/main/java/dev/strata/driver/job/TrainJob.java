package dev.strata.driver.job;

import dev.strata.driver.checkpoint.NewestCheckpoint;
import dev.strata.driver.configuration.InitSettings;
import dev.strata.driver.configuration.Need;
import dev.strata.driver.configuration.ResolvedConfiguration;
import dev.strata.driver.configuration.Settings;
import dev.strata.driver.models.ModelBundle;
import dev.strata.driver.models.ModelContinuation;
import dev.strata.driver.models.TrainedModel;
import dev.strata.driver.preparation.PreparedData;
import dev.strata.driver.run.RunResult;
import dev.strata.driver.training.TrainingOutcome;
import dev.strata.driver.training.TrainingRequest;
import dev.strata.driver.wordvectors.PretrainedVectors;
import dev.strata.executor.network.NetworkConfiguration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/** Supervised training, from any source of rows to a saved model. */
public final class TrainJob implements RunJob {
  private static final RepeatPolicy REPETITION =
      RepeatPolicy.training(TrainJob::reads, settings -> RepeatPolicy.Longer.GOES_ON);

  @Override
  public String name() {
    return "train";
  }

  @Override
  public Set<Need> needs(ResolvedConfiguration configuration) {
    return EnumSet.of(Need.OUTPUT, Need.DATA, Need.LABEL, Need.NETWORK);
  }

  private static void reads(JobInputs inputs) {
    inputs.data().network().model("init.from", inputs.settings().init().from());
  }

  @Override
  public RepeatPolicy policy(JobContext context) {
    return REPETITION;
  }

  @Override
  public RunResult work(ManagedRun run) {
    return new Training(run).run();
  }

  private static final class Training {
    private final ManagedRun run;
    private final Settings settings;
    private final Configuration hadoop;
    private final long begun = System.nanoTime();

    Training(ManagedRun run) {
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
      PreparedData data = JobData.prepare(run, from.map(ModelBundle::preprocessing));
      Optional<ModelContinuation> continued = from.map(bundle -> continuation(bundle, data));
      NetworkConfiguration network =
          continued
              .map(ModelContinuation::network)
              .orElseGet(() -> new NetworkFactory(hadoop, settings).build(data.preprocessing()));
      continued.ifPresent(c -> run.context().notice("Continuing a model: " + c.notice() + "."));
      InitialWordVectors vectors =
          continued.isPresent()
              ? new InitialWordVectors(Optional.empty(), Map.of())
              : InitialWordVectors.of(run, network, data.preprocessing());
      Optional<TrainingRequest.Start> start =
          continued
              .map(
                  c -> new TrainingRequest.Start(c.parameters(), c.optimizerState(), c.iteration()))
              .or(vectors::start);
      if (continued.isEmpty() && !begun()) {
        start = UnitVarianceStart.of(run, network, start, data);
      }
      Optional<String> parent = continued.map(ModelContinuation::parentSha256);
      TrainingOutcome outcome =
          SupervisedPhase.train(
              run, network, start, data, RunSnapshots.of(run, network, data, parent));
      TrainedModel model =
          new TrainedModel(
              network,
              outcome.parameters(),
              outcome.optimizerState(),
              outcome.iteration(),
              outcome.epochs());
      Optional<String> fewSteps =
          continued.isPresent() ? Optional.empty() : SupervisedPhase.fewSteps(settings, data, 1);
      return new RunFinalizer(run, begun, Map.of(), vectors.measures(), fewSteps)
          .save(data, model, parent, outcome);
    }

    /** Whether a checkpoint holds the parameters. */
    private boolean begun() {
      return run.resumes()
          && NewestCheckpoint.below(hadoop, run.folder().checkpoints()).isPresent();
    }

    private ModelContinuation continuation(ModelBundle bundle, PreparedData data) {
      NetworkFactory networks = new NetworkFactory(hadoop, settings);
      Optional<NetworkConfiguration> asked =
          networks.configured()
              ? Optional.of(networks.build(data.preprocessing()))
              : Optional.empty();
      return ModelContinuation.of(bundle, asked, freshOptimizer());
    }

    /** Why the optimizer does not continue that of the model. */
    private Optional<String> freshOptimizer() {
      if (settings.network().updater().isFullBatch()) {
        return Optional.of("l-bfgs takes no other optimizer's state");
      }
      return settings.init().optimizerState() == InitSettings.OptimizerState.CONTINUE
          ? Optional.empty()
          : Optional.of("init.optimizer-state = zero");
    }
  }
}
