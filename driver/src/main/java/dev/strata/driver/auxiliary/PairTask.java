package dev.strata.driver.auxiliary;

import dev.strata.driver.tasks.SparkTasks;
import dev.strata.driver.tasks.TaskConfiguration;
import dev.strata.executor.auxiliary.GroupSample;
import dev.strata.executor.auxiliary.SliceEmbeddings;
import dev.strata.executor.json.Json;
import dev.strata.executor.learner.LearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.pair.DistanceFit;
import dev.strata.executor.pair.PairLearner;
import dev.strata.executor.pair.PairLearnerSpec;
import dev.strata.executor.pair.PairMeasures;
import dev.strata.executor.pair.PairNetwork;
import dev.strata.executor.pair.WorkerGroups;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;

/**
 * Auxiliary task: tells whether two rows are of one group, by the distance of their embeddings.
 *
 * @param branch the network to save, which computes a row's embedding
 * @param spec of the network of pairs
 * @param seed of the pairs that are measured where not all are
 */
record PairTask(NetworkConfiguration branch, PairLearnerSpec spec, long seed)
    implements LearnedTask {
  static final String GROUPS = "groups";

  /** Rows whose group has no other row at their worker: they take part in unlike pairs alone. */
  static final String WITHOUT_MATE = "without-mate";

  /** Part of the embeddings' bits, so not configurable. */
  private static final int ROWS_AT_ONCE = 256;

  /**
   * Number of rows above which a sample of about this size is evaluated, because the driver holds
   * the embeddings.
   */
  private static final double MOST_ROWS = 20_000;

  @Override
  public String type() {
    return TaskType.SAME_OR_DIFFERENT.text();
  }

  @Override
  public LearnerSpec learner() {
    return spec;
  }

  @Override
  public NetworkConfiguration network() {
    return branch;
  }

  @Override
  public StateVector parameters(StateVector trained) {
    return trained.part(0, trained.length() - PairNetwork.HEAD_PARAMETERS);
  }

  @Override
  public Map<String, Long> inspect(JavaSparkContext spark, ShardSet training, int tasks) {
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    List<WorkerGroups> workers =
        collected(spark, tasks, worker -> WorkerGroups.of(hadoop.value(), training, worker, tasks));
    Map<String, Long> counts = new TreeMap<>();
    counts.put(GROUPS, groups(workers));
    counts.put(WITHOUT_MATE, workers.stream().mapToLong(WorkerGroups::alone).sum());
    return counts;
  }

  @Override
  public Map<String, Double> measure(
      JavaSparkContext spark, ShardSet rows, StateVector parameters, int tasks) {
    long head = parameters.length() - PairNetwork.HEAD_PARAMETERS;
    return pairs(spark, rows, parameters, tasks)
        .measure(parameters.get(head), parameters.get(head + 1), seed);
  }

  /**
   * Fresh layers, and the logistic head that suits the distances which they give: a head that takes
   * every pair for unlike would first pull all rows together, and they do not come apart again.
   */
  @Override
  public Optional<StateVector> start(JavaSparkContext spark, ShardSet training, int tasks) {
    StateVector parameters;
    try (PairLearner learner = spec.create()) {
      parameters = StateVector.of(learner.parameters());
    }
    DistanceFit fit = pairs(spark, training, parameters, tasks).fit(seed);
    long head = parameters.length() - PairNetwork.HEAD_PARAMETERS;
    parameters.set(head, (float) fit.weight());
    parameters.set(head + 1, (float) fit.bias());
    return Optional.of(parameters);
  }

  private PairMeasures pairs(
      JavaSparkContext spark, ShardSet rows, StateVector parameters, int tasks) {
    ShardManifest manifest = ManifestFile.read(spark.hadoopConfiguration(), rows);
    int slices = manifest.slices(tasks);
    GroupSample sample = sample(spark, rows, manifest.rows(), slices);
    return new PairEvaluator(spark)
        .pairs(
            new SliceEmbeddings(branch, rows, sample, ROWS_AT_ONCE, slices),
            parameters(parameters));
  }

  private GroupSample sample(JavaSparkContext spark, ShardSet set, long rows, int slices) {
    if (rows <= MOST_ROWS) {
      return GroupSample.of(rows, 1, MOST_ROWS, seed);
    }
    TaskConfiguration hadoop = TaskConfiguration.of(spark.hadoopConfiguration());
    List<WorkerGroups> found =
        collected(spark, slices, slice -> WorkerGroups.read(hadoop.value(), set, slice, slices));
    return GroupSample.of(rows, groups(found), MOST_ROWS, seed);
  }

  private static List<WorkerGroups> collected(
      JavaSparkContext spark, int tasks, Function<Integer, WorkerGroups> task) {
    return SparkTasks.run(spark, tasks, number -> Json.line(task.call(number))).stream()
        .map(json -> Json.read(json, WorkerGroups.class, "groups of a worker"))
        .toList();
  }

  private static long groups(List<WorkerGroups> found) {
    return found.stream().flatMapToInt(w -> IntStream.of(w.groups())).distinct().count();
  }
}
