package dev.strata.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.strata.driver.averaging.PolyakSettings;
import dev.strata.driver.averaging.PolyakSettings.Type;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;

/** The average of the parameters over rounds: its equation, resume, running statistics. */
class PolyakAverageTest {
  @TempDir Path folder;
  private ShardSet shards;

  @BeforeEach
  void rows() {
    shards =
        TestShards.clusters(
            folder.resolve("shards"), 3, Training.WIDTH, Training.CLASSES, false, 21, 13, 17, 12);
  }

  private Training training(String name, NetworkConfiguration network, PolyakSettings polyak) {
    Training training = new Training(shards, folder.resolve(name).toUri().toString());
    training.learner = new NetworkLearnerSpec(network);
    training.polyak = polyak;
    training.validationEvery = 1;
    training.checkpointEvery = 0;
    training.epochs = 2;
    return training;
  }

  private static NetworkConfiguration plain() {
    return TestNetworks.plain(Training.WIDTH, Training.CLASSES, new Adam(0.05));
  }

  /** What is validated after each round. */
  private static List<float[]> validated(Training training) {
    List<float[]> all = new ArrayList<>();
    training.validator =
        Optional.of(
            parameters -> {
              all.add(parameters.toFloats());
              return Map.of("loss", 1.0);
            });
    training.run();
    return all;
  }

  @ParameterizedTest
  @EnumSource(
      value = Type.class,
      names = {"EXPONENTIAL", "UNIFORM"})
  void theAverageIsThatOfItsEquation(Type type) {
    PolyakSettings polyak = new PolyakSettings(type, 0.75, 1);
    List<float[]> rounds = validated(training("rounds", plain(), PolyakSettings.NONE));
    Training training = training("average", plain(), polyak);
    List<float[]> found = validated(training);
    int perEpoch = rounds.size() / training.epochs;
    double[] average = null;
    int count = 0;
    for (int round = 0; round < rounds.size(); round++) {
      float[] m = rounds.get(round);
      if (round >= perEpoch) {
        count++;
        average = average == null ? doubles(m) : average;
        for (int i = 0; i < m.length; i++) {
          double share = type == Type.UNIFORM ? 1.0 / count : 0.25;
          average[i] = (1 - share) * average[i] + share * m[i];
        }
      }
      double[] expected = round < perEpoch ? doubles(m) : average;
      for (int i = 0; i < m.length; i++) {
        assertThat((double) found.get(round)[i]).isEqualTo(expected[i], offset(1e-6));
      }
    }
    assertThat(found.get(rounds.size() - 1)).isNotEqualTo(rounds.get(rounds.size() - 1));
  }

