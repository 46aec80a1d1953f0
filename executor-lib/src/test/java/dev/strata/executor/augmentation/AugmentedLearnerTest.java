package dev.strata.executor.augmentation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.Crop;
import dev.strata.executor.corruption.Flip;
import dev.strata.executor.corruption.Noise;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.shard.Minibatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

class AugmentedLearnerTest {
  private static final RowFacts IMAGES = RowFacts.ofImages(new ImageShape(4, 5, 1));
  private static final CorruptionPlan PLAN =
      new CorruptionPlan(
          "training.augmentation", List.of(new Flip(0.5), new Crop(2, 0), new Noise(0.1)), IMAGES);

  /** Keeps what it is given, by the rows' numbers. */
  private static final class Recorder implements Learner {
    final Map<Long, String> rows = new TreeMap<>();
    final List<Minibatch> minibatches = new ArrayList<>();
    long iteration;

    @Override
    public INDArray parameters() {
      return Nd4j.zeros(1, 1);
    }

    @Override
    public INDArray optimizerState() {
      return null;
    }

    @Override
    public ParameterLayout layout() {
      return null;
    }

    @Override
    public void counters(long iterations, int epoch) {
      iteration = iterations;
    }

    @Override
    public double step(Minibatch minibatch) {
      minibatches.add(minibatch);
      for (int i = 0; i < minibatch.rows(); i++) {
        rows.put(
            minibatch.rowNumbers()[i],
            Arrays.toString(minibatch.inputs()[0].getRow(i).toFloatVector()));
      }
      return 0.25;
    }

    @Override
    public byte[] localState() {
      return new byte[] {7};
    }
  }

  private static Minibatch minibatch(int... numbers) {
    INDArray rows = Nd4j.create(numbers.length, 20);
    for (int i = 0; i < numbers.length; i++) {
      for (int j = 0; j < 20; j++) {
        rows.putScalar(i, j, numbers[i] + 0.01 * j);
      }
    }
    return new Minibatch(
        numbers.length,
        new INDArray[] {rows},
        new INDArray[] {Nd4j.ones(numbers.length, 2)},
        new INDArray[0],
        Optional.empty(),
        Arrays.stream(numbers).asLongStream().toArray());
  }

  private static Map<Long, String> rows(long seed, int epoch, Minibatch... minibatches) {
    Recorder recorder = new Recorder();
    AugmentedLearner learner =
        new AugmentedLearner(recorder, new AugmentedRows(PLAN.augmentation(), seed));
    learner.counters(3, epoch);
    for (Minibatch minibatch : minibatches) {
      learner.step(minibatch);
    }
    return recorder.rows;
  }

  @Test
  void aRowsChangeDependsOnSeedEpochAndItsNumberAlone() {
    Map<Long, String> one = rows(5, 2, minibatch(1, 2, 3, 4, 5, 6));
    // As two workers see them, in another order, and one of them after a resume.
    Map<Long, String> several = rows(5, 2, minibatch(6, 2), minibatch(4));
    several.putAll(rows(5, 2, minibatch(5, 3, 1)));
    assertThat(several).isEqualTo(one);
    Map<Long, String> epoch = rows(5, 3, minibatch(1, 2, 3, 4, 5, 6));
    Map<Long, String> seed = rows(6, 2, minibatch(1, 2, 3, 4, 5, 6));
    one.forEach((row, text) -> assertThat(epoch.get(row)).isNotEqualTo(text));
    one.forEach((row, text) -> assertThat(seed.get(row)).isNotEqualTo(text));
  }

  @Test
  void allButTheFirstInputStaysAsItIs() {
    Recorder recorder = new Recorder();
    AugmentedLearner learner =
        new AugmentedLearner(recorder, new AugmentedRows(PLAN.augmentation(), 1));
    learner.counters(9, 0);
    Minibatch given = minibatch(1, 2, 3);
    INDArray before = given.inputs()[0].dup();
    assertThat(learner.step(given)).isEqualTo(0.25);
    Minibatch seen = recorder.minibatches.get(0);
    assertThat(given.inputs()[0]).isEqualTo(before);
    assertThat(seen.inputs()[0]).isNotEqualTo(before);
    assertThat(seen.labels()).isSameAs(given.labels());
    assertThat(recorder.iteration).isEqualTo(9);
    assertThat(learner.localState()).containsExactly(7);
  }

  /** Plateaus, TensorBoard and the statistics of layers ask for them. */
  @Test
  void ratesAndNetworkAreThoseOfTheLearner() {
    MultiLayerNetwork model =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(0.5))
                .list(
                    new OutputLayer.Builder(new LossMCXENT())
                        .nIn(20)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    model.init();
    NetworkConfiguration network = NetworkConfiguration.of(model);
    AugmentedLearnerSpec spec = new AugmentedLearnerSpec(new NetworkLearnerSpec(network), PLAN, 1);
    assertThat(spec.networkOfRows()).contains(network);
    try (Learner learner = spec.create()) {
      assertThat(learner.learningRates().largest(0, 0)).hasValue(0.5);
    }
  }
}
