package dev.strata.driver.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.learner.ForwardingLearner;
import dev.strata.executor.learner.HandUpdater;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.optimizer.Updaters;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerRound;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Two hundred steps of every updater under a schedule, through the engine and across a resume,
 * against {@link HandUpdater} in float64. With several workers the reference does what averaging
 * says: each worker takes its own step from the common parameters and state, and both are averaged.
 *
 * <p>The loss is linear in the parameters, so that gradients are those of the data alone and
 * rounding does not feed back: all updaters are layers of one graph.
 */
class UpdaterLawsTest {
  private static final int WIDTH = 3;
  private static final int CLASSES = 2;
  private static final int BATCH = 4;
  private static final int EPOCHS = 40;
  private static final int WINDOW = 2;
  private static final long SEED = 5;
  private static final double RATE = 0.05;
  private static final double EPSILON = 1e-3;
  private static final List<String> TYPES =
      List.of(
          "sgd",
          "nesterovs",
          "adam",
          "adamax",
          "nadam",
          "amsgrad",
          "adagrad",
          "adadelta",
          "rmsprop",
          "none");

  /** Without those that DL4J gives no schedule. */
  private static final List<String> SCHEDULED =
      List.of("sgd", "nesterovs", "adam", "adamax", "nadam", "amsgrad", "rmsprop");

  @TempDir private Path folder;

  private static double rate(String type, long t) {
    return SCHEDULED.contains(type) ? RATE * Math.pow(0.5, t / 60) : RATE;
  }

  private static NetworkConfiguration network() {
    var graph = new NeuralNetConfiguration.Builder().seed(3).graphBuilder().addInputs("in");
    for (String type : TYPES) {
      ScheduleSettings schedule =
          SCHEDULED.contains(type)
              ? new ScheduleSettings("step", "iteration", 0.5, 60, 1, 100, 1, Map.of())
              : ScheduleSettings.none();
      UpdaterSettings settings =
          new UpdaterSettings(
              type,
              RATE,
              HandUpdater.MU,
              HandUpdater.BETA1,
              HandUpdater.BETA2,
              EPSILON,
              HandUpdater.RHO);
      NetworkProblems problems = new NetworkProblems();
      graph.addLayer(
          type,
          new OutputLayer.Builder(LossFunction.MSE)
              .activation(Activation.IDENTITY)
              .nIn(WIDTH)
              .nOut(CLASSES)
              .updater(Updaters.build(settings, schedule, problems).orElseThrow())
              .build(),
          "in");
      problems.raise();
    }
    ComputationGraph model =
        new ComputationGraph(graph.setOutputs(TYPES.toArray(String[]::new)).build());
    model.init();
    return NetworkConfiguration.of(model);
  }

  /** A learner of the graph that gives each of its outputs the rows' labels. */
  record LinearSpec(NetworkConfiguration network) implements LearnerSpec {
    @Override
    public LinearLearner create() {
      return new LinearLearner(new NetworkLearnerSpec(network).create(LinearSpec::linear));
    }

    private static void linear(Model model) {
      for (Layer layer : ((ComputationGraph) model).getLayers()) {
        ((BaseOutputLayer) layer.conf().getLayer()).setLossFn(new LinearLoss());
      }
    }
  }

  /** Trains all outputs on the same labels. */
  static final class LinearLearner extends ForwardingLearner {
    LinearLearner(NetworkLearner network) {
      super(network);
    }

    @Override
    public double step(Minibatch minibatch) {
      INDArray[] labels = new INDArray[TYPES.size()];
      Arrays.fill(labels, minibatch.labels()[0]);
      return network.step(
          new Minibatch(
              minibatch.rows(),
              minibatch.inputs(),
              labels,
              minibatch.masks(),
              minibatch.weights(),
              minibatch.rowNumbers()));
    }
  }

  /** Σ y z: its gradient with regard to z is y, whatever z is. */
  static final class LinearLoss implements ILossFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public double computeScore(
        INDArray labels, INDArray z, IActivation activation, INDArray mask, boolean average) {
      double sum = labels.mul(z).sumNumber().doubleValue();
      return average ? sum / labels.size(0) : sum;
    }

    @Override
    public INDArray computeScoreArray(
        INDArray labels, INDArray z, IActivation activation, INDArray mask) {
      return labels.mul(z).sum(true, 1);
    }

    @Override
    public INDArray computeGradient(
        INDArray labels, INDArray z, IActivation activation, INDArray mask) {
      return labels.dup();
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
        INDArray labels, INDArray z, IActivation activation, INDArray mask, boolean average) {
      return Pair.of(
          computeScore(labels, z, activation, mask, average),
          computeGradient(labels, z, activation, mask));
    }

