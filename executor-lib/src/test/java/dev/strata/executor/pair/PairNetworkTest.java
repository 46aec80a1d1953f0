package dev.strata.executor.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.OutputTask;
import dev.strata.executor.network.NetworkBuilder;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.network.NetworkSettings;
import dev.strata.executor.network.NetworkSettingsBuilder;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.step.StepSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class PairNetworkTest {
  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  /** Inputs → tanh units → an embedding of identity units. */
  private static NetworkConfiguration branch(int inputs, double l2, int embedding, int... units) {
    UpdaterSettings updater = new UpdaterSettings("sgd", 0.1, 0, 0, 0, 1, 0.5);
    List<LayerSettings> layers =
        new ArrayList<>(Arrays.stream(units).mapToObj(n -> (LayerSettings) tanh(n)).toList());
    layers.add(output(embedding));
    NetworkSettings plain = NetworkSettings.of(layers, updater);
    return NetworkBuilder.build(
        NetworkSettingsBuilder.builder()
            .layers(plain.layers())
            .updater(plain.updater())
            .schedule(plain.schedule())
            .clipping(plain.clipping())
            .l1(0)
            .l2(l2)
            .weightDecay(0)
            .maxNorm(0)
            .build(),
        inputs,
        OutputTask.values(embedding),
        42);
  }

  private static LayerSettings tanh(int units) {
    return new LayerSettings.Dense(
        Optional.of(units),
        Optional.of("tanh"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static LayerSettings output(int units) {
    return new LayerSettings.Output(
        Optional.of(units),
        Optional.of("mse"),
        Optional.of("identity"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("embedding"));
  }

  @Test
  void theFirstParametersAreTheBranchsInItsOwnLayout() {
    NetworkConfiguration branch = branch(4, 0, 3, 5);
    NetworkConfiguration pairs = PairNetwork.of(branch);
    long own = branch.parameterCount();
    assertThat(pairs.parameterCount()).isEqualTo(own + PairNetwork.HEAD_PARAMETERS);
    ComputationGraph graph = (ComputationGraph) pairs.newModel();
    INDArray flat = graph.params();
    MultiLayerNetwork alone = (MultiLayerNetwork) branch.newModel();
    alone.params().assign(flat.get(NDArrayIndex.all(), NDArrayIndex.interval(0, own)));
    INDArray first = Nd4j.rand(DataType.FLOAT, 6, 4);
    INDArray second = Nd4j.rand(DataType.FLOAT, 6, 4);
    double[] distances = alone.output(first).sub(alone.output(second)).norm2(1).toDoubleVector();
    double weight = flat.getDouble(own);
    double bias = flat.getDouble(own + 1);
    assertThat(weight).isEqualTo(-1);
    assertThat(bias).isEqualTo(1);
    INDArray same = graph.outputSingle(first, second);
    for (int i = 0; i < distances.length; i++) {
      double expected = 1 / (1 + Math.exp(-(weight * distances[i] + bias)));
      assertThat(same.getDouble(i)).isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void theLossIsTheCrossEntropyOfAHandComputedExample() {
    // f(x) = x: distances 5 and 0.5; w = -1, b = 1 give z = -4 and 0.5.
    NetworkConfiguration pairs = PairNetwork.of(branch(2, 0, 2));
    ComputationGraph graph = (ComputationGraph) pairs.newModel();
    graph.params().assign(Nd4j.createFromArray(new float[] {1, 0, 0, 1, 0, 0, -1, 1}));
    INDArray first = Nd4j.createFromArray(new float[][] {{3, 1}, {2, 2}});
    INDArray second = Nd4j.createFromArray(new float[][] {{0, 5}, {2, 2.5f}});
    INDArray labels = Nd4j.createFromArray(new float[][] {{1}, {0}});
    PairLearner learner =
        new PairLearnerSpec(
                pairs,
                StepSettings.STOCK,
                new CorruptionPlan("task.augmentation", List.of(), facts(2)),
                1)
            .create();
    learner.parameters().assign(graph.params());
    learner.counters(0, 0);
    INDArray[] none = new INDArray[0];
    double loss =
        learner.step(
            new Minibatch(
                2,
                new INDArray[] {first, second},
                new INDArray[] {labels},
                none,
                Optional.empty()));
    // (log(1 + e^4) + log(1 + e^0.5)) / 2 = (4.018150 + 0.974077) / 2
    assertThat(loss).isCloseTo(2.496113, within(1e-5));
    // dL/dz = (p - y) / 2: -0.491007, 0.311230; dL/db is their sum, dL/dw = sum of dL/dz · d.
    double bias = -0.4910069 + 0.3112297;
    double weight = -0.4910069 * 5 + 0.3112297 * 0.5;
    assertThat(learner.parameters().getDouble(6)).isCloseTo(-1 - 0.1 * weight, within(1e-5));
    assertThat(learner.parameters().getDouble(7)).isCloseTo(1 - 0.1 * bias, within(1e-5));
  }

  @Test
  void gradientsOfTheSharedWeightsAreRight() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      UpdaterSettings none = new UpdaterSettings("none", 1, 0, 0, 0, 1, 0.5);
      NetworkSettings settings =
          NetworkSettingsBuilder.builder()
              .layers(List.of(tanh(5), output(3)))
              .updater(none)
              .schedule(NetworkSettings.of(List.of(), none).schedule())
              .clipping(NetworkSettings.of(List.of(), none).clipping())
              .l1(0)
              .l2(0.02)
              .weightDecay(0)
              .maxNorm(0)
              .build();
      NetworkConfiguration branch = NetworkBuilder.build(settings, 4, OutputTask.values(3), 42);
      ComputationGraph graph = (ComputationGraph) PairNetwork.of(branch).newModel(DataType.DOUBLE);
      Nd4j.getRandom().setSeed(7);
      INDArray first = Nd4j.rand(DataType.DOUBLE, 6, 4);
      INDArray second = Nd4j.rand(DataType.DOUBLE, 6, 4);
      INDArray labels = Nd4j.createFromArray(1.0, 0, 1, 0, 1, 0).reshape(6, 1);
      assertThat(
              GradientCheckUtil.checkGradients(
                  new GradientCheckUtil.GraphConfig()
                      .net(graph)
                      .epsilon(1e-6)
                      .maxRelError(1e-5)
                      .minAbsoluteError(1e-9)
                      .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
                      .inputs(new INDArray[] {first, second})
                      .labels(new INDArray[] {labels})))
          .isTrue();
    } finally {
      Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    }
  }

  /** Maps of a convolution over images of 4 × 4, flattened: no layer with a width of its own. */
  private static NetworkConfiguration maps() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new NoOp())
                .list()
                .layer(
                    new ConvolutionLayer.Builder(3, 3)
                        .nOut(2)
                        .convolutionMode(ConvolutionMode.Same)
                        .activation(Activation.TANH)
                        .build())
                .layer(
                    new SubsamplingLayer.Builder(
                            SubsamplingLayer.PoolingType.AVG, new int[] {2, 2}, new int[] {2, 2})
                        .build())
                .layer(
                    new LossLayer.Builder(LossFunctions.LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .build())
                .inputPreProcessor(2, new CnnToFeedForwardPreProcessor(2, 2, 2))
                .setInputType(InputType.convolutionalFlat(4, 4, 1))
                .build());
    network.init();
    return NetworkConfiguration.of(network);
  }

  @Test
  void flattenedMapsCanBeTheEmbedding() {
    NetworkConfiguration branch = maps();
    ComputationGraph graph = (ComputationGraph) PairNetwork.of(branch).newModel();
    long own = branch.parameterCount();
    assertThat(graph.params().length()).isEqualTo(own + PairNetwork.HEAD_PARAMETERS);
    MultiLayerNetwork alone = (MultiLayerNetwork) branch.newModel();
    alone.params().assign(graph.params().get(NDArrayIndex.all(), NDArrayIndex.interval(0, own)));
    INDArray first = Nd4j.rand(DataType.FLOAT, 3, 16);
    INDArray second = Nd4j.rand(DataType.FLOAT, 3, 16);
    double[] distances = alone.output(first).sub(alone.output(second)).norm2(1).toDoubleVector();
    INDArray same = graph.outputSingle(first, second);
    for (int i = 0; i < distances.length; i++) {
      assertThat(same.getDouble(i)).isCloseTo(1 / (1 + Math.exp(distances[i] - 1)), within(1e-5));
    }
  }

  @Test
  void whatABranchDropsIsDroppedFromItsEmbeddingToo() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dropOut(0.5)
                .constrainWeights(new MaxNormConstraint(1, 1))
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(3).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(3)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    ComputationGraph graph =
        (ComputationGraph) PairNetwork.of(NetworkConfiguration.of(network)).newModel();
    for (int layer = 0; layer < 2; layer++) {
      Layer own = network.getLayer(layer).conf().getLayer();
      Layer paired = graph.getLayer(layer).conf().getLayer();
      assertThat(paired.getIDropout()).isEqualTo(own.getIDropout()).isNotNull();
      assertThat(paired.getConstraints()).isEqualTo(own.getConstraints()).isNotEmpty();
    }
  }

  @Test
  void gradientsThroughConvolutionsAreRight() {
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    try {
      ComputationGraph graph = (ComputationGraph) PairNetwork.of(maps()).newModel(DataType.DOUBLE);
      Nd4j.getRandom().setSeed(7);
      assertThat(
              GradientCheckUtil.checkGradients(
                  new GradientCheckUtil.GraphConfig()
                      .net(graph)
                      .epsilon(1e-6)
                      .maxRelError(1e-5)
                      .minAbsoluteError(1e-9)
                      .print(GradientCheckUtil.PrintMode.FAILURES_ONLY)
                      .inputs(
                          new INDArray[] {
                            Nd4j.rand(DataType.DOUBLE, 4, 16), Nd4j.rand(DataType.DOUBLE, 4, 16)
                          })
                      .labels(new INDArray[] {Nd4j.createFromArray(1.0, 0, 1, 0).reshape(4, 1)})))
          .isTrue();
    } finally {
      Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    }
  }

  @Test
  void equalRowsHaveDistanceZeroAndNoGradientThroughIt() {
    NetworkConfiguration branch = branch(2, 0, 2, 3);
    ComputationGraph graph = (ComputationGraph) PairNetwork.of(branch).newModel();
    INDArray rows = Nd4j.createFromArray(new float[][] {{3, 1}, {2, 2}});
    graph.setInputs(rows, rows.dup());
    graph.setLabels(Nd4j.ones(2, 1));
    graph.computeGradientAndScore();
    INDArray gradient = graph.getFlattenedGradients();
    for (int i = 0; i < branch.parameterCount(); i++) {
      assertThat(gradient.getDouble(i)).isZero();
    }
    assertThat(gradient.getDouble(branch.parameterCount() + 1)).isLessThan(0);
  }

  @Test
  void theGraphIsStock() {
    String json = PairNetwork.of(branch(4, 0.1, 3, 5)).json();
    assertThat(ComputationGraphConfiguration.fromJson(json).toJson()).isEqualTo(json);
    assertThat(json).doesNotContain("dev.strata");
  }

  private static RowFacts facts(int width) {
    return RowFacts.ofTable(width, List.of());
  }
}
