package dev.strata.executor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class NetworkCutTest {
  private static final NetworkConfiguration WHOLE =
      NetworkBuilder.build(
          NetworkSettings.of(
              List.of(
                  LayerSettings.dense(7, "tanh"),
                  LayerSettings.batchNorm(),
                  LayerSettings.dropout(0.3),
                  LayerSettings.dense(5),
                  LayerSettings.output()),
              UpdaterSettings.of("adam", 0.01)),
          4,
          OutputTask.classes(3),
          42);

  @Test
  void thePartsOneAfterTheOtherComputeTheWhole() {
    MultiLayerNetwork whole = (MultiLayerNetwork) WHOLE.newModel();
    INDArray rows = Nd4j.rand(DataType.FLOAT, 6, 4);
    INDArray expected = whole.output(rows, false);
    for (int layers = 1; layers < 5; layers++) {
      NetworkCut cut = NetworkCut.above(WHOLE, layers);
      INDArray parameters = whole.params();
      MultiLayerNetwork lower = model(cut.lower(), range(parameters, 0, cut.lowerParameters()));
      MultiLayerNetwork upper =
          model(cut.upper(), range(parameters, cut.lowerParameters(), parameters.length()));
      assertThat(lower.getnLayers()).isEqualTo(layers);
      List<INDArray> outputs = lower.feedForward(rows, false);
      assertThat(upper.output(outputs.get(layers), false)).isEqualTo(expected);
    }
  }

  @Test
  void thePartsHaveTheirLayersSettings() {
    NetworkCut cut = NetworkCut.above(WHOLE, 3);
    assertThat(cut.lower().describe().layers())
        .extracting(NetworkReport.LayerReport::name)
        .containsExactly("dense-1", "batch-norm-1", "dropout-1");
    assertThat(cut.upper().describe().optimizerState()).isEqualTo(2 * (7 * 5 + 5 + 5 * 3 + 3));
    assertThat(cut.upper().seed()).isEqualTo(42);
  }

  @Test
  void bothPartsHaveALayer() {
    assertThatThrownBy(() -> NetworkCut.above(WHOLE, 0)).hasMessageContaining("0 of 5");
    assertThatThrownBy(() -> NetworkCut.above(WHOLE, 5)).hasMessageContaining("5 of 5");
  }

  private static INDArray range(INDArray flat, long from, long to) {
    return flat.reshape(flat.length()).get(NDArrayIndex.interval(from, to)).dup();
  }

  private static MultiLayerNetwork model(NetworkConfiguration network, INDArray parameters) {
    return (MultiLayerNetwork)
        network.newModel(parameters.length() == 0 ? new float[0] : parameters.toFloatVector());
  }
}
