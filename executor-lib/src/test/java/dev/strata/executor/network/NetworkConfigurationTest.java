package dev.strata.executor.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.optimizer.UpdaterSettings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

public class NetworkConfigurationTest {
  private static final NetworkConfiguration MLP =
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

  public static NetworkConfiguration graph() {
    var own =
        new NeuralNetConfiguration.Builder()
            .seed(9)
            .updater(new Adam(0.01))
            .graphBuilder()
            .addInputs("in")
            .addLayer(
                "left",
                new DenseLayer.Builder().nIn(4).nOut(3).activation(Activation.TANH).build(),
                "in")
            .addLayer(
                "right",
                new DenseLayer.Builder().nIn(4).nOut(2).activation(Activation.RELU).build(),
                "in")
            .addVertex("both", new MergeVertex(), "left", "right")
            .addLayer(
                "out",
                new OutputLayer.Builder().nIn(5).nOut(3).activation(Activation.SOFTMAX).build(),
                "both")
            .setOutputs("out")
            .build();
    ComputationGraph graph = new ComputationGraph(own);
    graph.init();
    return NetworkConfiguration.of(graph);
  }

  private static void train(Model model) {
    INDArray rows = Nd4j.rand(DataType.FLOAT, 8, 4);
    INDArray labels = Nd4j.zeros(8, 3);
    labels.putColumn(1, Nd4j.ones(8));
    for (int i = 0; i < 3; i++) {
      if (model instanceof MultiLayerNetwork network) {
        network.fit(new DataSet(rows, labels));
      } else {
        ((ComputationGraph) model).fit(new DataSet(rows, labels));
      }
    }
  }

  @Test
  void initialParametersFollowFromTheConfigurationAloneInAnyThread() {
    for (NetworkConfiguration configuration : List.of(MLP, graph())) {
      INDArray here = configuration.newModel().params();
      Nd4j.rand(3, 3);
      INDArray there =
          CompletableFuture.supplyAsync(() -> configuration.newModel().params()).join();
      assertThat(there).isEqualTo(here);
      assertThat(here.norm2Number().doubleValue()).isPositive();
    }
  }

  @Test
  void anotherSeedGivesOtherParameters() {
    var settings =
        NetworkSettings.of(List.of(LayerSettings.output()), UpdaterSettings.of("sgd", 0.1));
    INDArray first =
        NetworkBuilder.build(settings, 4, OutputTask.classes(3), 1).newModel().params();
    INDArray second =
        NetworkBuilder.build(settings, 4, OutputTask.classes(3), 2).newModel().params();
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void zeroIsASeedLikeAnyOther() {
    var settings =
        NetworkSettings.of(List.of(LayerSettings.output()), UpdaterSettings.of("sgd", 0.1));
    NetworkConfiguration zero = NetworkBuilder.build(settings, 4, OutputTask.classes(3), 0);
    assertThat(zero.newModel().params().toFloatVector())
        .isEqualTo(zero.newModel().params().toFloatVector());
  }

  @Test
  void jsonIsTheSameBeforeAndAfterTraining() {
    for (NetworkConfiguration configuration : List.of(MLP, graph())) {
      Model model = configuration.newModel();
      assertThat(NetworkConfiguration.of(model)).isEqualTo(configuration);
      train(model);
      assertThat(NetworkConfiguration.of(model)).isEqualTo(configuration);
    }
  }

  @Test
  void parametersAreCountedWithoutBuildingTheNetwork() {
    // Dense: 4·7 + 7; batch norm: 4·7; dense: 7·5 + 5; output: 5·3 + 3.
    assertThat(MLP.parameterCount()).isEqualTo(35 + 28 + 40 + 18);
    assertThat(MLP.newModel().numParams()).isEqualTo(121);
    assertThat(graph().parameterCount()).isEqualTo(graph().newModel().numParams());
  }

  @Test
  void givenParametersAreTaken() {
    for (NetworkConfiguration configuration : List.of(MLP, graph())) {
      float[] values = new float[(int) configuration.parameterCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i;
      }
      Model model = configuration.newModel(values);
      assertThat(model.params().toFloatVector()).containsExactly(values);
    }
  }

  @Test
  void doublePrecisionModelsComputeInDouble() {
    for (NetworkConfiguration configuration : List.of(MLP, graph())) {
      Model model = configuration.newModel(DataType.DOUBLE);
      assertThat(model.params().dataType()).isEqualTo(DataType.DOUBLE);
      assertThat(model.params().castTo(DataType.FLOAT).toFloatVector())
          .hasSameSizeAs(configuration.newModel().params().toFloatVector());
      train(configuration.newModel());
    }
  }

  @Test
  void shapesAndSizesAreReported() {
    NetworkReport report = MLP.describe();
    assertThat(report.inputWidth()).isEqualTo(4);
    assertThat(report.layers().stream().map(NetworkReport.LayerReport::name))
        .containsExactly("dense-1", "batch-norm-1", "dropout-1", "dense-2", "output");
    assertThat(report.layers().stream().map(NetworkReport.LayerReport::width))
        .containsExactly(7, 7, 7, 5, 3);
    assertThat(report.parameters()).isEqualTo(121);
    // Adam keeps two numbers for each trained parameter; running statistics have none.
    assertThat(report.optimizerState()).isEqualTo(2 * (121 - 14));
    assertThat(report.activationBytes(2)).isEqualTo(2 * 4 * 2 * (4 + 7 + 7 + 7 + 5 + 3));
    assertThat(report.text()).contains("batch-norm-1", "BatchNormalization", "121");

    NetworkReport graph = graph().describe();
    assertThat(graph.inputWidth()).isEqualTo(4);
    assertThat(graph.layers().stream().map(NetworkReport.LayerReport::name))
        .containsExactlyInAnyOrder("left", "right", "both", "out");
  }
}
