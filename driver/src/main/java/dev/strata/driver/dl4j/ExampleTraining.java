package dev.strata.driver.dl4j;

import dev.strata.driver.averaging.AveragingPhase;
import dev.strata.driver.averaging.AveragingPhaseBuilder;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingTrainer;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.averaging.RoundOutcome;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.averaging.TrainingStateBuilder;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.NotFinite;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerState;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaSparkContext;

/** One epoch of parameter averaging on exported examples, of a network object of DL4J. */
public final class ExampleTraining {
  /** A part of every seed. */
  private static final String NAME = "dl4j";

  /** Blocks whose rows are shuffled together. */
  private static final int SHUFFLE_WINDOW = 4;

  /** As {@code averaging.driver-limit}. */
  private static final long DRIVER_LIMIT = 4L << 30;

  private final JavaSparkContext spark;
  private final Settings settings;

  public ExampleTraining(JavaSparkContext spark, Settings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /**
   * How to train.
   *
   * @param workers N, at least 1
   * @param batch examples of a minibatch of a worker, at least 1
   * @param every minibatches of a worker between two averagings, at least 1
   * @param seed of the order of the examples and of what the network draws; empty: the network's
   */
  public record Settings(int workers, int batch, int every, OptionalLong seed) {}

  /**
   * Trains one epoch. The network's counters say which one it is.
   *
   * @param watcher called after each round, when the network has the averaged state; false ends the
   *     epoch
   * @return mean loss of the last round
   * @throws StrataException (diverged) where a parameter is no longer a finite number
   */
  double epoch(TrainedNetwork network, ShardSet shards, BooleanSupplier watcher) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), shards);
    ParameterLayout layout = network.layout();
    AveragingPhase phase =
        AveragingPhaseBuilder.builder()
            .name(NAME)
            .title("fit")
            .learner(network.spec())
            .layout(layout)
            .shards(shards)
            .plan(EpochPlan.of(manifest, settings.workers(), settings.batch(), settings.every()))
            .shuffleWindow(SHUFFLE_WINDOW)
            .epochs(network.epoch() + 1)
            .seed(settings.seed().orElse(network.seed()))
            .build();
    AveragingSettings averaging =
        new AveragingSettings(
            settings.every(), OptimizerState.AVERAGE, DRIVER_LIMIT, OuterSettings.NONE);
    double[] loss = {0};
    new AveragingTrainer(spark, averaging)
        .train(
            phase,
            start(network),
            (state, outcome, epochEnded) -> {
              refuse(network, layout, state, outcome);
              loss[0] = outcome.loss();
              network.take(
                  state.parameters(), state.optimizerState(), state.iteration(), outcome.loss());
              return watcher.getAsBoolean();
            });
    return loss[0];
  }

  private TrainingState start(TrainedNetwork network) {
    StateVector parameters = network.parameters();
    return TrainingStateBuilder.builder()
        .epoch(network.epoch())
        .roundInEpoch(0)
        .round(0)
        .iteration(network.iteration())
        .examples(0)
        .parameters(parameters)
        .model(parameters)
        .velocity(StateVector.zeros(0))
        .optimizerState(network.optimizerState())
        .workers(Collections.nCopies(settings.workers(), WorkerState.NONE))
        .build();
  }

  private static void refuse(
      TrainedNetwork network, ParameterLayout layout, TrainingState now, RoundOutcome outcome) {
    OptionalLong at = NotFinite.first(now.parameters(), layout);
    if (at.isPresent() || !Double.isFinite(outcome.loss())) {
      String where =
          at.isPresent()
              ? network.nameOf(at.getAsLong()) + ": " + now.parameters().get(at.getAsLong())
              : "loss " + outcome.loss();
      throw StrataException.diverged("training diverged in round " + now.round() + " of the fit")
          .found(where)
          .expected("finite numbers; lower the learning rate, or check the examples")
          .build();
    }
  }
}
