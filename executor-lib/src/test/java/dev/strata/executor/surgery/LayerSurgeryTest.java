package dev.strata.executor.surgery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.failure.FailureKind;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.layer.RowShape;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.surgery.ReusedLayer.Origin;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A model of 6-5-5-4 and 3 classes: hidden-1, hidden-2, hidden-3, output. */
class LayerSurgeryTest {
  private static final UpdaterSettings SGD = UpdaterSettings.of("sgd", 0.1);
  private static final NetworkConfiguration MODEL =
      NetworkBuilder.build(
          NetworkSettings.of(
              List.of(
                  LayerSettings.dense(5, "tanh").withName("hidden-1"),
                  LayerSettings.dense(5, "tanh").withName("hidden-2"),
                  LayerSettings.dense(4, "tanh").withName("hidden-3"),
                  LayerSettings.output()),
              SGD),
          6,
          OutputTask.classes(3),
          7);

  private static ReusedLayers with(SurgerySettings settings) {
    return ReusedLayers.belowOutput(MODEL, "model").with(settings);
  }

  private static ReusedLayers chosen(LayerChoice choice) {
    return with(SurgerySettings.of(choice));
  }

  private static NetworkConfiguration built(SurgerySettings settings, int frozen) {
    return TransferBuilder.build(
        with(settings),
        NetworkSettings.of(List.of(), SGD),
        new ReuseSettings(frozen, 0, 0),
        OutputTask.classes(2),
        9);
  }

