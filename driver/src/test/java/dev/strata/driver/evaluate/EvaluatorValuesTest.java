package dev.strata.driver.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.DefaultSettings;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.BlockWriter;
import dev.strata.executor.shard.ColumnSpec;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Regression, against the formulas in double precision. The network is linear: output = (2a, a + b,
 * 1).
 */
class EvaluatorValuesTest {
  private static final int[] BLOCKS = {40, 0, 25, 60};

  @TempDir Path folder;

  private final List<float[]> inputs = new ArrayList<>();
  private final List<float[]> labels = new ArrayList<>();

  @Test
  void metricsAreTheFormulas() throws Exception {
    BlasThreads.single();
    ShardSet set = write();
    MultiLayerNetwork network = linear();
    EvaluationResult one = evaluate(network, set, 1);
    assertThat(evaluate(network, set, 4)).isEqualTo(one);

    double[] rmse = new double[3];
    double[] mae = new double[3];
    double squares = 0;
    for (int c = 0; c < 3; c++) {
      for (int row = 0; row < labels.size(); row++) {
        double error = labels.get(row)[c] - predicted(inputs.get(row))[c];
        rmse[c] += error * error / labels.size();
        mae[c] += Math.abs(error) / labels.size();
        squares += error * error / labels.size() / 3;
      }
      rmse[c] = Math.sqrt(rmse[c]);
      assertThat(one.columns().get(c).rmse()).isCloseTo(rmse[c], within(1e-6));
      assertThat(one.columns().get(c).mae()).isCloseTo(mae[c], within(1e-6));
    }
    assertThat(one.columns())
        .extracting(EvaluationResult.ColumnMetrics::name)
        .containsExactly("price", "label-0[1]", "label-0[2]");
    assertThat(one.columns().get(0).r2().orElseThrow()).isCloseTo(r2(0), within(1e-6));
    assertThat(one.columns().get(2).r2()).as("a constant column, not met").contains(0.0);
    assertThat(one.metric("rmse").orElseThrow())
        .isCloseTo((rmse[0] + rmse[1] + rmse[2]) / 3, within(1e-6));
    assertThat(one.metric("r2").orElseThrow()).isCloseTo((r2(0) + r2(1) + 0) / 3, within(1e-6));
    assertThat(one.metric("loss").orElseThrow()).isCloseTo(squares, within(1e-6));
    assertThat(one.classes()).isEmpty();
    assertThat(one.confusion()).isEmpty();
    for (int c = 0; c < 3; c++) {
      Baseline mean = one.baselines().get(c);
      assertThat(mean.value()).isCloseTo(deviation(c), within(1e-6));
      assertThat(mean.model()).isEqualTo(one.columns().get(c).rmse());
      assertThat(mean.reached()).isEqualTo(one.columns().get(c).r2().orElseThrow() <= 0);
    }
    assertThat(one.warnings())
        .last()
        .asString()
        .startsWith("rmse ")
        .endsWith("of predicting the mean of label-0[2]");
  }

  private double deviation(int column) {
    double mean = labels.stream().mapToDouble(l -> l[column]).average().orElseThrow();
    return Math.sqrt(
        labels.stream()
            .mapToDouble(l -> (l[column] - mean) * (l[column] - mean))
            .average()
            .orElseThrow());
  }

  private double r2(int column) {
    double mean = labels.stream().mapToDouble(l -> l[column]).average().orElseThrow();
    double around = 0;
    double left = 0;
    for (int row = 0; row < labels.size(); row++) {
      double label = labels.get(row)[column];
      around += (label - mean) * (label - mean);
      double error = label - predicted(inputs.get(row))[column];
      left += error * error;
    }
    return 1 - left / around;
  }

  private static double[] predicted(float[] input) {
    return new double[] {2 * input[0], input[0] + input[1], 1};
  }

  private ShardSet write() throws Exception {
    Configuration hadoop = new Configuration();
    var to = new org.apache.hadoop.fs.Path(folder.toUri());
    List<ArraySpec> arrays =
        List.of(
            new ArraySpec(
                "input-0", ArrayRole.INPUT, 0, ElementType.F32, List.of(2), 0, Optional.empty()),
            new ArraySpec(
                "label-0", ArrayRole.LABEL, 0, ElementType.F32, List.of(3), 0, Optional.empty()));
    Random random = new Random(1);
    List<BlockSpec> blocks = new ArrayList<>();
    for (int b = 0; b < BLOCKS.length; b++) {
      BlockWriter writer = BlockWriter.create(to.getFileSystem(hadoop), to, b, BLOCKS[b], arrays);
      for (int row = 0; row < BLOCKS[b]; row++) {
        float[] input = {(float) random.nextGaussian(), (float) random.nextGaussian()};
        double[] exact = predicted(input);
        float[] label = new float[3];
        for (int c = 0; c < 2; c++) {
          label[c] = (float) (exact[c] + 0.5 * random.nextGaussian());
        }
        label[2] = 0.25f;
        inputs.add(input);
        labels.add(label);
        writer.put(0, input);
        writer.put(1, label);
        writer.endRow();
      }
      blocks.add(writer.close());
    }
    long rows = inputs.size();
    return ManifestFile.write(
        hadoop,
        to,
        new ShardManifest(
            ShardManifest.FORMAT_VERSION,
            "test",
            rows,
            arrays,
            List.of(new ColumnSpec("price", "label-0", 0, 1, "numeric")),
            List.of(),
            blocks,
            Map.of("source", rows, "used", rows)));
  }

  private static MultiLayerNetwork linear() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(2)
                        .nOut(3)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    network.setParam("0_W", Nd4j.createFromArray(new float[][] {{2, 1, 0}, {0, 1, 0}}));
    network.setParam("0_b", Nd4j.createFromArray(new float[][] {{0, 0, 1}}));
    return network;
  }

  private static EvaluationResult evaluate(MultiLayerNetwork network, ShardSet set, int tasks) {
    return new Evaluator(JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext()))
        .evaluate(
            NetworkConfiguration.of(network),
            StateVector.of(network.params()),
            set,
            DefaultSettings.evaluation("test", 16, 100),
            tasks);
  }
}
