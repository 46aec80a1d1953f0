package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.averaging.LbfgsState;
import dev.strata.driver.checkpoint.CheckpointContent;
import dev.strata.driver.checkpoint.CheckpointStore;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.learner.FullBatchSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.optimizer.LbfgsSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.round.WorkerRound;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** L-BFGS through the averaging engine, from rows to the optimum, and across an interruption. */
class LbfgsTrainingTest {
  private static final double L2 = 0.01;

  @TempDir Path folder;

  private ShardSet shards() {
    return TestShards.clusters(
        folder.resolve("rows"), 3, Training.WIDTH, Training.CLASSES, false, 21, 13, 17, 0, 9);
  }

  /** Multinomial logistic regression: strictly convex but for the biases' common shift. */
  private static NetworkConfiguration logistic() {
    NetworkSettings settings =
        NetworkSettingsBuilder.builder(
                NetworkSettings.of(
                    List.of(LayerSettings.output()), UpdaterSettings.of("l-bfgs", 0.1)))
            .l2(L2)
            .build();
    return NetworkBuilder.build(settings, Training.WIDTH, OutputTask.classes(Training.CLASSES), 1);
  }

  private Training training(String output, ShardSet shards, NetworkConfiguration network) {
    Training training = new Training(shards, folder.resolve(output).toString());
    training.learner =
        new FullBatchSpec(new NetworkLearnerSpec(network), new LbfgsSettings(10, 1e-5));
    training.every = 1;
    training.epochs = 60;
    return training;
  }

  /** The minimum, by gradient descent in float64. */
  private static double[] optimum(ShardSet shards, NetworkConfiguration network) {
    Configuration hadoop = new Configuration();
    ShardManifest manifest = ManifestFile.read(hadoop, shards);
    EpochOrder order = EpochOrder.of(manifest, 0, 1, 1, 1);
    double[][] x;
    double[][] y;
    try (MinibatchReader reader = new MinibatchReader(hadoop, shards, manifest, DataType.FLOAT)) {
      Minibatch all = reader.read(order, 0, order.rows());
      x = all.inputs()[0].toDoubleMatrix();
      y = all.labels()[0].toDoubleMatrix();
    }
    // DL4J's order: weights column by column, then biases.
    double[] flat = doubles(((MultiLayerNetwork) network.newModel()).params());
    int biases = Training.WIDTH * Training.CLASSES;
    for (int step = 0; step < 20_000; step++) {
      double[] gradient = new double[flat.length];
      for (int row = 0; row < x.length; row++) {
        double[] p = probabilities(flat, x[row]);
        for (int c = 0; c < Training.CLASSES; c++) {
          double error = (p[c] - y[row][c]) / x.length;
          gradient[biases + c] += error;
          for (int i = 0; i < Training.WIDTH; i++) {
            gradient[c * Training.WIDTH + i] += error * x[row][i];
          }
        }
      }
      for (int i = 0; i < flat.length; i++) {
        flat[i] -= 0.5 * (gradient[i] + (i < biases ? L2 * flat[i] : 0));
      }
    }
    return flat;
  }

  private static double[] probabilities(double[] flat, double[] row) {
    double[] p = new double[Training.CLASSES];
    double sum = 0;
    for (int c = 0; c < p.length; c++) {
      double a = flat[Training.WIDTH * Training.CLASSES + c];
      for (int i = 0; i < row.length; i++) {
        a += flat[c * Training.WIDTH + i] * row[i];
      }
      p[c] = Math.exp(a);
      sum += p[c];
    }
    for (int c = 0; c < p.length; c++) {
      p[c] /= sum;
    }
    return p;
  }

  private static double[] doubles(INDArray flat) {
    return flat.reshape(-1).toDoubleVector();
  }

  @Test
  void itReachesTheOptimumOfLogisticRegressionOnOneAndThreeWorkers() {
    ShardSet shards = shards();
    double[] optimum = optimum(shards, logistic());
    for (int workers : new int[] {1, 3}) {
      Training training = training("workers-" + workers, shards, logistic());
      training.learner =
          new FullBatchSpec(new NetworkLearnerSpec(logistic()), new LbfgsSettings(10, 1e-6));
      training.workers = workers;
      training.checkpointEvery = 0;
      TrainingOutcome outcome = training.run();
      float[] found = outcome.parameters().toFloats();
      for (int i = 0; i < optimum.length; i++) {
        assertThat((double) found[i]).as("%d workers", workers).isCloseTo(optimum[i], within(2e-4));
      }
      assertThat(training.said()).contains("L-BFGS ended after round", "ignores");
      assertThat(outcome.epochs()).isLessThan(40);
      assertThat(outcome.rounds()).isEqualTo(outcome.epochs());
      assertThat(outcome.optimizerState().length()).isZero();
      assertThat(outcome.stoppedEarly()).isTrue();
    }
  }

