package dev.strata.driver.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.DefaultSettings;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.inference.Predictor;
import dev.strata.executor.metric.RowWeights;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ColumnSpec;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Logistic regression whose weights differ from column to column. */
class PermutationImportanceTest {
  private static final double[] WEIGHTS = {-0.1, 1.4, -0.35, 0.6, -1.1, 0.9, -0.2, 0.5};
  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  /** One column a number, but the last one of two. */
  private ShardSet rows() {
    ShardSet set = TestShards.clusters(folder, 4, WEIGHTS.length, 2, true, 500, 0, 300);
    ShardManifest manifest = ManifestFile.read(HADOOP, set);
    List<ColumnSpec> columns = new ArrayList<>();
    for (int i = 0; i < WEIGHTS.length - 1; i++) {
      boolean last = i == WEIGHTS.length - 2;
      columns.add(new ColumnSpec("c" + i, "input-0", i, last ? 2 : 1, last ? "vector" : "numeric"));
    }
    return ManifestFile.write(
        HADOOP,
        new org.apache.hadoop.fs.Path(folder.toUri()),
        new ShardManifest(
            manifest.formatVersion(),
            manifest.split(),
            manifest.rows(),
            manifest.arrays(),
            columns,
            manifest.classes(),
            manifest.blocks(),
            manifest.counts()));
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(WEIGHTS.length)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    INDArray weights = network.getParam("0_W");
    for (int i = 0; i < WEIGHTS.length; i++) {
      weights.putScalar(i, 0, -WEIGHTS[i]);
      weights.putScalar(i, 1, WEIGHTS[i]);
    }
    return network;
  }

  private static PermutationImportance importance(ShardSet set) {
    return new PermutationImportance(
        spark(),
        Predictor.of(NetworkConfiguration.of(network())),
        List.of(StateVector.of(network().params())),
        set,
        DefaultSettings.evaluation("test", 64, 1000),
        RowWeights.STORED);
  }

  private static EvaluationResult before(ShardSet set) {
    return new Evaluator(spark())
        .evaluate(
            NetworkConfiguration.of(network()),
            StateVector.of(network().params()),
            set,
            DefaultSettings.evaluation("test"),
            2);
  }

  private static JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  }

  /** Mean rise of DL4J's own loss over 20 permutations, all in memory. */
  private static Map<String, Double> plain(ShardSet set) {
    ShardManifest manifest = ManifestFile.read(HADOOP, set);
    int rows = (int) manifest.rows();
    Map<String, Double> found = new TreeMap<>();
    try (MinibatchReader reader = new MinibatchReader(HADOOP, set, manifest, DataType.FLOAT)) {
      var all = reader.read(EpochOrder.sequential(manifest, 0, 1, 2), 0, rows);
      DataSet data = new DataSet(all.inputs()[0].dup(), all.labels()[0].dup());
      INDArray weights = all.weights().orElseThrow().dup();
      double loss = loss(data, weights);
      for (ColumnSpec column : manifest.columns()) {
        double rise = 0;
        for (int repeat = 0; repeat < 20; repeat++) {
          List<Integer> order = new ArrayList<>(IntStream.range(0, rows).boxed().toList());
          Collections.shuffle(order, new Random(repeat));
          INDArray changed = data.getFeatures().dup();
          var span = NDArrayIndex.interval(column.offset(), column.offset() + column.width());
          for (int i = 0; i < rows; i++) {
            changed
                .get(NDArrayIndex.point(i), span)
                .assign(data.getFeatures().get(NDArrayIndex.point(order.get(i)), span));
          }
          rise += (loss(new DataSet(changed, data.getLabels()), weights) - loss) / 20;
        }
        found.put(column.name(), rise);
      }
    }
    return found;
  }

  private static double loss(DataSet rows, INDArray weights) {
    INDArray losses = network().scoreExamples(rows, false);
    return losses.mul(weights.reshape(losses.shape())).sumNumber().doubleValue()
        / weights.sumNumber().doubleValue();
  }

  private static List<String> ranks(Map<String, Double> values) {
    return values.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .toList();
  }

  @Test
  void itAgreesWithAPlainReference() {
    ShardSet set = rows();
    Importance found = importance(set).of(before(set), "loss", 10, 7);
    Map<String, Double> reference = plain(set);
    assertThat(found.columns()).hasSize(reference.size());
    List<String> names = found.columns().stream().map(Importance.Column::name).toList();
    List<String> wanted = ranks(reference);
    double squares = 0;
    for (int i = 0; i < names.size(); i++) {
      squares += Math.pow(i - wanted.indexOf(names.get(i)), 2);
    }
    double n = names.size();
    assertThat(1 - 6 * squares / (n * (n * n - 1))).as("Spearman").isGreaterThanOrEqualTo(0.9);
    for (Importance.Column column : found.columns()) {
      double spread = 5 * column.deviation() / Math.sqrt(10) + 1e-4;
      assertThat(column.mean()).isCloseTo(reference.get(column.name()), within(spread));
    }
  }

  @Test
  void theSeedDecidesAndMetricsThatAreGoodWhereHighFall() {
    ShardSet set = rows();
    EvaluationResult before = before(set);
    Importance one = importance(set).of(before, "accuracy", 2, 7);
    assertThat(importance(set).of(before, "accuracy", 2, 7)).isEqualTo(one);
    assertThat(importance(set).of(before, "accuracy", 2, 8)).isNotEqualTo(one);
    assertThat(one.columns().get(0).name()).isEqualTo("c1");
    assertThat(one.columns().get(0).mean()).isGreaterThan(0.02);
    assertThat(one.value()).isEqualTo(before.metrics().get("accuracy"));
    assertThat(importance(set).of(before, "loss", 1, 7).columns())
        .allMatch(column -> column.deviation() == 0);
  }

  @Test
  void aMetricThatTheRowsDoNotHaveIsNamed() {
    ShardSet set = rows();
    assertThatThrownBy(() -> importance(set).of(before(set), "rmse", 1, 7))
        .hasMessageContaining("evaluation.importance.metric")
        .hasMessageContaining("accuracy");
  }
}