  private static double[] doubles(float[] values) {
    double[] all = new double[values.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i];
    }
    return all;
  }

  @ParameterizedTest
  @EnumSource(
      value = Type.class,
      names = {"EXPONENTIAL", "UNIFORM"})
  void aResumedRunHasTheSameAverage(Type type) {
    PolyakSettings polyak = new PolyakSettings(type, 0.9, 0);
    NetworkConfiguration network =
        TestNetworks.dropoutAndBatchNorm(Training.WIDTH, Training.CLASSES, new Adam(0.01));
    Training whole = training("whole", network, polyak);
    whole.validator = Optional.of(parameters -> Map.of("loss", 1.0));
    TrainingOutcome expected = whole.run();
    Training killed = training("killed", network, polyak);
    killed.checkpointEvery = 1;
    AtomicInteger calls = new AtomicInteger();
    killed.validator =
        Optional.of(
            parameters -> {
              if (calls.incrementAndGet() == 6) {
                throw new IllegalStateException("killed");
              }
              return Map.of("loss", 1.0);
            });
    assertThatThrownBy(killed::run).hasMessage("killed");
    Training again = training("killed", network, polyak);
    again.validator = whole.validator;
    again.resume = true;
    TrainingOutcome resumed = again.run();
    assertThat(resumed.resumedFromRound()).hasValue(5);
    assertThat(resumed.parameters().toFloats()).isEqualTo(expected.parameters().toFloats());
  }

  /** One minibatch of all rows, so that the statistics are those of the rows themselves. */
  @Test
  void theAverageHasRunningStatisticsOfItsOwn() {
    NetworkConfiguration network =
        TestNetworks.graph(Training.WIDTH, Training.CLASSES, new Adam(0.05));
    Training training = training("norm", network, new PolyakSettings(Type.UNIFORM, 0.9, 0));
    training.workers = 1;
    training.batch = 63;
    training.epochs = 8;
    training.validationEvery = 0;
    TrainingOutcome outcome = training.run();

    ComputationGraph model = (ComputationGraph) network.newModel(outcome.parameters().toFloats());
    Map<String, INDArray> outputs = model.feedForward(new INDArray[] {allRows()}, false);
    double[] means = outputs.get("hidden").mean(0).toDoubleVector();
    ParameterLayout layout = layout(network);
    PooledStatistics statistics = layout.statistics().get(0);
    Training last = training("last", network, PolyakSettings.NONE);
    last.workers = 1;
    last.batch = 63;
    last.epochs = 8;
    last.validationEvery = 0;
    TrainingOutcome plain = last.run();
    double far = 0;
    for (int i = 0; i < means.length; i++) {
      double own = outcome.parameters().get(statistics.mean() + i);
      assertThat(own).isEqualTo(means[i], offset(0.01));
      far = Math.max(far, Math.abs(plain.parameters().get(statistics.mean() + i) - means[i]));
    }
    assertThat(far).as("the last round's statistics are others").isGreaterThan(0.05);
  }

  /** Rounds of one minibatch: the statistics are of the rows of more than the first. */
  @Test
  void theStatisticsAreOfAllRows() {
    NetworkConfiguration network =
        TestNetworks.graph(Training.WIDTH, Training.CLASSES, new Adam(0.05));
    Training training = training("short", network, new PolyakSettings(Type.UNIFORM, 0.9, 0));
    training.workers = 1;
    training.every = 1;
    training.batch = 7;
    training.epochs = 3;
    training.validationEvery = 0;
    StateVector parameters = training.run().parameters();
    ComputationGraph model = (ComputationGraph) network.newModel(parameters.toFloats());
    INDArray hidden = model.feedForward(new INDArray[] {allRows()}, false).get("hidden");
    PooledStatistics statistics = layout(network).statistics().get(0);
    double distance = 0;
    double ofOne = 0;
    for (int i = 0; i < hidden.size(1); i++) {
      INDArray values = hidden.getColumn(i);
      double mean = values.meanNumber().doubleValue();
      distance += Math.pow(parameters.get(statistics.mean() + i) - mean, 2);
      // Variance of the mean of seven rows.
      ofOne += Math.pow(values.stdNumber().doubleValue(), 2) / 7;
    }
    assertThat(distance).isLessThan(ofOne / 3);
  }

  private INDArray allRows() {
    var hadoop = training("any", plain(), PolyakSettings.NONE).spark().hadoopConfiguration();
    ShardManifest manifest = ManifestFile.read(hadoop, shards);
    try (MinibatchReader reader = new MinibatchReader(hadoop, shards, manifest, DataType.FLOAT)) {
      int rows = (int) manifest.rows();
      return reader.read(EpochOrder.sequential(manifest, 0, 1, 2, 3), 0, rows).inputs()[0].dup();
    }
  }

  private static ParameterLayout layout(NetworkConfiguration network) {
    try (Learner learner = new NetworkLearnerSpec(network).create()) {
      return learner.layout();
    }
  }

  @Test
  void withBatchNormalizationItNeedsALearningRate() {
    Training training =
        training(
            "adadelta",
            TestNetworks.graph(Training.WIDTH, Training.CLASSES, new AdaDelta()),
            new PolyakSettings(Type.UNIFORM, 0.9, 0));
    assertThatThrownBy(training::run)
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("averaging.polyak with batch normalization needs an updater");
  }
}
