package dev.strata.driver.auxiliary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.TestNetworks;
import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkInput;
import dev.strata.executor.network.NetworkReport;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.pair.PairNetwork;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class TaskHeadTest {
  private static final NetworkSettings NONE =
      NetworkSettings.of(List.of(), UpdaterSettings.of("adam", 0.001));

  /** Of images of 6 × 5 pixels. */
  private static String convolutional(int units, Activation activation) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .updater(new Adam(0.1))
        .list()
        .layer(new ConvolutionLayer.Builder(3, 3).nOut(2).activation(Activation.RELU).build())
        .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
        .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(units).activation(activation).build())
        .setInputType(InputType.convolutionalFlat(6, 5, 1))
        .build()
        .toJson();
  }

  private static NetworkConfiguration on(TaskHead head, String json) {
    return head.on(NONE, Optional.of(json), NetworkInput.numbers(30), 1);
  }

  @Test
  void lowerLayersGetAnOutputOfTheTasksOwn() {
    NetworkSettings lower =
        NetworkSettings.of(
            List.of(LayerSettings.dense(4, "tanh")), UpdaterSettings.of("adam", 0.001));
    NetworkConfiguration score =
        TaskHead.SCORE.on(lower, Optional.empty(), NetworkInput.numbers(3), 1);
    assertThat(score.describe().layers())
        .extracting(NetworkReport.LayerReport::name, NetworkReport.LayerReport::width)
        .containsExactly(tuple("dense-1", 4), tuple("score", 1));
    NetworkConfiguration branch =
        TaskHead.embedding(2).on(lower, Optional.empty(), NetworkInput.numbers(3), 1);
    assertThat(branch.parameterCount()).isEqualTo(3 * 4 + 4 + 4 * 2 + 2);
  }

  @Test
  void aFileOfAWholeNetworkMayHoldConvolutionsOfImages() {
    assertThat(on(TaskHead.SCORE, convolutional(1, Activation.IDENTITY)).parameterCount())
        .isEqualTo(9 * 2 + 2 + 4 + 1);
    NetworkConfiguration branch = on(TaskHead.embedding(32), convolutional(3, Activation.IDENTITY));
    NetworkConfiguration pairs = PairNetwork.of(branch);
    var embed = (MultiLayerNetwork) branch.newModel();
    var both = (ComputationGraph) pairs.newModel();
    assertThat(both.numParams()).isEqualTo(embed.numParams() + 2);
    both.params().put(0, 0, 0.7f);
    embed.setParams(
        both.params().get(NDArrayIndex.all(), NDArrayIndex.interval(0, embed.numParams())).dup());
    Nd4j.getRandom().setSeed(5);
    INDArray first = Nd4j.rand(DataType.FLOAT, 4, 30);
    INDArray second = Nd4j.rand(DataType.FLOAT, 4, 30);
    INDArray distance = embed.output(first).sub(embed.output(second)).norm2(1);
    float weight = both.params().getFloat(embed.numParams());
    float bias = both.params().getFloat(embed.numParams() + 1);
    INDArray same = both.output(first, second)[0];
    for (int i = 0; i < 4; i++) {
      double expected = 1 / (1 + Math.exp(-(weight * distance.getDouble(i) + bias)));
      assertThat(same.getDouble(i, 0)).isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void otherOutputsAreRefused() {
    refused(TaskHead.SCORE, convolutional(1, Activation.SIGMOID), "sigmoid");
    refused(TaskHead.SCORE, convolutional(2, Activation.IDENTITY), "1 value");
    refused(
        TaskHead.embedding(3),
        TestNetworks.graph(30, 3, new Sgd(0.1)).json(),
        "a ComputationGraph");
  }

  @Test
  void aProjectionIsLeftOutOfWhatIsSaved() {
    NetworkSettings lower =
        NetworkSettings.of(
            List.of(
                LayerSettings.dense(4, "relu"),
                LayerSettings.dense(6, "relu"),
                LayerSettings.batchNorm()),
            UpdaterSettings.of("adam", 0.01));
    assertThat(TaskHead.topUnits(lower)).hasValue(6);
    TaskHead head = TaskHead.projection(3, 5);
    NetworkConfiguration trained = head.on(lower, Optional.empty(), NetworkInput.numbers(3), 1);
    assertThat(trained.describe().layers())
        .extracting(NetworkReport.LayerReport::name)
        .containsExactly(
            "dense-1", "dense-2", "batch-norm-1", "projection-1", "projection-2", "projection");
    NetworkConfiguration saved = head.saved(trained);
    assertThat(saved.describe().layers())
        .extracting(NetworkReport.LayerReport::name)
        .containsExactly("dense-1", "dense-2", "batch-norm-1");
    float[] all = trained.newModel().params().toFloatVector();
    float[] lowest = saved.newModel().params().toFloatVector();
    assertThat(lowest).isEqualTo(Arrays.copyOf(all, lowest.length));
    assertThat(saved.json()).doesNotContain("dev.strata");
    assertThat(TaskHead.SCORE.saved(trained)).isSameAs(trained);
  }

  private static void refused(TaskHead head, String json, String words) {
    assertThatThrownBy(() -> on(head, json))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.key()).contains("network.dl4j-json");
              assertThat(e.found() + " " + e.expected()).contains(words);
            });
  }
}
