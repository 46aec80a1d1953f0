package dev.strata.driver.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.DefaultSettings;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.json.Json;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.classification.ROC;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class EvaluatorTest {
  private static final int WIDTH = 8;
  private static final int[] BLOCKS = {70, 0, 33, 64, 1, 90, 12};

  @TempDir Path folder;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  @Test
  void twoClassesAreJudgedByTheSecond() {
    ShardSet set = TestShards.clusters(folder, 2, WIDTH, 2, false, 100, 80);
    MultiLayerNetwork network = trained(set, 2);
    EvaluationResult result = evaluate(network, set, DefaultSettings.evaluation("test", 64, 0), 2);
    DataSet rows = allRows(set);
    INDArray output = network.output(rows.getFeatures(), false);
    ROC exact = new ROC(0);
    exact.eval(rows.getLabels(), output);
    Evaluation expected = new Evaluation(2);
    expected.eval(rows.getLabels(), output);
    assertThat(metric(result, "roc-auc")).isCloseTo(exact.calculateAUC(), within(1e-9));
    assertThat(metric(result, "precision")).isEqualTo(expected.precision(1));
    assertThat(result.curves()).extracting(EvaluationResult.Curve::name).containsOnly("class-1");
  }

  @Test
  void theNumberOfTasksChangesNoBitOfExactCurvesEither() {
    ShardSet set = TestShards.clusters(folder, 3, WIDTH, 3, true, BLOCKS);
    MultiLayerNetwork network = trained(set, 3);
    for (int steps : new int[] {0, 50}) {
      EvaluationSettings settings = DefaultSettings.evaluation("test", 32, steps);
      EvaluationResult one = evaluate(network, set, settings, 1);
      assertThat(evaluate(network, set, settings, 2)).isEqualTo(one);
      assertThat(evaluate(network, set, settings, 100)).isEqualTo(one);
    }
  }

  @Test
  void whatRowsDoNotDefineIsAbsent() {
    // One row: of all classes but its own there are no rows.
    ShardSet set = TestShards.clusters(folder, 5, WIDTH, 3, false, 1);
    EvaluationResult result = evaluate(network(3), set, DefaultSettings.evaluation("test"), 2);
    assertThat(result.metric("roc-auc")).isEmpty();
    assertThat(result.classes()).allMatch(c -> c.rocAuc().isEmpty());
    assertThat(result.metrics().values()).allMatch(Double::isFinite);
    assertThat(Json.read(Json.pretty(result), EvaluationResult.class, "memory")).isEqualTo(result);
  }

  @Test
  void refusesAPartWithoutRows() {
    ShardSet set = TestShards.clusters(folder, 6, WIDTH, 3, false, 0, 0);
    assertThatThrownBy(() -> evaluate(network(3), set, DefaultSettings.evaluation("test"), 2))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("no rows");
  }

  @Test
  void aDamagedBlockIsNamed() throws Exception {
    ShardSet set = TestShards.clusters(folder, 7, WIDTH, 3, false, 20, 20);
    Path block;
    try (var files = Files.walk(folder)) {
      block = files.filter(f -> f.toString().endsWith(".npy")).sorted().findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(block);
    bytes[bytes.length - 1] ^= 1;
    Files.write(block, bytes);
    assertThatThrownBy(() -> evaluate(network(3), set, DefaultSettings.evaluation("test"), 2))
        .satisfies(
            thrown ->
                assertThat(StrataException.in(thrown).orElseThrow().file().orElseThrow())
                    .contains(block.getFileName().toString()));
  }

  @Test
  void anOutputThatIsNotFiniteIsDivergence() {
    ShardSet set = TestShards.clusters(folder, 8, WIDTH, 3, false, 20, 20);
    for (float broken : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      MultiLayerNetwork network = network(3);
      network.params().putScalar(network.numParams() - 1, broken);
      assertThatThrownBy(() -> evaluate(network, set, DefaultSettings.evaluation("test"), 2))
          .satisfies(
              thrown ->
                  assertThat(StrataException.in(thrown).orElseThrow().kind())
                      .isEqualTo(FailureKind.DIVERGED));
    }
  }

  @Test
  void thePositiveClassIsNamed() {
    ShardSet set = TestShards.clusters(folder, 9, WIDTH, 2, false, 100, 80);
    MultiLayerNetwork network = network(2);
    EvaluationSettings first = new EvaluationSettings("test", 64, 0, Optional.of("class-0"), 5, 15);
    EvaluationResult named = evaluate(network, set, first, 2);
    EvaluationResult second = evaluate(network, set, DefaultSettings.evaluation("test"), 2);
    assertThat(named.positive().orElseThrow().name()).isEqualTo("class-0");
    assertThat(second.positive().orElseThrow().name()).isEqualTo("class-1");
    assertThat(metric(named, "recall")).isEqualTo(second.classes().get(0).recall());
    assertThat(metric(named, "recall")).isNotEqualTo(metric(second, "recall"));
    assertThat(Json.read(Json.pretty(named), EvaluationResult.class, "memory")).isEqualTo(named);
    EvaluationSettings unknown =
        new EvaluationSettings("test", 64, 0, Optional.of("class-2"), 5, 15);
    assertThatThrownBy(() -> evaluate(network, set, unknown, 2))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("evaluation.positive-class")
        .hasMessageContaining("class-0, class-1");
  }

  private static double metric(EvaluationResult result, String name) {
    return result.metric(name).orElseThrow();
  }

  private static EvaluationResult evaluate(
      MultiLayerNetwork network, ShardSet set, EvaluationSettings settings, int tasks) {
    return new Evaluator(JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext()))
        .evaluate(
            NetworkConfiguration.of(network),
            StateVector.of(network.params()),
            set,
            settings,
            tasks);
  }

  private static MultiLayerNetwork network(int classes) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(11)
                .updater(new Sgd(0.3))
                .list()
                .layer(
                    new DenseLayer.Builder().nIn(WIDTH).nOut(6).activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(6)
                        .nOut(classes)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return network;
  }

  /** A few steps, so that it is neither perfect nor blind. */
  private static MultiLayerNetwork trained(ShardSet set, int classes) {
    MultiLayerNetwork network = network(classes);
    DataSet rows = allRows(set);
    for (int step = 0; step < 30; step++) {
      network.fit(rows);
    }
    return network;
  }

  private static DataSet allRows(ShardSet set) {
    ShardManifest manifest = ManifestFile.read(new Configuration(), set);
    int[] blocks = IntStream.range(0, manifest.blocks().size()).toArray();
    try (MinibatchReader reader =
        new MinibatchReader(new Configuration(), set, manifest, DataType.FLOAT)) {
      Minibatch all =
          reader.read(EpochOrder.sequential(manifest, blocks), 0, (int) manifest.rows());
      return new DataSet(all.inputs()[0].dup(), all.labels()[0].dup());
    }
  }
}
