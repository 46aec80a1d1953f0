package dev.strata.driver.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.reconstruction.ReconstructionEvaluator;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.autoencoder.AutoencoderSettings;
import dev.strata.executor.autoencoder.AutoencoderSpec;
import dev.strata.executor.autoencoder.DeepAutoencoderSpec;
import dev.strata.executor.autoencoder.InputNoise;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.learner.DenseShape;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.UnsupervisedSpec;
import dev.strata.executor.learner.UpdateSettings;
import dev.strata.executor.optimizer.ClippingSettings;
import dev.strata.executor.optimizer.ScheduleSettings;
import dev.strata.executor.optimizer.UpdaterSettings;
import dev.strata.executor.rbm.RbmSettings;
import dev.strata.executor.rbm.RbmSpec;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.round.WorkerRound;
import dev.strata.executor.round.WorkerState;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** What averaging promises, of learners without labels: corruption, sampling, chains. */
class UnsupervisedLawsTest {
  private static final int WIDTH = 9;
  private static final int UNITS = 5;
  private static final int BATCH = 4;
  private static final int EVERY = 2;
  private static final int EPOCHS = 3;
  private static final long SEED = 5;
  private static final int WINDOW = 2;

  @TempDir Path folder;
  private final Configuration hadoop = new Configuration();
  private ShardSet shards;
  private ShardManifest manifest;

  static Stream<Arguments> learners() {
    return Stream.of(
        Arguments.of(
            "denoising autoencoder, Adam",
            new AutoencoderSpec(
                WIDTH,
                UNITS,
                AutoencoderSettings.plain("sigmoid", "sigmoid", AutoencoderSettings.CROSS_ENTROPY)
                    .withTied(true)
                    .withCorruption(InputNoise.masking(0.3)),
                update("adam", 0.01),
                7)),
        Arguments.of(
            "autoencoder with noise, momentum",
            new AutoencoderSpec(
                WIDTH,
                UNITS,
                AutoencoderSettings.plain("relu", "identity", AutoencoderSettings.SQUARED_ERROR)
                    .withCorruption(InputNoise.gaussian(0.1)),
                update("momentum", 0.01),
                7)),
        Arguments.of("deep autoencoder, Adam", deep()),
        Arguments.of("binary machine, CD-1", machine(1, false, RbmSettings.Sparsity.none())),
        Arguments.of(
            "binary machine, persistent chains, sparsity target",
            machine(2, true, new RbmSettings.Sparsity(0.2, 0.1, 0.9))));
  }

  private static UpdateSettings update(String type, double rate) {
    return new UpdateSettings(
        UpdaterSettings.of(type, rate), ScheduleSettings.none(), ClippingSettings.none());
  }

  private static UnsupervisedSpec deep() {
    return new DeepAutoencoderSpec(
        List.of(new DenseShape(WIDTH, 6, "sigmoid"), new DenseShape(6, 3, "sigmoid")),
        List.of(new DenseShape(3, 6, "sigmoid"), new DenseShape(6, WIDTH, "sigmoid")),
        AutoencoderSettings.CROSS_ENTROPY,
        InputNoise.saltAndPepper(0.2),
        1e-4,
        update("adam", 0.01),
        7);
  }

  private static UnsupervisedSpec machine(
      int steps, boolean persistent, RbmSettings.Sparsity sparsity) {
    RbmSettings settings =
        new RbmSettings(
            RbmSettings.BINARY,
            RbmSettings.BINARY,
            steps,
            persistent,
            true,
            sparsity,
            1e-4,
            0.1,
            1);
    return new RbmSpec(WIDTH, UNITS, settings, update("momentum", 0.05), 7);
  }

  @BeforeEach
  void rows() {
    BlasThreads.single();
    shards = TestShards.patterns(folder, 1, WIDTH, 23, 0, 20, 19);
    manifest = ManifestFile.read(hadoop, shards);
  }

  /** What the engine gives and what plain code must give. */
  private record Trained(StateVector parameters, StateVector optimizerState, byte[] localState) {}

