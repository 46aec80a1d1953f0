package dev.strata.executor.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.shard.Minibatch;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

class AutoencoderLearnerTest {
  private static final AutoencoderSettings DENOISING =
      AutoencoderSettings.plain("sigmoid", "sigmoid", "cross-entropy")
          .withCorruption(InputNoise.masking(0.3));

  private static final AutoencoderSettings CLEAN = DENOISING.withCorruption(InputNoise.none());

  @BeforeAll
  static void oneThread() {
    BlasThreads.single();
  }

  /** Data of rank 8 in 64 dimensions, on which DL4J's own autoencoder diverges. */
  @ParameterizedTest
  @CsvSource({
    "sgd, 0.05, sigmoid",
    "adam, 0.005, sigmoid",
    "sgd, 0.01, relu",
    "adam, 0.002, relu",
    "momentum, 0.002, tanh",
    "adam, 0.002, identity"
  })
  void dataOfLowRankAreLearnt(String updater, double rate, String activation) {
    Nd4j.getRandom().setSeed(1);
    INDArray data =
        Nd4j.randn(DataType.FLOAT, 512, 8).mmul(Nd4j.randn(DataType.FLOAT, 8, 64)).divi(3);
    AutoencoderLearner learner =
        new AutoencoderSpec(
                64,
                32,
                AutoencoderSettings.plain(activation, "identity", "squared-error"),
                update(updater, rate),
                3)
            .create();
    assertThat(relativeError(learner, data)).isGreaterThan(0.3);
    for (int step = 0; step < 2500; step++) {
      int from = step % 8 * 64;
      learner.step(minibatch(data.get(NDArrayIndex.interval(from, from + 64))));
    }
    assertThat(relativeError(learner, data)).isLessThan(0.1);
  }

  private static double relativeError(AutoencoderLearner learner, INDArray data) {
    double[] sums = learner.measure(data);
    assertThat(learner.measures()).containsExactly("loss", "squared-error", "squared-input");
    assertThat(sums[0]).isEqualTo(sums[1] / 2);
    return Math.sqrt(sums[1] / sums[2]);
  }

  @Test
  void theSameSeedGivesTheSameBytesAndAnotherOthers() {
    float[] once = trained(1, 5);
    assertThat(trained(1, 5)).containsExactly(once);
    assertThat(trained(1, 6)).isNotEqualTo(once);
    assertThat(trained(2, 5)).isNotEqualTo(once);
  }