    @Override
    public String name() {
      return "linear";
    }
  }

  @ParameterizedTest(name = "{0} workers")
  @ValueSource(ints = {1, 3})
  void everyUpdaterIsTheReferencesInTwoHundredStepsAndAResume(int workers) {
    int[] blocks = new int[workers];
    Arrays.fill(blocks, 5 * BATCH);
    ShardSet shards = TestShards.clusters(folder, 1, WIDTH, CLASSES, false, blocks);
    ShardManifest manifest = ManifestFile.read(new Configuration(), shards);
    int every = workers == 1 ? 5 : 1;
    LinearSpec spec = new LinearSpec(network());
    LinearLearner fresh = spec.create();
    float[] start = StateVector.of(fresh.parameters()).toFloats();
    List<String> types = types(spec.network());
    AveragingPhase phase =
        AveragingPhaseBuilder.builder()
            .name("supervised")
            .title("test")
            .learner(spec)
            .layout(fresh.layout())
            .shards(shards)
            .plan(EpochPlan.of(manifest, workers, BATCH, every))
            .shuffleWindow(WINDOW)
            .epochs(EPOCHS)
            .seed(SEED)
            .build();
    AveragingTrainer trainer =
        new AveragingTrainer(
            JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext()),
            new AveragingSettings(every, OptimizerState.AVERAGE, 1L << 30, OuterSettings.NONE),
            true);
    TrainingState state =
        TrainingState.beginning(
            0,
            StateVector.of(fresh.parameters()),
            StateVector.of(fresh.optimizerState()),
            workers,
            false);
    TrainingState half =
        trainer.train(phase, state, (now, outcome, ended) -> now.iteration() < 100);
    WorkerRound.releaseAll();
    TrainingState whole = trainer.train(phase, half, (now, outcome, ended) -> true);
    assertThat(half.iteration()).isEqualTo(100);
    assertThat(whole.iteration()).isEqualTo(200);
    double[] expected = reference(start, types, shards, manifest, workers);
    float[] found = whole.parameters().toFloats();
    assertThat(found).hasSameSizeAs(expected);
    int of = (WIDTH + 1) * CLASSES;
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i])
          .as("%s, parameter %d", types.get(i / of), i % of)
          .isCloseTo(expected[i], within(1e-5 * (1 + Math.abs(expected[i]))));
    }
  }

  /** Parameters after all epochs, in float64. */
  private static double[] reference(
      float[] start, List<String> types, ShardSet shards, ShardManifest manifest, int workers) {
    int of = (WIDTH + 1) * CLASSES;
    double[] parameters = new double[start.length];
    Arrays.setAll(parameters, i -> start[i]);
    List<HandUpdater> common = new ArrayList<>();
    types.forEach(
        type ->
            Stream.generate(() -> new HandUpdater(type, EPSILON)).limit(of).forEach(common::add));
    long t = 0;
    try (MinibatchReader reader =
        new MinibatchReader(new Configuration(), shards, manifest, DataType.FLOAT)) {
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        long seed = Seeds.order(SEED, "supervised", epoch);
        for (int step = 0; step < 5; step++) {
          double[] sum = new double[parameters.length];
          List<List<HandUpdater>> states = new ArrayList<>();
          common.forEach(updater -> states.add(new ArrayList<>()));
          for (int worker = 0; worker < workers; worker++) {
            EpochOrder order = EpochOrder.of(manifest, worker, workers, WINDOW, seed);
            double[] gradient = gradient(reader.read(order, step * BATCH, BATCH));
            for (int i = 0; i < sum.length; i++) {
              HandUpdater own = common.get(i).copy();
              String type = types.get(i / of);
              sum[i] += own.step(gradient[i % of], rate(type, t), (int) t + 1);
              states.get(i).add(own);
            }
          }
          for (int i = 0; i < sum.length; i++) {
            parameters[i] -= sum[i] / workers;
            common.get(i).average(states.get(i));
          }
          t++;
        }
      }
    }
    return parameters;
  }

  /** The updaters in the order of the flat parameters. */
  private static List<String> types(NetworkConfiguration network) {
    ComputationGraph graph = (ComputationGraph) network.newModel();
    return TYPES.stream()
        .sorted(Comparator.comparing(type -> graph.getLayer(type).getParam("W").offset()))
        .toList();
  }

  /** Mean over rows of x y', units one after the other, then of y. */
  private static double[] gradient(Minibatch minibatch) {
    double[][] x = minibatch.inputs()[0].castTo(DataType.DOUBLE).toDoubleMatrix();
    double[][] y = minibatch.labels()[0].castTo(DataType.DOUBLE).toDoubleMatrix();
    double[] gradient = new double[(WIDTH + 1) * CLASSES];
    for (int row = 0; row < BATCH; row++) {
      for (int k = 0; k < CLASSES; k++) {
        for (int i = 0; i < WIDTH; i++) {
          gradient[k * WIDTH + i] += x[row][i] * y[row][k] / BATCH;
        }
        gradient[WIDTH * CLASSES + k] += y[row][k] / BATCH;
      }
    }
    return gradient;
  }
}
