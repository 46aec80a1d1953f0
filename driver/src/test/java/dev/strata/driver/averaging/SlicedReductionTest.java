package dev.strata.driver.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingSettings.Reducer;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.WorkerRound;
import dev.strata.executor.shard.ShardSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import scala.collection.JavaConverters;

/** The reducer is a question of traffic: no byte of the state depends on it. */
class SlicedReductionTest {
  private static final RoundObserver TO_THE_END = (state, outcome, epochEnded) -> true;

  @TempDir Path folder;

  private Experiment small(int workers, OptimizerState kept, OuterSettings outer) {
    NetworkConfiguration network = TestNetworks.dropoutAndBatchNorm(6, 3, new Adam(0.01));
    ShardSet shards = TestShards.clusters(folder, 3, 6, 3, false, 21, 13, 17, 3);
    return new Experiment(network, shards, workers, 4, 2, 2, kept, outer);
  }

  @ParameterizedTest
  @EnumSource(OptimizerState.class)
  void slicesGiveTheBytesOfWholeStates(OptimizerState kept) {
    OuterSettings outer =
        new OuterSettings(OuterSettings.Type.NESTEROV, 0.9, OptionalDouble.of(0.5));
    for (int workers : new int[] {1, 4}) {
      Experiment experiment = small(workers, kept, outer);
      TrainingState whole = experiment.byEngine();
      for (boolean within : new boolean[] {false, true}) {
        AveragingLawsTest.assertSame(
            experiment.byEngine(experiment.start(), TO_THE_END, within, Reducer.SLICED), whole);
      }
    }
  }

  /** Of parameters and optimizer state several slices each. */
  @Test
  void manySlicesGiveTheBytesOfWholeStates() {
    int width = 24_000;
    NetworkConfiguration network = TestNetworks.plain(width, 3, new Adam(0.01));
    ShardSet shards = TestShards.clusters(folder, 1, width, 3, false, 6, 5, 4);
    Experiment experiment = new Experiment(network, shards, 3, 3, 1, 1, OptimizerState.AVERAGE);
    TrainingState sliced =
        experiment.byEngine(experiment.start(), TO_THE_END, false, Reducer.SLICED);
    assertThat(sliced.parameters().length()).isGreaterThan(2 * (1 << 16));
    AveragingLawsTest.assertSame(sliced, experiment.byEngine());
  }

  @ParameterizedTest
  @EnumSource(OptimizerState.class)
  void anInterruptedRunMayGoOnWithTheOtherReducer(OptimizerState kept) {
    Experiment experiment = small(2, kept, OuterSettings.NONE);
    TrainingState whole = experiment.byEngine();
    TrainingState stopped =
        experiment.byEngine(
            experiment.start(), (state, o, e) -> state.round() < 3, false, Reducer.SLICED);
    assertThat(stopped.round()).isEqualTo(3);
    for (Reducer reducer : List.of(Reducer.COLLECT, Reducer.SLICED)) {
      AveragingLawsTest.assertSame(experiment.byEngine(stopped, TO_THE_END, false, reducer), whole);
    }
  }

  @Test
  void workersWhoseStateIsNotResidentGetIt() {
    Experiment experiment = small(2, OptimizerState.KEEP, OuterSettings.NONE);
    List<Integer> repeated = new ArrayList<>();
    TrainingState lost =
        experiment.byEngine(
            experiment.start(),
            (state, outcome, epochEnded) -> {
              repeated.add(outcome.traffic().repeated());
              WorkerRound.releaseAll();
              return true;
            },
            false,
            Reducer.SLICED);
    assertThat(repeated).contains(2).allMatch(count -> count > 0);
    AveragingLawsTest.assertSame(lost, experiment.byEngine());
  }

  /**
   * Bytes of results by Spark's metrics; the learner's other results are small beside the state.
   */
  @Test
  void theDriverReceivesTheStateOnceHoweverManyWorkers() throws TimeoutException {
    long two = resultBytes(2, Reducer.SLICED);
    long eight = resultBytes(8, Reducer.SLICED);
    assertThat((double) eight / two).isBetween(0.95, 1.05);
    assertThat((double) resultBytes(8, Reducer.COLLECT) / two).isGreaterThan(6);
  }

  private long resultBytes(int workers, Reducer reducer) throws TimeoutException {
    int width = 60_000;
    NetworkConfiguration network = TestNetworks.plain(width, 3, new Sgd(0.1));
    int[] rows = IntStream.range(0, workers).map(w -> 1).toArray();
    ShardSet shards = TestShards.clusters(folder, 1, width, 3, false, rows);
    Experiment experiment =
        new Experiment(network, shards, workers, 1, 1, 1, OptimizerState.AVERAGE);
    SparkContext spark = LocalSpark.session().sparkContext();
    AtomicLong bytes = new AtomicLong();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd task) {
            bytes.addAndGet(task.taskMetrics().resultSize());
          }
        };
    spark.addSparkListener(listener);
    try {
      experiment.byEngine(experiment.start(), TO_THE_END, false, reducer);
      spark.listenerBus().waitUntilEmpty();
    } finally {
      spark.removeSparkListener(listener);
    }
    return bytes.get();
  }

  @Test
  void aRoundsShuffleFilesAreRemoved() throws InterruptedException {
    Experiment experiment = small(4, OptimizerState.AVERAGE, OuterSettings.NONE);
    long before = shuffleFiles();
    AtomicLong most = new AtomicLong();
    TrainingState end =
        experiment.byEngine(
            experiment.start(),
            (state, outcome, epochEnded) -> {
              most.accumulateAndGet(shuffleFiles(), Math::max);
              return true;
            },
            false,
            Reducer.SLICED);
    assertThat(end.round()).isGreaterThanOrEqualTo(4);
    // Spark removes them on a thread of its own.
    for (int wait = 0; shuffleFiles() > before && wait < 100; wait++) {
      Thread.sleep(100);
    }
    assertThat(shuffleFiles()).isLessThanOrEqualTo(before);
    assertThat(most.get()).as("files of some rounds, not of all").isLessThan(before + 4 * 2 * 4);
  }

  private static long shuffleFiles() {
    SparkEnv env = SparkEnv.get();
    return JavaConverters.seqAsJavaList(env.blockManager().diskBlockManager().getAllFiles())
        .stream()
        .filter(file -> file.getName().startsWith("shuffle_"))
        .count();
  }
}
