package dev.strata.driver.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.DefaultSettings;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.json.Json;
import dev.strata.executor.metric.RowWeights;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.evaluation.classification.ROCMultiClass;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

class EvaluatorReferenceTest {
  private static final int WIDTH = 6;
  private static final int CLASSES = 3;

  @TempDir Path folder;

  private final NetworkConfiguration network =
      TestNetworks.dropoutAndBatchNorm(WIDTH, CLASSES, new Sgd(0.1));

  private EvaluationResult evaluate(
      StateVector parameters, ShardSet rows, int batch, int rocSteps, int tasks) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    return new Evaluator(spark)
        .evaluate(
            network, parameters, rows, DefaultSettings.evaluation("train", batch, rocSteps), tasks);
  }

  @ParameterizedTest(name = "{0} thresholds")
  @ValueSource(ints = {0, 100})
  void measuresAsDl4jDoesOnOneMachine(int rocSteps) {
    ShardSet rows = TestShards.clusters(folder, 7, WIDTH, CLASSES, false, 40, 0, 25, 31);
    MultiLayerNetwork model = (MultiLayerNetwork) network.newModel();
    EvaluationResult found = evaluate(StateVector.of(model.params()), rows, 16, rocSteps, 2);

    DataSet all = all(rows, 96);
    INDArray output = model.output(all.getFeatures());
    Evaluation evaluation = new Evaluation(CLASSES);
    evaluation.eval(all.getLabels(), output);
    ROCMultiClass roc = new ROCMultiClass(0);
    roc.eval(all.getLabels(), output);
    assertThat(found.rows()).isEqualTo(96);
    assertThat(found.metrics().get("accuracy")).isCloseTo(evaluation.accuracy(), within(1e-12));
    assertThat(found.metrics().get("precision")).isCloseTo(evaluation.precision(), within(1e-12));
    assertThat(found.metrics().get("recall")).isCloseTo(evaluation.recall(), within(1e-12));
    assertThat(found.metrics().get("f1")).isCloseTo(evaluation.f1(), within(1e-12));
    double loss = model.scoreExamples(all, false).meanNumber().doubleValue();
    assertThat(found.metrics().get("loss")).isCloseTo(loss, within(1e-6));
    for (int c = 0; c < CLASSES; c++) {
      assertThat(found.classes().get(c).rocAuc().orElseThrow())
          .isCloseTo(roc.calculateAUC(c), within(1e-9));
      assertThat(found.classes().get(c).recall()).isCloseTo(evaluation.recall(c), within(1e-12));
      for (int p = 0; p < CLASSES; p++) {
        assertThat(found.confusion().orElseThrow().counts().get(c).get(p))
            .isEqualTo(evaluation.getConfusion().getCount(c, p));
      }
    }
  }

  @Test
  void theNumberOfTasksChangesNoBit() {
    ShardSet rows = TestShards.clusters(folder, 8, WIDTH, CLASSES, true, 17, 9, 0, 14, 11, 12, 3);
    StateVector parameters = StateVector.of(network.newModel().params());
    String one = Json.line(evaluate(parameters, rows, 8, 50, 1));
    for (int tasks : new int[] {2, 3, 7, 20}) {
      assertThat(Json.line(evaluate(parameters, rows, 8, 50, tasks))).isEqualTo(one);
    }
  }

  @Test
  void weightsWeighTheLoss() {
    ShardSet rows = TestShards.clusters(folder, 9, WIDTH, CLASSES, true, 17, 9);
    MultiLayerNetwork model = (MultiLayerNetwork) network.newModel();
    DataSet all = all(rows, 26);
    INDArray losses = model.scoreExamples(new DataSet(all.getFeatures(), all.getLabels()), false);
    INDArray weights = all.getLabelsMaskArray();
    double expected =
        losses.reshape(26).mul(weights.reshape(26)).sumNumber().doubleValue()
            / weights.sumNumber().doubleValue();
    EvaluationResult found = evaluate(StateVector.of(model.params()), rows, 26, 10, 2);
    assertThat(found.metrics().get("loss")).isCloseTo(expected, within(1e-6));
  }

  @Test
  void weightsWeighTheMetrics() {
    ShardSet rows = TestShards.clusters(folder, 9, WIDTH, CLASSES, true, 17, 9);
    MultiLayerNetwork model = (MultiLayerNetwork) network.newModel();
    DataSet all = all(rows, 26);
    int[] actual = all.getLabels().argMax(1).toIntVector();
    int[] found = model.output(all.getFeatures()).argMax(1).toIntVector();
    float[] weights = all.getLabelsMaskArray().reshape(26).toFloatVector();
    List<Double> factors = List.of(0.5, 4.0, 1.0);
    double[] right = new double[3];
    double[] sum = new double[3];
    for (int row = 0; row < 26; row++) {
      double[] counted = {weights[row], 1, weights[row] / factors.get(actual[row])};
      for (int rule = 0; rule < 3; rule++) {
        sum[rule] += counted[rule];
        right[rule] += actual[row] == found[row] ? counted[rule] : 0;
      }
    }
    List<RowWeights> rules =
        List.of(RowWeights.STORED, new RowWeights(false, factors), new RowWeights(true, factors));
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    EvaluationSettings settings = DefaultSettings.evaluation("train", 5, 10);
    for (int rule = 0; rule < 3; rule++) {
      EvaluationResult result =
          new Evaluator(spark)
              .evaluate(
                  network, StateVector.of(model.params()), rows, settings, rules.get(rule), 2);
      assertThat(result.metrics().get("accuracy")).isCloseTo(right[rule] / sum[rule], within(1e-6));
      assertThat(result.confusion().orElseThrow().counts().stream().flatMap(List::stream))
          .as("rows are counted without weights")
          .satisfies(counts -> assertThat(counts.stream().mapToLong(c -> c).sum()).isEqualTo(26));
    }
  }

  private static DataSet all(ShardSet rows, int count) {
    Configuration hadoop = new Configuration();
    ShardManifest manifest = ManifestFile.read(hadoop, rows);
    int[] blocks = manifest.blocks().stream().mapToInt(b -> b.index()).toArray();
    try (MinibatchReader reader = new MinibatchReader(hadoop, rows, manifest, DataType.FLOAT)) {
      Minibatch all = reader.read(EpochOrder.sequential(manifest, blocks), 0, count);
      return new DataSet(
          all.inputs()[0].dup(),
          all.labels()[0].dup(),
          null,
          all.weights().map(INDArray::dup).orElse(null));
    }
  }
}