  private static void refused(SurgerySettings settings, String key, String expected) {
    assertThatThrownBy(() -> with(settings))
        .isInstanceOfSatisfying(
            StrataException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION);
              assertThat(e.key()).contains(key);
              assertThat(e).hasMessageContaining(expected);
            });
  }

  @Test
  void layersAreChosenByCountNameExpressionAndMap() {
    assertThat(chosen(LayerChoice.ALL).names()).containsExactly("hidden-1", "hidden-2", "hidden-3");
    assertThat(chosen(LayerChoice.lowest(2)).names()).containsExactly("hidden-1", "hidden-2");
    assertThat(chosen(LayerChoice.named(List.of("hidden-2", "hidden-1"))).names())
        .as("in the model's order")
        .containsExactly("hidden-1", "hidden-2");
    assertThat(chosen(LayerChoice.matching("hidden-[12]")).names())
        .containsExactly("hidden-1", "hidden-2");
    ReusedLayers renamed = chosen(LayerChoice.renamed(Map.of("hidden-1", "edges")));
    assertThat(renamed.names()).containsExactly("edges");
    assertThat(renamed.parameters()).isEqualTo(6 * 5 + 5);
    assertThat(renamed.all().get(0).origin()).isEqualTo(Origin.KEPT);
  }

  @Test
  void aLayerInTheMiddleMayBeLeftOutWhereTheOthersFit() {
    ReusedLayers without = chosen(LayerChoice.named(List.of("hidden-1", "hidden-3")));
    assertThat(without.outputShape().width()).isEqualTo(4);
    assertThat(without.all().get(1).from()).isEqualTo(6 * 5 + 5 + 5 * 5 + 5);
    NetworkConfiguration network =
        built(SurgerySettings.of(LayerChoice.named(List.of("hidden-1", "hidden-3"))), 0);
    assertThat(network.layerParameters()).containsExactly(35L, 24L, 10L);
    refused(
        SurgerySettings.of(LayerChoice.named(List.of("hidden-2", "hidden-3"))),
        "fine-tune.reuse",
        "reinitialize or replace hidden-2");
  }

  @Test
  void theTopmostAreDropped() {
    ReusedLayers two = with(new SurgerySettings(LayerChoice.ALL, 1, List.of(), Map.of()));
    assertThat(two.names()).containsExactly("hidden-1", "hidden-2");
    refused(
        new SurgerySettings(LayerChoice.ALL, 3, List.of(), Map.of()),
        "fine-tune.drop-top",
        "less than 3");
  }

  @Test
  void aLayerMadeAnewTakesTheWidthBelow() {
    LayerChoice upper = LayerChoice.named(List.of("hidden-2", "hidden-3"));
    ReusedLayers anew = with(new SurgerySettings(upper, 0, List.of("hidden-2"), Map.of()));
    assertThat(anew.all().get(0).below().width()).isEqualTo(6);
    assertThat(anew.all()).extracting(ReusedLayer::kept).containsExactly(false, true);
    assertThat(
            built(new SurgerySettings(upper, 0, List.of("hidden-2"), Map.of()), 0)
                .describe()
                .layers())
        .extracting(l -> l.name() + " " + l.activation() + " " + l.width() + " " + l.parameters())
        .containsExactly("hidden-2 tanh 5 35", "hidden-3 tanh 4 24", "output softmax 2 10");
  }

  @Test
  void aLayerIsReplacedAndWhatStandsOnItMustFit() {
    Map<String, LayerSettings> wide = Map.of("hidden-3", LayerSettings.dense(8));
    NetworkConfiguration network =
        built(new SurgerySettings(LayerChoice.ALL, 0, List.of(), wide), 2);
    assertThat(network.describe().layers())
        .extracting(l -> l.name() + " " + l.activation() + " " + l.width())
        .containsExactly(
            "hidden-1 tanh 5", "hidden-2 tanh 5", "hidden-3 relu 8", "output softmax 2");
    Map<String, LayerSettings> below = Map.of("hidden-2", LayerSettings.dense(8));
    refused(
        new SurgerySettings(LayerChoice.ALL, 0, List.of(), below),
        "fine-tune.reuse",
        "a layer with input 8 numbers, not 5; reinitialize or replace hidden-3");
    assertThat(
            with(new SurgerySettings(LayerChoice.ALL, 0, List.of("hidden-3"), below))
                .all()
                .get(2)
                .below()
                .width())
        .isEqualTo(8);
    refused(
        new SurgerySettings(
            LayerChoice.ALL, 0, List.of(), Map.of("hidden-3", LayerSettings.output())),
        "fine-tune.replace.hidden-3.type",
        "below the output");
    LayerSettings.Dense unknown = LayerSettings.dense(8, "relo");
    assertThatThrownBy(
            () ->
                built(
                    new SurgerySettings(LayerChoice.ALL, 0, List.of(), Map.of("hidden-3", unknown)),
                    0))
        .hasMessageContaining("fine-tune.replace.hidden-3.activation");
  }

  @Test
  void unknownNamesAreToldWithTheNearest() {
    refused(
        SurgerySettings.of(LayerChoice.named(List.of("hiden-2"))),
        "fine-tune.reuse.names",
        "hiden-2, did you mean hidden-2?");
    refused(
        SurgerySettings.of(LayerChoice.renamed(Map.of("hidden-4", "x"))),
        "fine-tune.reuse.map",
        "hidden-4, did you mean hidden-1?");
    refused(
        SurgerySettings.of(LayerChoice.matching("conv.*")), "fine-tune.reuse.pattern", "hidden-1");
    refused(
        SurgerySettings.of(LayerChoice.matching("hidden-[")),
        "fine-tune.reuse.pattern",
        "a regular expression");
    refused(SurgerySettings.of(LayerChoice.lowest(4)), "fine-tune.reuse.count", "1 to 3");
    refused(
        new SurgerySettings(LayerChoice.lowest(2), 0, List.of("hidden-3"), Map.of()),
        "fine-tune.reinitialize",
        "one of the layers hidden-1, hidden-2");
    refused(
        SurgerySettings.of(LayerChoice.renamed(Map.of("hidden-1", "a", "hidden-2", "a"))),
        "fine-tune.reuse.map.hidden-2",
        "a unique name");
    refused(
        SurgerySettings.of(
            new LayerChoice(Optional.of(1), List.of("hidden-1"), Optional.empty(), Map.of())),
        "fine-tune.reuse",
        "one of count, names, pattern and map");
  }

  @Test
  void freezingIsUpToALayerThatKeepsItsParameters() {
    assertThat(with(SurgerySettings.NONE).frozen("hidden-2")).isEqualTo(2);
    assertThat(with(SurgerySettings.NONE).frozen("3")).isEqualTo(3);
    assertThatThrownBy(() -> with(SurgerySettings.NONE).frozen("hidden2"))
        .hasMessageContaining("fine-tune.freeze")
        .hasMessageContaining("did you mean hidden-2?");
    assertThatThrownBy(() -> with(SurgerySettings.NONE).frozen("output"))
        .hasMessageContaining("the topmost one to freeze");
    assertThatThrownBy(() -> with(SurgerySettings.NONE).frozen("4"))
        .hasMessageContaining("at most 3");
    SurgerySettings anew = new SurgerySettings(LayerChoice.ALL, 0, List.of("hidden-2"), Map.of());
    assertThat(with(anew).frozen("1")).isEqualTo(1);
    assertThatThrownBy(() -> with(anew).frozen("hidden-3"))
        .hasMessageContaining("only layers below hidden-2");
  }

  @Test
  void whatStandsBetweenConvolutionsAndVectorsStaysWithItsLayer() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).name("conv").nOut(2).build())
                .layer(new DenseLayer.Builder().name("middle").nOut(5).build())
                .layer(new DenseLayer.Builder().name("top").nOut(5).build())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT).nOut(4).build())
                .setInputType(InputType.convolutionalFlat(5, 5, 1))
                .build());
    network.init();
    ReusedLayers model = ReusedLayers.belowOutput(NetworkConfiguration.of(network), "model");
    assertThat(model.with(SurgerySettings.of(LayerChoice.lowest(2))).preprocessors())
        .containsOnlyKeys(0, 1);
    assertThatThrownBy(
            () -> model.with(SurgerySettings.of(LayerChoice.named(List.of("conv", "top")))))
        .hasMessageContaining("top on conv");
    ReusedLayers images = model.with(SurgerySettings.of(LayerChoice.lowest(1)));
    assertThat(images.outputShape()).isEqualTo(RowShape.image(2, 3, 3));
    assertThat(images.preprocessors()).containsOnlyKeys(0);
  }
}
