package dev.strata.driver.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.Noise;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
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
import dev.strata.executor.shard.UnlabelledReader;
import dev.strata.executor.shard.UnlabelledRows;
import dev.strata.executor.unlabelled.UnlabelledLoss;
import dev.strata.executor.unlabelled.UnlabelledLoss.Method;
import dev.strata.executor.unlabelled.UnlabelledSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** What averaging promises, of learners that take labelled and unlabelled rows in a step. */
class UnlabelledLawsTest {
  private static final int WIDTH = 6;
  private static final int CLASSES = 3;
  private static final int BATCH = 4;
  private static final int EPOCHS = 2;
  private static final int PASSES = 2;
  private static final int RATIO = 2;
  private static final int WINDOW = 2;
  private static final long SEED = 5;
  private static final String PHASE = "supervised";

  @TempDir Path folder;
  private final Configuration hadoop = new Configuration();
  private ShardSet labelled;
  private ShardSet unlabelled;

  @BeforeEach
  void rows() {
    BlasThreads.single();
    labelled = TestShards.clusters(folder.resolve("labelled"), 1, WIDTH, CLASSES, false, 9, 6, 5);
    unlabelled = TestShards.patterns(folder.resolve("unlabelled"), 2, WIDTH, 21, 0, 15, 18);
  }

  private UnlabelledSpec spec(Method method, NetworkConfiguration network) {
    CorruptionPlan noise =
        new CorruptionPlan(
            "fine-tune.unlabelled.corruption",
            List.of(new Noise(0.2)),
            RowFacts.ofTable(WIDTH, List.of()));
    return new UnlabelledSpec(
        new NetworkLearnerSpec(network),
        new UnlabelledLoss(
            method,
            0.8,
            new UnlabelledLoss.Ramp(0.2, 1),
            0.4,
            0.9,
            new UnlabelledLoss.Adversarial(0.5, 0.1, 1)),
        method.squares() ? noise : null,
        new UnlabelledRows(unlabelled, RATIO, PASSES),
        10,
        7);
  }

  private EpochPlan plan(int workers, int every) {
    return EpochPlan.of(manifest(labelled), workers, BATCH, every).withPasses(PASSES);
  }

  private ShardManifest manifest(ShardSet set) {
    return ManifestFile.read(hadoop, set);
  }

