package dev.strata.executor.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.LayerSettingsDenseBuilder;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.random.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Passes with dropout on: what they draw, of what it depends, and that nothing else changes. */
class SampledNetworkTest {
  private static final int ROWS = 8;
  private static final int INPUTS = 16;

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  @Test
  void withoutDropoutAPassIsInference() {
    MultiLayerNetwork images = images();
    MultiLayerNetwork layers = layers(null);
    assertThat(pass(images, 0)).isEqualTo(images.output(rows()));
    assertThat(pass(layers, 0)).isEqualTo(layers.output(rows()));
    assertThat(new SampledNetwork(layers, 0, 1).drops()).isFalse();
    ComputationGraph graph = graph(null);
    assertThat(new SampledNetwork(graph, 0, 1).output(new INDArray[] {rows()}, numbers(), 0))
        .isEqualTo(graph.outputSingle(rows()));
  }

  /** Not of the minibatch in which a row is computed, nor of the rows beside it. */
  @Test
  void whatIsDroppedDependsOnTheRowAlone() {
    for (IDropout kind :
        new IDropout[] {new Dropout(0.5), new GaussianDropout(0.3), new AlphaDropout(0.8)}) {
      MultiLayerNetwork network = layers(kind);
      SampledNetwork sampled = new SampledNetwork(network, 0, 7);
      assertThat(sampled.drops()).isTrue();
      INDArray all = sampled.output(new INDArray[] {rows()}, numbers(), 3);
      for (int row = ROWS - 1; row >= 0; row--) {
        INDArray alone = rows().get(NDArrayIndex.interval(row, row + 1));
        INDArray found = sampled.output(new INDArray[] {alone}, new long[] {100 + row}, 3);
        assertThat(found.toFloatVector())
            .containsExactly(all.getRow(row).toFloatVector(), within(1e-6f));
      }
      assertThat(sampled.output(new INDArray[] {rows()}, numbers(), 3)).isEqualTo(all);
      assertThat(sampled.output(new INDArray[] {rows()}, numbers(), 4)).isNotEqualTo(all);
      assertThat(new SampledNetwork(network, 1, 7).output(new INDArray[] {rows()}, numbers(), 3))
          .as("another member")
          .isNotEqualTo(all);
      assertThat(new SampledNetwork(network, 0, 8).output(new INDArray[] {rows()}, numbers(), 3))
          .as("another seed")
          .isNotEqualTo(all);
    }
  }

  @Test
  void graphsDropWhatLayersDrop() {
    MultiLayerNetwork layers = layers(null, new Dropout(0.6));
    ComputationGraph graph = graph(new Dropout(0.6));
    graph.setParams(layers.params());
    INDArray found = new SampledNetwork(graph, 0, 7).output(new INDArray[] {rows()}, numbers(), 2);
    assertThat(found)
        .isEqualTo(new SampledNetwork(layers, 0, 7).output(new INDArray[] {rows()}, numbers(), 2))
        .isNotEqualTo(graph.outputSingle(rows()));
  }

  @Test
  void statisticsAndWeightsStayAsTheyAre() {
    MultiLayerNetwork network = layers(new Dropout(0.5));
    ((DenseLayer) network.getLayer(0).conf().getLayer()).setWeightNoise(new DropConnect(0.5));
    float[] before = network.params().toFloatVector();
    INDArray plain = network.output(rows());
    INDArray input = rows();
    INDArray same = input.dup();
    assertThat(new SampledNetwork(network, 0, 7).output(new INDArray[] {input}, numbers(), 0))
        .isNotEqualTo(plain);
    assertThat(network.params().toFloatVector()).containsExactly(before);
    assertThat(network.output(rows())).isEqualTo(plain);
    assertThat(input).isEqualTo(same);
  }

