package dev.strata.bench;

import dev.strata.driver.averaging.AveragingPhase;
import dev.strata.driver.averaging.AveragingPhaseBuilder;
import dev.strata.driver.averaging.AveragingSettings;
import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingSettings.Reducer;
import dev.strata.driver.averaging.AveragingTrainer;
import dev.strata.driver.averaging.OuterSettings;
import dev.strata.driver.averaging.PolyakSettings;
import dev.strata.driver.averaging.RoundTimes;
import dev.strata.driver.averaging.TrainingState;
import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.NotFinite;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * What a round costs besides training: rounds of a learner whose steps cost nothing, each followed
 * by an empty Spark job of as many tasks. Bytes are what Spark's metrics call the size of the
 * tasks' results; the heap is that of driver and executor together, after garbage collection.
 */
public final class RoundBenchmark {
  /** Rounds after which the heap is looked at first. */
  private static final int SETTLED = 50;

  private final BenchSession session;
  private final BenchArguments given;
  private final IdleLearner.Spec spec;
  private final int workers;
  private final AtomicLong bytes = new AtomicLong();

  private RoundBenchmark(
      BenchSession session, BenchArguments given, IdleLearner.Spec spec, int workers) {
    this.session = session;
    this.given = given;
    this.spec = spec;
    this.workers = workers;
  }

  /**
   * One round.
   *
   * @param wall from the end of the empty job before to the state's checks, which are included
   * @param processor time of all threads of the process meanwhile
   */
  private record Measured(
      double empty, double wall, double processor, double checks, RoundTimes times) {
    double beyond() {
      return wall - empty;
    }

    /** Of the job, what neither making ready nor training explains. */
    double rest() {
      return times.job() - times.setup() - times.train();
    }
  }

  public static void main(String[] arguments) throws IOException {
    BenchArguments given =
        new BenchArguments(
            arguments,
            Map.of(
                "parameters", "520000,5000000",
                "state", "0,2",
                "workers", "2",
                "rounds", "120",
                "outer", "none",
                "reducer", "auto",
                "within", "true"));
    Path work = Files.createTempDirectory("strata-rounds");
    try (BenchSession session = new BenchSession("rounds", 2, work)) {
      System.out.printf(
          Locale.ROOT,
          "%10s %10s %4s %8s %8s %8s %8s | %8s %8s %8s %8s %8s %8s | %12s %10s %10s%n",
          "parameters",
          "state",
          "N",
          "empty",
          "round",
          "beyond",
          "cpu",
          "send",
          "setup",
          "train",
          "rest",
          "average",
          "checks",
          "bytes/round",
          "MiB first",
          "MiB last");
      for (int workers : given.integers("workers")) {
        int[] rows = new int[workers];
        Arrays.fill(rows, given.integer("rounds"));
        ShardSet shards =
            TestShards.clusters(work.resolve("rows-" + workers), 1, 1, 2, false, rows);
        for (int parameters : given.integers("parameters")) {
          for (int factor : given.integers("state")) {
            IdleLearner.Spec spec = new IdleLearner.Spec(parameters, parameters * factor);
            new RoundBenchmark(session, given, spec, workers).run(shards);
          }
        }
      }
    }
  }

  private void run(ShardSet shards) {
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd task) {
            bytes.addAndGet(task.taskMetrics().resultSize());
          }
        };
    List<Double> heap = new ArrayList<>();
    session.session().sparkContext().addSparkListener(listener);
    List<Measured> all = measure(shards, heap);
    session.session().sparkContext().removeSparkListener(listener);
    print(all.subList(all.size() / 3, all.size()), heap, all.size());
  }

  private List<Measured> measure(ShardSet shards, List<Double> heap) {
    ShardManifest manifest = ManifestFile.read(new Configuration(), shards);
    AveragingPhase phase =
        AveragingPhaseBuilder.builder()
            .name("bench")
            .title("bench")
            .learner(spec)
            .layout(spec.layout())
            .shards(shards)
            .plan(EpochPlan.of(manifest, workers, 1, 1))
            .shuffleWindow(1)
            .epochs(1)
            .seed(1)
            .build();
    OuterSettings step =
        given.text("outer").equals("nesterov")
            ? new OuterSettings(OuterSettings.Type.NESTEROV, 1, OptionalDouble.of(0.5))
            : OuterSettings.NONE;
    AveragingTrainer trainer =
        new AveragingTrainer(
            session.spark(),
            new AveragingSettings(
                1,
                OptimizerState.AVERAGE,
                1L << 32,
                step,
                PolyakSettings.NONE,
                Reducer.valueOf(given.text("reducer").toUpperCase(Locale.ROOT))),
            Boolean.parseBoolean(given.text("within")));
    TrainingState start;
    try (Learner learner = spec.create()) {
      start =
          TrainingState.beginning(
              0,
              StateVector.of(learner.parameters()),
              StateVector.of(learner.optimizerState()),
              workers,
              false);
    }
    List<Measured> measured = new ArrayList<>();
    double[] empty = {emptyJob()};
    long[] begun = {System.nanoTime(), ProcessorTime.nanoseconds()};
    trainer.train(
        phase,
        start,
        (state, outcome, epochEnded) -> {
          long checked = System.nanoTime();
          if (NotFinite.first(state.parameters(), spec.layout()).isPresent()
              || NotFinite.first(state.optimizerState()).isPresent()
              || NotFinite.first(state.velocity()).isPresent()) {
            throw new IllegalStateException("not finite");
          }
          long now = System.nanoTime();
          measured.add(
              new Measured(
                  empty[0],
                  (now - begun[0]) / 1e6,
                  (ProcessorTime.nanoseconds() - begun[1]) / 1e6,
                  (now - checked) / 1e6,
                  outcome.times()));
          if (state.round() == SETTLED || state.round() == given.integer("rounds")) {
            System.gc();
            MemoryUsage used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
            heap.add(used.getUsed() / 1048576.0);
          }
          empty[0] = emptyJob();
          begun[1] = ProcessorTime.nanoseconds();
          begun[0] = System.nanoTime();
          return true;
        });
    return measured;
  }

  private double emptyJob() {
    long begun = System.nanoTime();
    SparkTasks.run(session.spark(), workers, number -> number);
    return (System.nanoTime() - begun) / 1e6;
  }

  private void print(List<Measured> all, List<Double> heap, int rounds) {
    System.out.printf(
        Locale.ROOT,
        "%10d %10d %4d %8.1f %8.1f %8.1f %8.1f | %8.1f %8.1f %8.1f %8.1f %8.1f %8.1f"
            + " | %12d %10.0f %10.0f%n",
        spec.parameters(),
        spec.state(),
        workers,
        median(all, Measured::empty),
        median(all, Measured::wall),
        median(all, Measured::beyond),
        median(all, Measured::processor),
        median(all, m -> m.times().broadcast()),
        median(all, m -> m.times().setup()),
        median(all, m -> m.times().train()),
        median(all, Measured::rest),
        median(all, m -> m.times().average()),
        median(all, Measured::checks),
        bytes.get() / rounds,
        heap.get(0),
        heap.get(heap.size() - 1));
  }

  private static double median(List<Measured> all, ToDoubleFunction<Measured> of) {
    double[] sorted = all.stream().mapToDouble(of).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
