package dev.strata.driver.layers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FreshNetworkTest {
  /** In training a step would skip it 99 times of 100, and its gradient would be 0. */
  @Test
  void residualBlocksAreNotSkipped() {
    NetworkConfiguration network =
        NetworkBuilder.build(
            NetworkSettings.of(
                List.of(
                    LayerSettings.dense(5),
                    LayerSettings.residual(0.01, LayerSettings.dense(5)),
                    LayerSettings.output()),
                UpdaterSettings.of("sgd", 0.1)),
            4,
            OutputTask.classes(2),
            3);
    Nd4j.getRandom().setSeed(1);
    INDArray[] inputs = {Nd4j.randn(DataType.FLOAT, 20, 4)};
    INDArray labels = Nd4j.zeros(20, 2);
    labels.putColumn(1, Nd4j.ones(20));
    Minibatch rows =
        new Minibatch(20, inputs, new INDArray[] {labels}, new INDArray[0], Optional.empty());
    FreshNetwork fresh = FreshNetwork.of(network, List.of(), rows);
    assertThat(fresh.layers())
        .extracting(FreshNetwork.Layer::name)
        .containsExactly("dense-1", "residual-1", "output");
    assertThat(fresh.layers().get(1).gradientNorm().orElseThrow()).isPositive();
  }
}