  /** Of a linear network the mean of many passes is the output without dropout. */
  @Test
  void theMeanOfManyPassesOfALinearNetworkIsItsOutput() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(INPUTS)
                        .nOut(3)
                        .dropOut(new Dropout(0.75))
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    SampledNetwork sampled = new SampledNetwork(network, 0, 5);
    int passes = 4000;
    INDArray sum = Nd4j.zeros(DataType.FLOAT, ROWS, 3);
    for (int pass = 0; pass < passes; pass++) {
      sum.addi(sampled.output(new INDArray[] {rows()}, numbers(), pass));
    }
    INDArray plain = network.output(rows());
    INDArray weights = network.getParam("0_W");
    for (int row = 0; row < ROWS; row++) {
      for (int unit = 0; unit < 3; unit++) {
        double variance = 0;
        for (int i = 0; i < INPUTS; i++) {
          double term = rows().getDouble(row, i) * weights.getDouble(i, unit);
          variance += term * term * 0.25 / 0.75;
        }
        assertThat(sum.getDouble(row, unit) / passes)
            .isEqualTo(
                plain.getDouble(row, unit), within(4.5 * Math.sqrt(variance / passes) + 1e-5));
      }
    }
  }

  @Test
  void droppedWeightsAreTheSameForAllRowsOfAPass() {
    MultiLayerNetwork network = layers(null);
    ((DenseLayer) network.getLayer(0).conf().getLayer()).setWeightNoise(new DropConnect(0.5));
    INDArray equal = Nd4j.ones(DataType.FLOAT, ROWS, INPUTS);
    SampledNetwork sampled = new SampledNetwork(network, 0, 7);
    assertThat(sampled.drops()).isTrue();
    INDArray found = sampled.output(new INDArray[] {equal}, numbers(), 0);
    for (int row = 1; row < ROWS; row++) {
      assertThat(found.getRow(row).toFloatVector())
          .containsExactly(found.getRow(0).toFloatVector());
    }
    assertThat(sampled.output(new INDArray[] {equal}, numbers(), 1)).isNotEqualTo(found);
  }

  private static MultiLayerNetwork block(double survival, double dropout) {
    LayerSettings dense =
        LayerSettingsDenseBuilder.builder()
            .units(Optional.of(INPUTS))
            .activation(Optional.of("identity"))
            .dropout(Optional.of(dropout))
            .build();
    return (MultiLayerNetwork)
        NetworkBuilder.build(
                NetworkSettings.of(
                    List.of(LayerSettings.residual(survival, dense), LayerSettings.output()),
                    UpdaterSettings.of("sgd", 1)),
                INPUTS,
                OutputTask.values(3),
                5)
            .newModel();
  }

  @Test
  void aPassSkipsABlockForAllRowsOrNone() {
    MultiLayerNetwork network = block(0.7, 0);
    MultiLayerNetwork without = block(0.7, 0);
    without.getParam("0_0.W").assign(0);
    INDArray skipped = without.output(rows());
    SampledNetwork sampled = new SampledNetwork(network, 0, 5);
    assertThat(sampled.drops()).isTrue();
    assertThat(new SampledNetwork(block(1, 0), 0, 5).drops()).isFalse();
    int passes = 1000;
    int survived = 0;
    for (int pass = 0; pass < passes; pass++) {
      INDArray found = sampled.output(new INDArray[] {rows()}, numbers(), pass);
      boolean skips = found.sub(skipped).amaxNumber().doubleValue() < 1e-5;
      survived += skips ? 0 : 1;
    }
    assertThat((double) survived / passes).isEqualTo(0.7, within(0.06));
    assertThat(pass(block(1, 0), 0)).isEqualTo(block(1, 0).output(rows()));
  }

  @Test
  void layersWithinABlockDropByRow() {
    SampledNetwork sampled = new SampledNetwork(block(1, 0.5), 0, 7);
    assertThat(sampled.drops()).isTrue();
    INDArray all = sampled.output(new INDArray[] {rows()}, numbers(), 3);
    assertThat(all).isNotEqualTo(block(1, 0.5).output(rows()));
    INDArray alone = rows().get(NDArrayIndex.interval(4, 5));
    assertThat(sampled.output(new INDArray[] {alone}, new long[] {104}, 3).toFloatVector())
        .containsExactly(all.getRow(4).toFloatVector(), within(1e-6f));
  }

  @Test
  void momentsAreThoseOfTheFormulas() {
    double[] plain = drawn(new Dropout(0.7), Nd4j.ones(DataType.FLOAT, 4, 50_000));
    assertThat(Arrays.stream(plain).distinct().sorted().toArray())
        .containsExactly(new double[] {0, 1 / 0.7}, within(1e-6));
    assertThat(mean(plain)).isEqualTo(1, within(0.01));
    double[] gaussian = drawn(new GaussianDropout(0.3), Nd4j.ones(DataType.FLOAT, 4, 50_000));
    assertThat(mean(gaussian)).isEqualTo(1, within(0.01));
    assertThat(variance(gaussian)).isEqualTo(0.3 / 0.7, within(0.01));
    Nd4j.getRandom().setSeed(3);
    double[] alpha = drawn(new AlphaDropout(0.8), Nd4j.randn(DataType.FLOAT, 4, 50_000));
    assertThat(mean(alpha)).isEqualTo(0, within(0.015));
    assertThat(variance(alpha)).isEqualTo(1, within(0.02));
  }

  @Test
  void otherKindsAreRefused() {
    MultiLayerNetwork network = layers(new SpatialDropout(0.5));
    assertThatThrownBy(() -> new SampledNetwork(network, 0, 1))
        .isInstanceOfSatisfying(
            StrataException.class,
            e ->
                assertThat(e.getMessage())
                    .contains("evaluation.samples", "SpatialDropout", "GaussianDropout"));
  }

  private static double[] drawn(IDropout kind, INDArray input) {
    DropoutLayer layer = new DropoutLayer.Builder(kind).build();
    return RowDropout.of(layer)
        .orElseThrow()
        .apply(input, 4, row -> RandomStream.of(1, 2, 3, row))
        .dup('c')
        .data()
        .asDouble();
  }

  private static double mean(double[] numbers) {
    return Arrays.stream(numbers).average().orElseThrow();
  }

  private static double variance(double[] numbers) {
    double mean = mean(numbers);
    return Arrays.stream(numbers).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
  }

  private static INDArray pass(MultiLayerNetwork network, int pass) {
    return new SampledNetwork(network, 0, 1).output(new INDArray[] {rows()}, numbers(), pass);
  }

  private static INDArray rows() {
    Nd4j.getRandom().setSeed(11);
    return Nd4j.randn(DataType.FLOAT, ROWS, INPUTS);
  }

  private static long[] numbers() {
    long[] numbers = new long[ROWS];
    for (int row = 0; row < ROWS; row++) {
      numbers[row] = 100 + row;
    }
    return numbers;
  }

  /** Dense, batch normalization, dropout as a layer and of a layer's input. */
  private static MultiLayerNetwork layers(IDropout dropout) {
    return layers(dropout, dropout == null ? null : dropout.clone());
  }

  private static MultiLayerNetwork layers(IDropout dropout, IDropout top) {
    var builder =
        new NeuralNetConfiguration.Builder()
            .seed(2)
            .list()
            .layer(hidden())
            .layer(new BatchNormalization.Builder().nIn(5).nOut(5).build());
    if (dropout != null) {
      builder.layer(new DropoutLayer.Builder(dropout).build());
    }
    MultiLayerNetwork network = new MultiLayerNetwork(builder.layer(output(top)).build());
    network.init();
    return network;
  }

  private static ComputationGraph graph(IDropout dropout) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(2)
                .graphBuilder()
                .addInputs("in")
                .addLayer("hidden", hidden(), "in")
                .addLayer("norm", new BatchNormalization.Builder().nIn(5).nOut(5).build(), "hidden")
                .addLayer("out", output(dropout), "norm")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static DenseLayer hidden() {
    return new DenseLayer.Builder().nIn(INPUTS).nOut(5).activation(Activation.TANH).build();
  }

  private static OutputLayer output(IDropout dropout) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(5)
        .nOut(3)
        .dropOut(dropout)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork images() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(2)
                .list()
                .layer(
                    new ConvolutionLayer.Builder(2, 2).nOut(3).activation(Activation.RELU).build())
                .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(1, 1).build())
                .layer(new DenseLayer.Builder().nOut(5).activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutionalFlat(4, 4, 1))
                .build());
    network.init();
    return network;
  }
}
