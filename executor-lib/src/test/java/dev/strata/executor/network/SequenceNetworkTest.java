package dev.strata.executor.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerActivations;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsConvolutionBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.layer.RowShape;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.surgery.LayerChoice;
import dev.strata.executor.surgery.ReuseSettings;
import dev.strata.executor.surgery.ReusedLayers;
import dev.strata.executor.surgery.SurgerySettings;
import dev.strata.executor.surgery.TransferBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SequenceNetworkTest {
  private static final OutputTask TASK = OutputTask.classes(2);

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  private static NetworkSettings settings(LayerSettings... layers) {
    return NetworkSettings.of(List.of(layers), UpdaterSettings.of("adam", 0.01));
  }

  private static NetworkConfiguration build(LayerSettings... layers) {
    return NetworkBuilder.build(
        settings(layers), Optional.empty(), NetworkInput.text(8, 20), TASK, 1);
  }

  /** 8 positions, 20 ids: vectors of 5, windows of 3 words with 6 units, their maximum. */
  private static NetworkConfiguration model() {
    return build(
        LayerSettings.embedding(5),
        LayerSettings.convolution(6, 3, "relu"),
        LayerSettings.pooling("max"),
        LayerSettings.output());
  }

  @Test
  void widthsAreThoseOfAFlattenedRow() {
    NetworkReport report = model().describe();
    assertThat(report.inputWidth()).isEqualTo(8);
    assertThat(report.layers().stream().map(NetworkReport.LayerReport::width))
        .containsExactly(5 * 8, 6 * 8, 6, 2);
    assertThat(report.parameters()).isEqualTo(20 * 5 + (3 * 5 * 6 + 6) + (6 * 2 + 2));
  }

  @Test
  void vectorsOfWordsBeginWithTheGivenDeviation() {
    LayerSettings wide =
        new LayerSettings.Embedding(
            Optional.of(400),
            Optional.empty(),
            Optional.of(0.5),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    MultiLayerNetwork network =
        (MultiLayerNetwork)
            build(wide, LayerSettings.pooling("mean"), LayerSettings.output()).newModel();
    assertThat(network.getLayer(0).getParam("W").stdNumber().doubleValue())
        .isCloseTo(0.5, within(0.02));
  }

  @Test
  void aLongerRowOfPaddingChangesNoOutput() {
    MultiLayerNetwork network = (MultiLayerNetwork) model().newModel();
    INDArray rows =
        Nd4j.createFromArray(new float[][] {{3, 4, 5, 0, 0, 0, 0, 0}, {7, 6, 5, 4, 3, 2, 1, 19}});
    INDArray both = new LayerActivations(network).compute(rows, List.of(3)).get(0);
    INDArray lone = new LayerActivations(network).compute(rows.getRow(0, true), List.of(3)).get(0);
    assertThat(lone.toFloatVector()).isEqualTo(both.getRow(0).toFloatVector());
    INDArray masked = network.output(rows, false, rows.neq(0).castTo(rows.dataType()), null);
    assertThat(both).isEqualTo(masked);
    assertThat(network.output(rows)).isNotEqualTo(masked);
  }

  @Test
  void layersStandOnlyWhereTheyCan() {
    refused(
        "network.layers[0].type; found: dense; expected: embedding as the bottom layer",
        LayerSettings.dense(4),
        LayerSettings.pooling("max"),
        LayerSettings.output());
    refused(
        "for a dense layer per word use a convolution with kernel = 1",
        LayerSettings.embedding(4),
        LayerSettings.dense(4),
        LayerSettings.output());
    refused(
        "network.layers[1].type; found: output; expected: a pooling layer",
        LayerSettings.embedding(4),
        LayerSettings.output(),
        LayerSettings.pooling("men"));
    refused(
        "network.layers[3].type; found: convolution",
        LayerSettings.embedding(4),
        LayerSettings.pooling("mean"),
        LayerSettings.pooling("max"),
        LayerSettings.convolution(3, 2, "relu"),
        LayerSettings.output());
    refused(
        "1 above another convolution",
        LayerSettings.embedding(4),
        LayerSettings.convolution(3, 1, "relu"),
        LayerSettings.convolution(3, 2, "relu"),
        LayerSettings.pooling("max"),
        LayerSettings.output());
    assertThatThrownBy(
            () ->
                NetworkBuilder.build(
                    settings(LayerSettings.embedding(4), LayerSettings.output()), 8, TASK, 1))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("only as the bottom layer of a text network");
  }

  /**
   * DL4J's own layer fails: it multiplies columns of a matrix, where there are three dimensions.
   */
  @Test
  void dropoutOfAVectorPerWordIsAKeyOfTheLayerAbove() {
    for (int below = 1; below < 3; below++) {
      List<LayerSettings> layers =
          new ArrayList<>(
              List.of(
                  LayerSettings.embedding(4),
                  LayerSettings.convolution(3, 2, "relu"),
                  LayerSettings.pooling("max"),
                  LayerSettings.output()));
      layers.add(below, LayerSettings.dropout(0.5));
      refused(
          "network.layers["
              + below
              + "].type; found: dropout; expected: the key dropout of the convolution above it",
          layers.toArray(LayerSettings[]::new));
    }
    INDArray rows = Nd4j.createFromArray(new float[][] {{3, 4, 5, 0, 0, 0, 0, 0}});
    MultiLayerConfiguration stock =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new EmbeddingSequenceLayer.Builder().nIn(20).nOut(5).inputLength(8).build())
            .layer(new DropoutLayer(0.5))
            .layer(new GlobalPoolingLayer(PoolingType.AVG))
            .layer(new OutputLayer.Builder().nIn(5).nOut(2).activation(Activation.SOFTMAX).build())
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(stock);
    network.init();
    assertThat(network.output(rows).shape()).containsExactly(1, 2);
    assertThatThrownBy(() -> network.output(rows, false, rows.neq(0).castTo(rows.dataType()), null))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void namesAndWindowsAreChecked() {
    refused(
        "function; found: median, did you mean mean?; expected: one of mean, max, sum",
        LayerSettings.embedding(0),
        LayerSettings.pooling("median"),
        LayerSettings.output());
    LayerSettings wide =
        LayerSettingsConvolutionBuilder.builder()
            .units(Optional.of(2))
            .kernel(Optional.of(9))
            .padding(Optional.of("valid"))
            .build();
    assertThatThrownBy(
            () ->
                build(
                    LayerSettings.embedding(4),
                    wide,
                    LayerSettings.pooling("max"),
                    LayerSettings.output()))
        .hasMessageContaining("cannot be built")
        .satisfies(
            e -> assertThat(((StrataException) e).key()).contains("network.layers[1].kernel"));
  }

  private static void refused(String message, LayerSettings... layers) {
    assertThatThrownBy(() -> build(layers))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining(message);
  }

  @Test
  void layersOfTextAreReusedBelowNewOnes() {
    ReusedLayers reused = ReusedLayers.belowOutput(model(), "model").with(SurgerySettings.NONE);
    assertThat(reused.outputShape()).isEqualTo(RowShape.vector(6));
    NetworkConfiguration joined =
        TransferBuilder.build(
            reused,
            settings(LayerSettings.dense(4), LayerSettings.output()),
            new ReuseSettings(3, 0, 0),
            TASK,
            3);
    NetworkCut cut = NetworkCut.above(joined, 3);
    assertThat(cut.lower().describe().inputWidth()).isEqualTo(8);
    assertThat(cut.upper().describe().inputWidth()).isEqualTo(6);
  }

  @Test
  void vectorsAloneAreReusedBelowAnotherConvolution() {
    SurgerySettings vectors = SurgerySettings.of(LayerChoice.lowest(1));
    ReusedLayers reused = ReusedLayers.belowOutput(model(), "model").with(vectors);
    NetworkConfiguration joined =
        TransferBuilder.build(
            reused,
            settings(
                LayerSettings.convolution(9, 4, "tanh"),
                LayerSettings.pooling("mean"),
                LayerSettings.output()),
            new ReuseSettings(0, 0, 0.5),
            TASK,
            3);
    assertThat(joined.parameterCount()).isEqualTo(20 * 5 + (4 * 5 * 9 + 9) + (9 * 2 + 2));
    assertThatThrownBy(() -> reused.frozen("1"))
        .satisfies(
            e ->
                assertThat(((StrataException) e).expected().orElse(""))
                    .contains("computes the output of frozen layers once"));
  }

  @Test
  void layersOnAModelThatWasNotReadYetMayStandOnWords() {
    LayerSettings pooling = LayerSettings.pooling("mean");
    assertThat(
            NetworkBuilder.checkTop(
                    settings(pooling, LayerSettings.dropout(0.5), LayerSettings.output()), TASK)
                .list())
        .isEmpty();
    assertThat(
            NetworkBuilder.checkTop(
                    settings(LayerSettings.dropout(0.5), pooling, LayerSettings.output()), TASK)
                .list())
        .extracting(problem -> problem.key())
        .containsExactly("network.layers[0].type");
    assertThat(
            NetworkBuilder.checkTop(
                    settings(LayerSettings.dense(3), pooling, LayerSettings.output()), TASK)
                .list())
        .extracting(problem -> problem.key())
        .containsExactly("network.layers[1].type");
  }

  @Test
  void reinitializedVectorsKeepTheVocabulary() {
    SurgerySettings fresh =
        new SurgerySettings(LayerChoice.ALL, 0, List.of("embedding-1", "convolution-1"), Map.of());
    ReusedLayers reused = ReusedLayers.belowOutput(model(), "model").with(fresh);
    NetworkConfiguration joined =
        TransferBuilder.build(
            reused, settings(LayerSettings.output()), new ReuseSettings(0, 0, 0), TASK, 3);
    assertThat(joined.parameterCount()).isEqualTo(model().parameterCount());
    MultiLayerNetwork network = (MultiLayerNetwork) joined.newModel();
    assertThat(network.getLayer(0).getParam("W").shape()).containsExactly(20, 5);
  }

  @Test
  void windowsAreReplacedAndVectorsAreNot() {
    ReusedLayers model = ReusedLayers.belowOutput(model(), "model");
    SurgerySettings wider =
        new SurgerySettings(
            LayerChoice.ALL,
            0,
            List.of(),
            Map.of("convolution-1", LayerSettings.convolution(7, 5, "tanh")));
    ReusedLayers reused = model.with(wider);
    assertThat(reused.outputShape()).isEqualTo(RowShape.vector(7));
    assertThat(reused.all().get(1).above()).isEqualTo(new RowShape(7, 8, false));
    NetworkConfiguration joined =
        TransferBuilder.build(
            reused, settings(LayerSettings.output()), new ReuseSettings(0, 0, 0), TASK, 3);
    assertThat(joined.parameterCount()).isEqualTo(20 * 5 + (5 * 5 * 7 + 7) + (7 * 2 + 2));
    SurgerySettings vectors =
        new SurgerySettings(
            LayerChoice.ALL, 0, List.of(), Map.of("embedding-1", LayerSettings.embedding(9)));
    assertThatThrownBy(() -> model.with(vectors))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("kept or reinitialized");
  }
}
