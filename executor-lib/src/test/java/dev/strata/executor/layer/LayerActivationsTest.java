package dev.strata.executor.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkConfigurationTest;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LayerActivationsTest {
  private static final NetworkConfiguration MLP =
      NetworkBuilder.build(
          NetworkSettings.of(
              List.of(
                  LayerSettings.dense(7, "tanh"),
                  LayerSettings.batchNorm(),
                  LayerSettings.dropout(0.5),
                  LayerSettings.output()),
              UpdaterSettings.of("adam", 0.01)),
          4,
          OutputTask.classes(3),
          42);

  @Test
  void equalFeedForwardAtInference() {
    var network = (MultiLayerNetwork) MLP.newModel();
    INDArray rows = Nd4j.rand(DataType.FLOAT, 10, 4);
    List<INDArray> expected = network.feedForward(rows, false);
    List<INDArray> found = new LayerActivations(network).compute(rows, List.of(3, 0, 2, 1));
    assertThat(found)
        .containsExactly(expected.get(4), expected.get(1), expected.get(3), expected.get(2));
    assertThat(found.get(2)).as("dropout is off").isEqualTo(found.get(3));
  }

  @Test
  void equalFeedForwardOfAGraph() {
    var graph = (ComputationGraph) NetworkConfigurationTest.graph().newModel();
    INDArray rows = Nd4j.rand(DataType.FLOAT, 10, 4);
    var expected = graph.feedForward(new INDArray[] {rows}, false);
    LayerActivations activations = new LayerActivations(graph);
    for (String name : List.of("left", "right", "both", "out")) {
      int position = activations.position(name, "extract.layers");
      assertThat(activations.compute(rows, List.of(position))).containsExactly(expected.get(name));
    }
  }

  @Test
  void layersAreFoundByNameIndexAndOutput() {
    LayerActivations activations = new LayerActivations(MLP.newModel());
    assertThat(activations.position("batch-norm-1", "k")).isEqualTo(1);
    assertThat(activations.position("0", "k")).isZero();
    assertThat(activations.position("output", "k")).isEqualTo(3);
    assertThat(
            new LayerActivations(NetworkConfigurationTest.graph().newModel())
                .position("output", "k"))
        .isEqualTo(3);
    assertThatThrownBy(() -> activations.position("hidden", "extract.layers"))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("extract.layers")
        .hasMessageContaining("dense-1, batch-norm-1, dropout-1, output");
    assertThatThrownBy(() -> activations.position("4", "extract.layers"))
        .isInstanceOf(StrataException.class);
  }
}