  /** The learner's own loop, without Spark, rounds or averaging. */
  private Trained alone(UnsupervisedSpec spec) {
    try (Learner learner = spec.create();
        MinibatchReader reader = new MinibatchReader(hadoop, shards, manifest, DataType.FLOAT)) {
      long iteration = 0;
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        learner.counters(iteration, epoch);
        EpochOrder order =
            EpochOrder.of(manifest, 0, 1, WINDOW, Seeds.order(SEED, "layer-1", epoch));
        for (int from = 0; from < order.rows(); from += BATCH) {
          Nd4j.getRandom().setSeed(Seeds.minibatch(SEED, "layer-1", 0, iteration));
          learner.step(reader.read(order, from, Math.min(BATCH, order.rows() - from)));
          iteration++;
        }
      }
      return new Trained(
          StateVector.of(learner.parameters()),
          StateVector.of(learner.optimizerState()),
          learner.localState());
    }
  }

  private static TrainingState start(UnsupervisedSpec spec, int workers, OptimizerState kept) {
    try (Learner learner = spec.create()) {
      return TrainingState.beginning(
          0,
          StateVector.of(learner.parameters()),
          StateVector.of(learner.optimizerState()),
          workers,
          kept == OptimizerState.KEEP);
    }
  }

  private TrainingState byEngine(
      UnsupervisedSpec spec, AveragingSettings settings, TrainingState from, RoundObserver each) {
    AveragingPhase phase;
    try (Learner learner = spec.create()) {
      phase =
          AveragingPhaseBuilder.builder()
              .name("layer-1")
              .title("test")
              .learner(spec)
              .layout(learner.layout())
              .shards(shards)
              .plan(EpochPlan.of(manifest, from.workers().size(), BATCH, EVERY))
              .shuffleWindow(WINDOW)
              .epochs(EPOCHS)
              .seed(SEED)
              .build();
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    return new AveragingTrainer(spark, settings).train(phase, from, each);
  }

  private static AveragingSettings settings(OptimizerState kept, OuterSettings outer) {
    return new AveragingSettings(EVERY, kept, 1L << 30, outer);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("learners")
  void oneWorkerIsPlainTrainingBitForBit(String name, UnsupervisedSpec spec) {
    Trained alone = alone(spec);
    OuterSettings outer = new OuterSettings(OuterSettings.Type.NESTEROV, 1, OptionalDouble.empty());
    for (OptimizerState kept : OptimizerState.values()) {
      TrainingState engine =
          byEngine(spec, settings(kept, outer), start(spec, 1, kept), (s, o, e) -> true);
      assertThat(engine.parameters().chunks()).isDeepEqualTo(alone.parameters().chunks());
      WorkerState own = engine.workers().get(0);
      StateVector optimizer =
          kept == OptimizerState.KEEP ? own.optimizerState() : engine.optimizerState();
      assertThat(optimizer.chunks()).isDeepEqualTo(alone.optimizerState().chunks());
      assertThat(own.learnerState()).isEqualTo(alone.localState());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("learners")
  void twoWorkersThatAreKilledAndGoOnGiveTheSameBytes(String name, UnsupervisedSpec spec) {
    AveragingSettings settings =
        settings(
            OptimizerState.AVERAGE,
            new OuterSettings(OuterSettings.Type.NESTEROV, 0.8, OptionalDouble.of(0.5)));
    TrainingState start = start(spec, 2, OptimizerState.AVERAGE);
    List<TrainingState> states = new ArrayList<>();
    TrainingState whole = byEngine(spec, settings, start, (s, o, e) -> states.add(s));
    assertThat(whole.parameters().toFloats()).isNotEqualTo(start.parameters().toFloats());
    for (int stop : new int[] {1, states.size() / 2, states.size() - 1}) {
      WorkerRound.releaseAll();
      assertSame(byEngine(spec, settings, states.get(stop - 1), (s, o, e) -> true), whole);
    }
    TrainingState lost =
        byEngine(
            spec,
            settings,
            start,
            (state, outcome, epochEnded) -> {
              WorkerRound.releaseAll();
              return true;
            });
    assertSame(lost, whole);
  }

  /** Persistent chains make data likelier, not reconstructions better. */
  static Stream<Arguments> reconstructing() {
    return learners().filter(learner -> !learner.get()[0].toString().contains("persistent"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("reconstructing")
  void whatTwoWorkersLearnGivesRowsBackBetter(String name, UnsupervisedSpec spec) {
    TrainingState start = start(spec, 2, OptimizerState.AVERAGE);
    AveragingSettings settings = settings(OptimizerState.AVERAGE, OuterSettings.NONE);
    TrainingState trained = byEngine(spec, settings, start, (s, o, e) -> true);
    assertThat(loss(spec, trained.parameters())).isLessThan(loss(spec, start.parameters()));
  }

  private double loss(UnsupervisedSpec spec, StateVector parameters) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    return new ReconstructionEvaluator(spark).measure(spec, parameters, shards, 8, 2).get("loss");
  }

  private static void assertSame(TrainingState found, TrainingState expected) {
    assertThat(found.parameters().chunks()).isDeepEqualTo(expected.parameters().chunks());
    assertThat(found.velocity().chunks()).isDeepEqualTo(expected.velocity().chunks());
    assertThat(found.optimizerState().chunks()).isDeepEqualTo(expected.optimizerState().chunks());
    for (int w = 0; w < expected.workers().size(); w++) {
      assertThat(found.workers().get(w).learnerState())
          .isEqualTo(expected.workers().get(w).learnerState());
    }
  }
}