  private static float[] trained(long seed, long generator) {
    AutoencoderLearner learner =
        new AutoencoderSpec(20, 12, DENOISING.withTied(true), update("adam", 0.01), seed).create();
    INDArray data = unitData(16, 20);
    Nd4j.getRandom().setSeed(generator);
    for (int step = 0; step < 5; step++) {
      learner.step(minibatch(data));
    }
    return learner.parameters().toFloatVector();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void encoderAndDecoderAreTheDenseLayersOfStockDl4j(boolean tied) {
    for (String activation : List.of("sigmoid", "tanh", "relu", "elu", "identity")) {
      AutoencoderSettings settings =
          AutoencoderSettings.plain(activation, "tanh", "squared-error").withTied(tied);
      AutoencoderSpec spec = new AutoencoderSpec(10, 7, settings, update("sgd", 0.1), 2);
      AutoencoderLearner learner = spec.create();
      INDArray data = unitData(9, 10);
      learner.step(minibatch(data));
      int encoder = (int) spec.encoder().get(0).parameters();
      INDArray flat =
          Nd4j.concat(
              1,
              learner.parameters().get(NDArrayIndex.all(), NDArrayIndex.interval(0, encoder)),
              learner.decoderParameters());
      MultiLayerNetwork stock = stock(spec.encoder().get(0), spec.decoder().get(0));
      stock.setParams(flat);
      List<INDArray> expected = stock.feedForward(data);
      assertClose(learner.encode(data), expected.get(1));
      assertClose(learner.reconstruct(data), expected.get(2));
    }
  }

  private static MultiLayerNetwork stock(DenseShape encoder, DenseShape decoder) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(encoder.inputs())
                        .nOut(encoder.units())
                        .activation(Activation.fromString(encoder.activation()))
                        .build())
                .layer(
                    new OutputLayer.Builder()
                        .nIn(decoder.inputs())
                        .nOut(decoder.units())
                        .activation(Activation.fromString(decoder.activation()))
                        .lossFunction(LossFunction.MSE)
                        .build())
                .build());
    network.init();
    return network;
  }

  @Test
  void unrolledFromItsPartsItReconstructsAndThenLearns() {
    AutoencoderSpec lower = new AutoencoderSpec(12, 8, DENOISING, update("adam", 0.01), 1);
    AutoencoderSpec upper = new AutoencoderSpec(8, 4, DENOISING, update("adam", 0.01), 2);
    AutoencoderLearner first = lower.create();
    AutoencoderLearner second = upper.create();
    INDArray data = unitData(32, 12);
    INDArray code = first.encode(data).dup();
    int low = (int) lower.encoder().get(0).parameters();
    int high = (int) upper.encoder().get(0).parameters();

    DeepAutoencoderSpec spec =
        new DeepAutoencoderSpec(
            List.of(lower.encoder().get(0), upper.encoder().get(0)),
            List.of(upper.decoder().get(0), lower.decoder().get(0)),
            "cross-entropy",
            InputNoise.none(),
            0,
            update("adam", 0.01),
            5);
    AutoencoderLearner deep = spec.create();
    deep.parameters()
        .assign(
            Nd4j.concat(
                1,
                first.parameters().get(NDArrayIndex.all(), NDArrayIndex.interval(0, low)),
                second.parameters().get(NDArrayIndex.all(), NDArrayIndex.interval(0, high)),
                second.decoderParameters(),
                first.decoderParameters()));
    assertClose(deep.encode(data), second.encode(code));
    assertThat(deep.decoderParameters().length())
        .isEqualTo(spec.decoder().stream().mapToLong(DenseShape::parameters).sum());
    INDArray down = first.decoderParameters();
    INDArray weights = down.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 8 * 12));
    INDArray bias = down.get(NDArrayIndex.all(), NDArrayIndex.interval(8 * 12, down.length()));
    INDArray logits =
        second.reconstruct(code).mmul(weights.reshape('f', 8, 12)).addiRowVector(bias);
    assertClose(deep.reconstruct(data), Transforms.sigmoid(logits));
    double before = deep.measure(data)[0];
    for (int i = 0; i < 200; i++) {
      deep.step(minibatch(data));
    }
    assertThat(deep.measure(data)[0]).isLessThan(0.97 * before);
  }

  @Test
  void lossOfAStepIsTheMeasuredMeanWhereNothingIsAdded() {
    AutoencoderSettings plain = AutoencoderSettings.plain("elu", "sigmoid", "cross-entropy");
    AutoencoderLearner learner = new AutoencoderSpec(10, 6, plain, update("sgd", 0.1), 4).create();
    INDArray data = unitData(8, 10);
    double[] sums = learner.measure(data);
    INDArray r = learner.reconstruct(data).dup();
    assertThat(learner.measures())
        .containsExactly("loss", "cross-entropy", "squared-error", "squared-input");
    double squared = r.sub(data).norm2Number().doubleValue();
    assertThat(sums[2] / (squared * squared)).isBetween(1 - 1e-5, 1 + 1e-5);
    assertThat(learner.step(minibatch(data))).isEqualTo(sums[0] / 8);
  }

  @Test
  void swapNoiseTakesTheColumnsOfOtherRows() {
    AutoencoderSettings swapping = DENOISING.withCorruption(InputNoise.swap(0.8));
    UpdateSettings update = update("sgd", 0.1);
    AutoencoderSpec whole = new AutoencoderSpec(6, 4, swapping, update, 4, List.of(2, 4));
    INDArray same = unitData(1, 6).repeat(0, 5);
    assertThat(step(whole, same))
        .as("rows that are all the same stay so")
        .isEqualTo(step(new AutoencoderSpec(6, 4, CLEAN, update, 4), same));
    INDArray data = unitData(5, 6);
    assertThat(step(whole, data)).isEqualTo(step(whole, data));
    assertThat(step(whole, data))
        .isNotEqualTo(step(new AutoencoderSpec(6, 4, swapping, update, 4), data))
        .isNotEqualTo(step(new AutoencoderSpec(6, 4, CLEAN, update, 4), data));
  }

  /** Parameters after it. */
  private static INDArray step(AutoencoderSpec spec, INDArray data) {
    AutoencoderLearner learner = spec.create();
    Nd4j.getRandom().setSeed(3);
    learner.step(minibatch(data));
    return learner.parameters();
  }

  @Test
  void imagesAreTakenAsRows() {
    AutoencoderSpec spec = new AutoencoderSpec(20, 6, DENOISING, update("sgd", 0.1), 4);
    INDArray data = unitData(8, 20);
    assertThat(spec.create().encode(data.reshape(8, 1, 4, 5)))
        .isEqualTo(spec.create().encode(data));
  }

  @Test
  void crossEntropyOfInputsThatAreNoProbabilitiesIsRefused() {
    AutoencoderLearner learner =
        new AutoencoderSpec(10, 6, DENOISING, update("sgd", 0.1), 4).create();
    INDArray data = unitData(3, 10);
    data.putScalar(2, 4, 1.5);
    assertThatThrownBy(() -> learner.step(minibatch(data)))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("data.scaling")
        .hasMessageContaining("2 of a minibatch, input 4")
        .hasMessageContaining("1.5");
  }

  private static UpdateSettings update(String type, double rate) {
    return new UpdateSettings(
        UpdaterSettings.of(type, rate), ScheduleSettings.none(), ClippingSettings.none());
  }

  private static Minibatch minibatch(INDArray rows) {
    return new Minibatch(
        (int) rows.size(0),
        new INDArray[] {rows},
        new INDArray[0],
        new INDArray[0],
        Optional.empty());
  }

  private static INDArray unitData(int rows, int inputs) {
    Nd4j.getRandom().setSeed(8);
    return Nd4j.rand(DataType.FLOAT, rows, inputs);
  }

  private static void assertClose(INDArray found, INDArray expected) {
    assertThat(found.sub(expected).normmaxNumber().doubleValue()).isLessThan(1e-6);
  }
}