  /** Minibatches are only parts of the sum. */
  @Test
  void neitherMinibatchesNorWorkersMatterButForRounding() {
    ShardSet shards = shards();
    NetworkConfiguration network = TestNetworks.plain(Training.WIDTH, Training.CLASSES, new Sgd(1));
    float[] expected = null;
    for (int[] cut : new int[][] {{1, 60}, {1, 7}, {2, 4}, {4, 5}}) {
      Training training = training("cut-" + cut[0] + "-" + cut[1], shards, network);
      training.workers = cut[0];
      training.batch = cut[1];
      training.epochs = 8;
      training.checkpointEvery = 0;
      float[] found = training.run().parameters().toFloats();
      if (expected == null) {
        expected = found;
      }
      assertThat(found).containsExactly(expected, within(1e-3f));
    }
  }

  private static final class Killed extends RuntimeException {}

  private static Validator killAt(int call) {
    AtomicInteger calls = new AtomicInteger();
    return parameters -> {
      if (calls.incrementAndGet() == call) {
        throw new Killed();
      }
      return Map.of("loss", 1.0);
    };
  }

  @Test
  void aKilledRunGoesOnToTheSameBytesWhereverItIsKilled() {
    ShardSet shards = shards();
    NetworkConfiguration network = TestNetworks.plain(Training.WIDTH, Training.CLASSES, new Sgd(1));
    Training whole = training("whole", shards, network);
    whole.epochs = 10;
    float[] expected = whole.run().parameters().toFloats();
    for (int at : new int[] {2, 7}) {
      Training killed = training("killed-" + at, shards, network);
      killed.epochs = 10;
      killed.validator = Optional.of(killAt(at));
      assertThatThrownBy(killed::run).isInstanceOf(Killed.class);
      WorkerRound.releaseAll();
      Training again = training("killed-" + at, shards, network);
      again.epochs = 10;
      again.resume = true;
      assertThat(again.run().parameters().toFloats()).isEqualTo(expected);
      assertThat(again.said()).contains("Resuming after round " + (at - 1));
    }
  }

  @Test
  void aFinishedRunGoesOnWithMoreEpochsUnlessItHadEnded() {
    ShardSet shards = shards();
    Training longer = training("longer", shards, logistic());
    TrainingOutcome ended = longer.run();
    Training run = training("run", shards, logistic());
    run.epochs = 5;
    run.run();
    run.resume = true;
    run.epochs = 60;
    assertThat(run.run().parameters().toFloats()).isEqualTo(ended.parameters().toFloats());
    run.epochs = 70;
    TrainingOutcome same = run.run();
    assertThat(same.parameters().toFloats()).isEqualTo(ended.parameters().toFloats());
    assertThat(same.rounds()).isEqualTo(ended.rounds());
  }

  @Test
  void theCheckpointOfAnotherOptimizerIsRefused() {
    ShardSet shards = shards();
    Training lbfgs = training("run", shards, logistic());
    lbfgs.epochs = 4;
    lbfgs.run();
    Training sgd = training("run", shards, logistic());
    sgd.learner = new NetworkLearnerSpec(logistic());
    sgd.epochs = 6;
    sgd.resume = true;
    assertThatThrownBy(sgd::run)
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll("another optimizer", "a state of l-bfgs");
  }

  @Test
  void damagedStatesOfTheLineSearchAreNotResumed() {
    ShardSet shards = shards();
    Training training = training("run", shards, logistic());
    training.epochs = 6;
    training.run();
    CheckpointStore store =
        new CheckpointStore(
            new Configuration(),
            new org.apache.hadoop.fs.Path(training.output + "/checkpoints"),
            2,
            line -> {});
    RunState state = store.newest(RunState::fromCheckpoint).orElseThrow();
    CheckpointContent content = state.toCheckpoint();
    assertThat(content.arrays()).containsKeys("l-bfgs-steps", "l-bfgs-changes");
    SortedMap<String, byte[][]> arrays = new TreeMap<>(content.arrays());
    arrays.put("l-bfgs-steps", new byte[][] {new byte[8]});
    CheckpointContent damaged = new CheckpointContent(6, content.stateJson(), arrays);
    assertThatThrownBy(() -> RunState.fromCheckpoint(damaged))
        .hasMessageContainingAll("l-bfgs-steps.bin", "a multiple of 21");
    LbfgsState search =
        RunState.fromCheckpoint(state.toCheckpoint()).training().lbfgs().orElseThrow();
    assertThat(search.steps()).hasSameSizeAs(state.training().lbfgs().orElseThrow().steps());
    String below = content.stateJson().replaceFirst("\"low\" : [^,]*,", "\"low\" : -1.0,");
    CheckpointContent negative = new CheckpointContent(6, below, content.arrays());
    assertThatThrownBy(() -> RunState.fromCheckpoint(negative)).hasMessageContaining("lineSearch");
  }

  @Test
  void networksWhoseLossChangesAreRefused() {
    Training training =
        training(
            "run",
            shards(),
            TestNetworks.dropoutAndBatchNorm(Training.WIDTH, Training.CLASSES, new Adam(0.1)));
    assertThatThrownBy(training::run)
        .isInstanceOf(StrataException.class)
        .hasMessageContainingAll("l-bfgs cannot train this network", "dropout");
    training.learner =
        new FullBatchSpec(
            new NetworkLearnerSpec(
                TestNetworks.graph(Training.WIDTH, Training.CLASSES, new Adam(0.1))),
            LbfgsSettings.DEFAULT);
    assertThatThrownBy(training::run).hasMessageContaining("batch normalization");
  }
}
