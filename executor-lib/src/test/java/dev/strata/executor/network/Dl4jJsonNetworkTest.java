package dev.strata.executor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.preprocess.ImageShape;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;

/** Networks given as DL4J JSON. */
class Dl4jJsonNetworkTest {
  private static final OutputTask TASK = OutputTask.classes(3);

  private static NetworkSettings settings(LayerSettings... layers) {
    var plain = NetworkSettings.of(List.of(layers), UpdaterSettings.of("sgd", 0.1));
    return NetworkSettingsBuilder.builder()
        .layers(plain.layers())
        .updater(plain.updater())
        .schedule(plain.schedule())
        .clipping(plain.clipping())
        .l1(0)
        .l2(0)
        .weightDecay(0)
        .maxNorm(0)
        .dl4jJson(Optional.of("nets/own.json"))
        .build();
  }

  private static NetworkConfiguration read(String json, int width, OutputTask task) {
    return NetworkBuilder.build(
        settings(), Optional.of(json), NetworkInput.numbers(width), task, 1);
  }

  private static String convolutional() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .updater(new Sgd(0.1))
        .list()
        .layer(new ConvolutionLayer.Builder(3, 3).nOut(2).activation(Activation.RELU).build())
        .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
        .setInputType(InputType.convolutionalFlat(6, 5, 1))
        .build()
        .toJson();
  }

  private static AbstractThrowableAssert<?, ?> failure(String json, int width, OutputTask task) {
    return assertThatThrownBy(() -> read(json, width, task))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.key()).contains("network.dl4j-json");
              assertThat(e.file()).contains("nets/own.json");
            });
  }

  @Test
  void convolutionalNetworksTakeFlatImages() {
    var configuration = read(convolutional(), 30, TASK);
    assertThat(configuration.kind()).isEqualTo(NetworkConfiguration.Kind.MULTI_LAYER);
    var report = configuration.describe();
    assertThat(report.inputWidth()).isEqualTo(30);
    assertThat(report.layers().stream().map(NetworkReport.LayerReport::width))
        .containsExactly(24, 3);
    assertThat(report.layers().get(0).name()).isEqualTo("layer0");
  }

  @Test
  void imagesOfAnotherShapeAreRefusedThoughTheyHaveAsManyPixels() {
    NetworkInput upright = new NetworkInput(30, 0, new ImageShape(6, 5, 1));
    NetworkBuilder.build(settings(), Optional.of(convolutional()), upright, TASK, 1);
    NetworkInput lying = new NetworkInput(30, 0, new ImageShape(5, 6, 1));
    assertThatThrownBy(
            () -> NetworkBuilder.build(settings(), Optional.of(convolutional()), lying, TASK, 1))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("network.dl4j-json")
        .hasMessageContaining("images of 6 × 5")
        .hasMessageContaining("one plane of 5 × 6");
  }

  @Test
  void coloursSideBySideAreNoPlanes() {
    ComputationGraphConfiguration graph =
        new NeuralNetConfiguration.Builder()
            .updater(new Sgd(0.1))
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutionalFlat(4, 5, 3))
            .addLayer("maps", new ConvolutionLayer.Builder(3, 3).nOut(2).build(), "in")
            .addLayer(
                "out",
                new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
                "maps")
            .setOutputs("out")
            .build();
    NetworkInput colours = new NetworkInput(60, 0, new ImageShape(4, 5, 3));
    assertThatThrownBy(
            () -> NetworkBuilder.build(settings(), Optional.of(graph.toJson()), colours, TASK, 1))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("colour planes");
    NetworkBuilder.build(
        settings(), Optional.of(graph.toJson()), NetworkInput.numbers(60), TASK, 1);
  }

  @Test
  void graphsAreRead() {
    var graph = NetworkConfigurationTest.graph();
    assertThat(read(graph.json(), 4, TASK)).isEqualTo(graph);
  }

  @Test
  void aGivenSeedReplacesTheFilesOwn() {
    var open = settings();
    var seeded =
        NetworkSettingsBuilder.builder(open)
            .l1(0)
            .l2(0)
            .weightDecay(0)
            .maxNorm(0)
            .seed(Optional.of(77L))
            .build();
    for (String json : List.of(convolutional(), NetworkConfigurationTest.graph().json())) {
      int width = json.contains("vertices") ? 4 : 30;
      var own = read(json, width, TASK);
      var other =
          NetworkBuilder.build(seeded, Optional.of(json), NetworkInput.numbers(width), TASK, 1);
      assertThat(own.seed()).isIn(3L, 9L);
      assertThat(other.seed()).isEqualTo(77);
      assertThat(other.newModel().params()).isNotEqualTo(own.newModel().params());
    }
  }

  @Test
  void wrongWidthsAreNamed() {
    failure(convolutional(), 31, TASK).hasMessageContaining("expected: input width 31");
    failure(convolutional(), 30, OutputTask.classes(4))
        .hasMessageContaining("[2, 3]")
        .hasMessageContaining("4 classes");
    failure(NetworkConfigurationTest.graph().json(), 5, TASK).hasMessageContaining("input width 5");
  }

  @Test
  void doublePrecisionFilesAreTrainedInSingle() {
    for (String json : List.of(convolutional(), NetworkConfigurationTest.graph().json())) {
      int width = json.contains("vertices") ? 4 : 30;
      String wide = json.replace("\"FLOAT\"", "\"DOUBLE\"");
      assertThat(wide).isNotEqualTo(json);
      assertThat(read(wide, width, TASK)).isEqualTo(read(json, width, TASK));
    }
  }

  @Test
  void otherOptimisersAreRefused() {
    String json = convolutional().replace("STOCHASTIC_GRADIENT_DESCENT", "LBFGS");
    failure(json, 30, TASK).hasMessageContaining("found: LBFGS");
  }

  @Test
  void otherTextIsRefused() {
    failure("{", 4, TASK).hasMessageContaining("cannot read the DL4J configuration");
    failure("{\"confs\": 3}", 4, TASK).hasMessageContaining("cannot read the DL4J configuration");
    failure("{\"a\": 3}", 4, TASK).hasMessageContaining("not a DL4J configuration");
  }

  @Test
  void aNetworkWithoutLossIsRefused() {
    String json =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new DenseLayer.Builder().nIn(4).nOut(3).build())
            .build()
            .toJson();
    failure(json, 4, TASK).hasMessageContaining("no loss").hasMessageContaining("DenseLayer");
  }

  @Test
  void settingsThatTheFileHoldsAreExcluded() {
    assertThatThrownBy(
            () ->
                NetworkBuilder.build(
                    settings(LayerSettings.output()),
                    Optional.of(convolutional()),
                    NetworkInput.numbers(30),
                    TASK,
                    1))
        .hasMessageContaining("network.layers");
  }
}
