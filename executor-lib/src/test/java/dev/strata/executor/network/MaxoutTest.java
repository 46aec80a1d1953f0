package dev.strata.executor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Maxout: the largest of k linear pieces, in stock layers. */
class MaxoutTest {
  private static final int IN = 4;
  private static final int UNITS = 5;
  private static final int PIECES = 3;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static LayerSettings maxout(int pieces) {
    return new LayerSettings.Maxout(Optional.of(pieces), Optional.empty());
  }

  private static NetworkConfiguration network(LayerSettings... layers) {
    return NetworkBuilder.build(
        NetworkSettings.of(List.of(layers), new UpdaterSettings("none", 1, 0, 0, 0, 1, 0.5)),
        IN,
        OutputTask.classes(3),
        7);
  }

  private static NetworkConfiguration network() {
    return network(
        LayerSettings.dense(UNITS * PIECES, "identity"),
        maxout(PIECES),
        LayerSettings.dropout(0.2),
        LayerSettings.dense(4, "identity"),
        maxout(2),
        LayerSettings.output());
  }

  private static INDArray rows() {
    Nd4j.getRandom().setSeed(3);
    return Nd4j.randn(DataType.DOUBLE, 6, IN);
  }

  @Test
  void aUnitIsTheLargestOfItsPieces() {
    NetworkConfiguration configuration = network();
    assertThat(configuration.json()).doesNotContain("dev.strata");
    MultiLayerNetwork network = (MultiLayerNetwork) configuration.newModel(DataType.DOUBLE);
    INDArray rows = rows();
    INDArray sums = rows.mmul(network.getParam("0_W")).addiRowVector(network.getParam("0_b"));
    INDArray found = network.feedForward(rows, false).get(2).reshape('c', 6, UNITS);
    for (int row = 0; row < 6; row++) {
      for (int unit = 0; unit < UNITS; unit++) {
        int first = unit * PIECES;
        int at = row;
        double expected =
            IntStream.range(first, first + PIECES)
                .mapToDouble(piece -> sums.getDouble(at, piece))
                .max()
                .orElseThrow();
        assertThat(found.getDouble(row, unit)).isEqualTo(expected);
      }
    }
    assertThat(configuration.describe().layers())
        .extracting(NetworkReport.LayerReport::width)
        .containsExactly(UNITS * PIECES, UNITS, UNITS, 4, 2, 3);
  }

  @Test
  void theGradientIsThatOfDifferences() {
    MultiLayerNetwork network = (MultiLayerNetwork) network().newModel(DataType.DOUBLE);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 6, 3);
    for (int row = 0; row < 6; row++) {
      labels.putScalar(row, row % 3, 1);
    }
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      assertThat(check(network, labels)).isTrue();
    } finally {
      Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    }
  }

  private static boolean check(MultiLayerNetwork network, INDArray labels) {
    return GradientCheckUtil.checkGradients(
        new GradientCheckUtil.MLNConfig()
            .net(network)
            .epsilon(1e-6)
            .maxRelError(1e-4)
            .minAbsoluteError(1e-8)
            .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
            .callEachIter(model -> Nd4j.getRandom().setSeed(12))
            .input(rows())
            .labels(labels));
  }

  @Test
  void aCutAboveItGivesVectors() {
    NetworkConfiguration whole = network();
    NetworkCut cut = NetworkCut.above(whole, 2);
    MultiLayerNetwork all = (MultiLayerNetwork) whole.newModel();
    MultiLayerNetwork lower = (MultiLayerNetwork) cut.lower().newModel();
    MultiLayerNetwork upper = (MultiLayerNetwork) cut.upper().newModel();
    INDArray flat = all.params().reshape(all.params().length());
    lower.params().assign(flat.get(interval(0, cut.lowerParameters())));
    upper.params().assign(flat.get(interval(cut.lowerParameters(), flat.length())));
    INDArray rows = rows().castTo(DataType.FLOAT);
    INDArray between = lower.output(rows).reshape('c', 6, UNITS);
    assertThat(upper.output(between)).isEqualTo(all.output(rows));
  }

  private static INDArrayIndex interval(long from, long to) {
    return NDArrayIndex.interval(from, to);
  }

  @Test
  void trainingTakesDl4jsWay() {
    try (NetworkLearner learner = new NetworkLearnerSpec(network()).create()) {
      assertThat(learner.fitReason()).isPresent();
    }
  }

  @Test
  void problemsAreNamed() {
    assertThatThrownBy(
            () ->
                network(
                    LayerSettings.dense(5, "identity"),
                    new LayerSettings.Maxout(Optional.empty(), Optional.empty()),
                    LayerSettings.dense(5, "identity"),
                    maxout(1),
                    LayerSettings.dense(5, "identity"),
                    maxout(2),
                    LayerSettings.dense(6, "identity"),
                    maxout(2),
                    LayerSettings.batchNorm(),
                    LayerSettings.output()))
        .hasMessageContainingAll(
            "network.layers[1].pieces; found: nothing",
            "network.layers[3].pieces; found: 1",
            "network.layers[5].pieces; found: 2; expected: a divisor of 5",
            "network.layers[8].type; found: batch-norm above maxout");
  }
}