  private TrainingState byEngine(
      LearnerSpec spec, int every, OptimizerState kept, TrainingState from, RoundObserver each) {
    AveragingPhase phase;
    try (Learner learner = spec.create()) {
      phase =
          AveragingPhaseBuilder.builder()
              .name(PHASE)
              .title("test")
              .learner(spec)
              .layout(learner.layout())
              .shards(labelled)
              .plan(plan(from.workers().size(), every))
              .shuffleWindow(WINDOW)
              .epochs(EPOCHS)
              .seed(SEED)
              .build();
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    AveragingSettings settings = new AveragingSettings(every, kept, 1L << 30, OuterSettings.NONE);
    return new AveragingTrainer(spark, settings).train(phase, from, each);
  }

  private static TrainingState start(LearnerSpec spec, int workers, OptimizerState kept) {
    try (Learner learner = spec.create()) {
      return TrainingState.beginning(
          0,
          StateVector.of(learner.parameters()),
          StateVector.of(learner.optimizerState()),
          workers,
          kept == OptimizerState.KEEP);
    }
  }

  /** Parameters and optimizer state. */
  private record Trained(StateVector parameters, StateVector optimizerState) {}

  /** One machine that takes, step by step, the minibatches of all workers as one. */
  private Trained alone(LearnerSpec spec, int workers) {
    List<UnlabelledReader> readers = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      readers.add(reader(w, workers));
    }
    EpochPlan plan = plan(workers, 1);
    try (Learner learner = spec.create()) {
      long iteration = 0;
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        for (int step = 0; step < plan.longest(); step++) {
          List<Minibatch> parts = new ArrayList<>();
          for (int w = 0; w < workers; w++) {
            if (step < plan.minibatches(w)) {
              parts.add(read(readers.get(w), plan, w, epoch, step));
            }
          }
          learner.counters(iteration, epoch);
          Nd4j.getRandom().setSeed(Seeds.minibatch(SEED, PHASE, 0, iteration));
          learner.step(parts.size() == 1 ? parts.get(0) : joined(parts));
          iteration++;
        }
      }
      return new Trained(
          StateVector.of(learner.parameters()), StateVector.of(learner.optimizerState()));
    } finally {
      readers.forEach(UnlabelledReader::close);
    }
  }

  private UnlabelledReader reader(int worker, int workers) {
    return new UnlabelledReader(
        new MinibatchReader(hadoop, labelled, manifest(labelled), DataType.FLOAT),
        hadoop,
        new UnlabelledRows(unlabelled, RATIO, PASSES),
        (others, pass) ->
            EpochOrder.of(others, worker, workers, WINDOW, Seeds.unlabelled(SEED, PHASE, pass)));
  }

  private Minibatch read(UnlabelledReader reader, EpochPlan plan, int worker, int epoch, int step) {
    long ofPass = plan.minibatchesOfPass(worker);
    int pass = epoch * PASSES + (int) (step / ofPass);
    int from = (int) (step % ofPass) * BATCH;
    EpochOrder order =
        EpochOrder.of(
            manifest(labelled), worker, plan.workers(), WINDOW, Seeds.order(SEED, PHASE, pass));
    reader.pass(pass);
    Minibatch read = reader.read(order, 0, from, Math.min(BATCH, order.rows() - from));
    return new Minibatch(
        read.rows(),
        Arrays.stream(read.inputs()).map(INDArray::dup).toArray(INDArray[]::new),
        new INDArray[] {read.labels()[0].dup()},
        read.masks(),
        Optional.empty(),
        read.rowNumbers().clone());
  }

  private static Minibatch joined(List<Minibatch> parts) {
    int rows = parts.stream().mapToInt(Minibatch::rows).sum();
    long[] labelled =
        parts.stream().flatMapToLong(p -> Arrays.stream(p.rowNumbers(), 0, p.rows())).toArray();
    long[] others =
        parts.stream()
            .flatMapToLong(p -> Arrays.stream(p.rowNumbers(), p.rows(), p.rowNumbers().length))
            .toArray();
    long[] numbers = Arrays.copyOf(labelled, labelled.length + others.length);
    System.arraycopy(others, 0, numbers, labelled.length, others.length);
    return new Minibatch(
        rows,
        new INDArray[] {all(parts, p -> p.inputs()[0]), all(parts, p -> p.inputs()[1])},
        new INDArray[] {all(parts, p -> p.labels()[0])},
        new INDArray[0],
        Optional.empty(),
        numbers);
  }

  private static INDArray all(List<Minibatch> parts, Function<Minibatch, INDArray> which) {
    return Nd4j.concat(0, parts.stream().map(which).toArray(INDArray[]::new));
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void oneWorkerIsLocalTrainingBitForBit(Method method) {
    for (OptimizerState kept : OptimizerState.values()) {
      UnlabelledSpec spec =
          spec(
              method,
              kept == OptimizerState.KEEP
                  ? TestNetworks.dropoutAndBatchNorm(WIDTH, CLASSES, new Adam(0.01))
                  : TestNetworks.plain(WIDTH, CLASSES, new Adam(0.01)));
      Trained alone = alone(spec, 1);
      TrainingState engine = byEngine(spec, 3, kept, start(spec, 1, kept), (s, o, ended) -> true);
      assertThat(engine.parameters().chunks()).isDeepEqualTo(alone.parameters().chunks());
      StateVector state =
          kept == OptimizerState.KEEP
              ? engine.workers().get(0).optimizerState()
              : engine.optimizerState();
      assertThat(state.chunks()).isDeepEqualTo(alone.optimizerState().chunks());
      assertThat(engine.iteration()).isEqualTo(20);
      assertThat(engine.examples()).isEqualTo(80);
    }
  }

  /** Workers of 14 and 6 rows: one runs out of them before the other. */
  @ParameterizedTest
  @EnumSource(Method.class)
  void averagingEveryStepOfPlainSgdIsOneMachine(Method method) {
    UnlabelledSpec spec = spec(method, TestNetworks.plain(WIDTH, CLASSES, new Sgd(0.1)));
    Trained alone = alone(spec, 2);
    OptimizerState kept = OptimizerState.AVERAGE;
    TrainingState engine = byEngine(spec, 1, kept, start(spec, 2, kept), (s, o, ended) -> true);
    same(engine.parameters(), alone.parameters());
    // Of mean-teacher, the mean of the parameters.
    same(engine.optimizerState(), alone.optimizerState());
    assertThat(engine.optimizerState().length())
        .isEqualTo(method == Method.MEAN_TEACHER ? engine.parameters().length() : 0);
  }

  private static void same(StateVector found, StateVector expected) {
    float[] right = expected.toFloats();
    assertThat(IntStream.range(0, right.length).mapToObj(i -> found.get(i))).hasSize(right.length);
    for (int i = 0; i < right.length; i++) {
      assertThat(found.get(i)).as("element %d", i).isCloseTo(right[i], within(1e-5f));
    }
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void workersThatAreKilledAndGoOnGiveTheSameBytes(Method method) {
    UnlabelledSpec spec =
        spec(method, TestNetworks.dropoutAndBatchNorm(WIDTH, CLASSES, new Adam(0.01)));
    // Of mean-teacher each worker then has a teacher of its own.
    OptimizerState kept =
        method == Method.MEAN_TEACHER ? OptimizerState.KEEP : OptimizerState.AVERAGE;
    TrainingState start = start(spec, 2, kept);
    List<TrainingState> states = new ArrayList<>();
    TrainingState whole = byEngine(spec, 4, kept, start, (s, o, ended) -> states.add(s));
    assertThat(whole.parameters().toFloats()).isNotEqualTo(start.parameters().toFloats());
    WorkerRound.releaseAll();
    TrainingState middle = states.get(states.size() / 2);
    TrainingState again =
        byEngine(
            spec,
            4,
            kept,
            middle,
            (state, outcome, ended) -> {
              WorkerRound.releaseAll();
              return true;
            });
    assertSame(again, whole);
  }

  private static void assertSame(TrainingState found, TrainingState expected) {
    assertThat(found.parameters().chunks()).isDeepEqualTo(expected.parameters().chunks());
    assertThat(found.optimizerState().chunks()).isDeepEqualTo(expected.optimizerState().chunks());
    for (int w = 0; w < expected.workers().size(); w++) {
      assertThat(found.workers().get(w).optimizerState().chunks())
          .isDeepEqualTo(expected.workers().get(w).optimizerState().chunks());
    }
  }
}
