package dev.strata.driver.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.driver.testing.LocalSpark;
import dev.strata.driver.testing.TestNetworks;
import dev.strata.driver.testing.TestShards;
import dev.strata.executor.device.BlasThreads;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.StepSettings;
import dev.strata.executor.trial.Trial;
import dev.strata.executor.trial.TrialBuilder;
import dev.strata.executor.trial.TrialResult;
import dev.strata.executor.trial.TrialRows;
import dev.strata.executor.trial.TrialScore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

class TrialRunnerTest {
  private static final int WIDTH = 6;
  private static final int CLASSES = 3;
  private static final int[] TRAINING = IntStream.range(5, 38).map(i -> 43 - i).toArray();
  private static final int[] SCORING = {0, 39, 12, 25, 7, 31, 2, 18};
  private static final NetworkConfiguration NETWORK =
      TestNetworks.dropoutAndBatchNorm(WIDTH, CLASSES, new Nesterovs(0.1, 0.9));

  @TempDir static Path folder;
  private static List<ShardSet> sets;

  @BeforeAll
  static void rows() {
    BlasThreads.single();
    sets =
        List.of(
            TestShards.clusters(folder.resolve("a"), 1, WIDTH, CLASSES, false, 7, 0, 33),
            TestShards.clusters(folder.resolve("b"), 2, WIDTH, CLASSES, false, 40));
  }

  private static Trial trial(String name, NetworkConfiguration network, int start, long seed) {
    return TrialBuilder.builder()
        .name(name)
        .network(network)
        .start(start)
        .training(new TrialRows(0, TRAINING))
        .scoring(new TrialRows(1, SCORING))
        .epochs(5)
        .batch(8)
        .scoreEvery(2)
        .seed(seed)
        .unitVariance(List.of())
        .step(StepSettings.STOCK)
        .unlabelled(null)
        .build();
  }

  private static List<TrialResult> run(List<StateVector> starts, Trial... trials) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    try (TrialRunner runner = new TrialRunner(spark, sets, starts)) {
      return runner.run(List.of(trials));
    }
  }

  @Test
  void aTrialIsAPlainLoopOfDl4jButForRounding() {
    long seed = 9;
    TrialResult found = run(List.of(), trial("one", NETWORK, Trial.FRESH, seed)).get(0);

    Configuration hadoop = new Configuration();
    ShardManifest manifest = ManifestFile.read(hadoop, sets.get(0));
    MultiLayerNetwork network = (MultiLayerNetwork) NETWORK.newModel();
    List<Double> errors = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    long step = 0;
    try (MinibatchReader reader =
        new MinibatchReader(hadoop, sets.get(0), manifest, DataType.FLOAT)) {
      for (int epoch = 0; epoch < 5; epoch++) {
        EpochOrder order =
            EpochOrder.shuffled(manifest, TRAINING, Seeds.order(seed, "trial", epoch));
        for (int from = 0; from < TRAINING.length; from += 8) {
          Minibatch rows = reader.read(order, from, Math.min(8, TRAINING.length - from));
          Nd4j.getRandom().setSeed(Seeds.minibatch(seed, "trial", 0, step++));
          network.fit(rows.inputs()[0], rows.labels()[0]);
        }
        network.incrementEpochCount();
        if (epoch % 2 == 1 || epoch == 4) {
          DataSet scoring = scoring(hadoop);
          Evaluation evaluation = new Evaluation(CLASSES);
          evaluation.eval(scoring.getLabels(), network.output(scoring.getFeatures()));
          errors.add(1 - evaluation.accuracy());
          losses.add(network.scoreExamples(scoring, false).meanNumber().doubleValue());
        }
      }
    }
    assertThat(found.name()).isEqualTo("one");
    assertThat(found.diverged()).isFalse();
    assertThat(found.curve()).extracting(TrialScore::epoch).containsExactly(2, 4, 5);
    for (int i = 0; i < 3; i++) {
      assertThat(found.curve().get(i).error()).isCloseTo(errors.get(i), within(1e-12));
      assertThat(found.curve().get(i).loss()).isCloseTo(losses.get(i), within(1e-5));
    }
    assertThat(losses.get(2)).isLessThan(losses.get(0));
  }

  private static DataSet scoring(Configuration hadoop) {
    ShardManifest manifest = ManifestFile.read(hadoop, sets.get(1));
    try (MinibatchReader reader =
        new MinibatchReader(hadoop, sets.get(1), manifest, DataType.FLOAT)) {
      Minibatch rows = reader.read(EpochOrder.listed(manifest, SCORING), 0, SCORING.length);
      return new DataSet(rows.inputs()[0].dup(), rows.labels()[0].dup());
    }
  }

  @Test
  void whatRunsBesideChangesNothingAndTheSeedDoes() {
    Trial[] trials =
        IntStream.range(0, 7)
            .mapToObj(i -> trial("trial " + i, NETWORK, Trial.FRESH, 100 + i))
            .toArray(Trial[]::new);
    List<TrialResult> together = run(List.of(), trials);
    assertThat(together).extracting(TrialResult::name).containsExactly(names(trials));
    for (int i : new int[] {0, 6}) {
      assertThat(run(List.of(), trials[i]).get(0).curve()).isEqualTo(together.get(i).curve());
    }
    assertThat(together).extracting(r -> r.last().loss()).doesNotHaveDuplicates();
  }

  private static String[] names(Trial... trials) {
    return List.of(trials).stream().map(Trial::name).toArray(String[]::new);
  }

  @Test
  void aStartReplacesTheFirstParametersOnly() {
    // A rate of 0 leaves the parameters as they began.
    NetworkConfiguration still = TestNetworks.plain(WIDTH, CLASSES, new Sgd(0));
    float[] own = StateVector.of(still.newModel().params()).toFloats();
    int lower = WIDTH * 7 + 7;
    float[] other = new float[lower];
    for (int i = 0; i < lower; i++) {
      other[i] = (i % 5) * 0.1f;
    }
    float[] joined = own.clone();
    System.arraycopy(other, 0, joined, 0, lower);

    List<TrialResult> found =
        run(
            List.of(StateVector.of(own), StateVector.of(other), StateVector.of(joined)),
            trial("fresh", still, Trial.FRESH, 1),
            trial("own", still, 0, 1),
            trial("lower", still, 1, 1),
            trial("joined", still, 2, 1));

    assertThat(found.get(1).curve()).isEqualTo(found.get(0).curve());
    assertThat(found.get(2).curve()).isEqualTo(found.get(3).curve());
    assertThat(found.get(2).last().loss()).isNotEqualTo(found.get(0).last().loss());
  }

  /** Weights are those of the minibatch trained last: they have nothing to do with other rows. */
  @Test
  void rowsOfAnyNumberAreScoredWithoutWeights() {
    ShardSet weighted = TestShards.clusters(folder.resolve("w"), 1, WIDTH, CLASSES, true, 40);
    TrialRows training = new TrialRows(0, new int[] {0, 1, 2, 3, 4, 5, 6, 7});
    List<Trial> trials = new ArrayList<>();
    int[][] scored = {{8, 9, 10, 11}, {8}, {9}, {10}, {11}};
    for (int[] rows : scored) {
      trials.add(
          TrialBuilder.builder()
              .name("weighted")
              .network(NETWORK)
              .start(Trial.FRESH)
              .training(training)
              .scoring(new TrialRows(0, rows))
              .epochs(2)
              .batch(4)
              .scoreEvery(1)
              .seed(7)
              .unitVariance(List.of())
              .step(StepSettings.STOCK)
              .unlabelled(null)
              .build());
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    try (TrialRunner runner = new TrialRunner(spark, List.of(weighted), List.of())) {
      List<Double> losses = runner.run(trials).stream().map(r -> r.last().loss()).toList();
      assertThat(losses.get(0))
          .isCloseTo(
              losses.subList(1, 5).stream().mapToDouble(loss -> loss / 4).sum(), within(1e-6));
    }
  }

  /** The scoring rows may still give a finite loss where a bias of an unused class is NaN. */
  @Test
  void aTrialIsJudgedByItsParametersToo() {
    NetworkConfiguration wild = TestNetworks.plain(WIDTH, CLASSES, new Sgd(1e40));
    TrialResult found = run(List.of(), trial("wild", wild, Trial.FRESH, 1)).get(0);
    assertThat(found.diverged()).isTrue();
    assertThat(found.last().loss()).isNaN();
  }

  @Test
  void aTrialThatDivergesEndsThere() {
    NetworkConfiguration wild = TestNetworks.plain(WIDTH, CLASSES, new Sgd(1e30));
    TrialResult found = run(List.of(), trial("wild", wild, Trial.FRESH, 1)).get(0);
    assertThat(found.diverged()).isTrue();
    assertThat(found.curve()).hasSize(1);
    assertThat(found.last().loss()).isNaN();
  }

  @Test
  void aRowThatIsNotThereIsRefused() {
    Trial beyond =
        TrialBuilder.builder()
            .name("beyond")
            .network(NETWORK)
            .start(Trial.FRESH)
            .training(new TrialRows(0, new int[] {40}))
            .scoring(new TrialRows(1, SCORING))
            .epochs(1)
            .batch(8)
            .scoreEvery(1)
            .seed(1)
            .unitVariance(List.of())
            .step(StepSettings.STOCK)
            .unlabelled(null)
            .build();
    assertThatThrownBy(() -> run(List.of(), beyond)).hasMessageContaining("row 40 of 40");
  }

  @Test
  void aTrialThatFailsOfItselfDoesNotEndTheOthers() {
    Trial good = trial("good", NETWORK, Trial.FRESH, 1);
    Trial beyond =
        TrialBuilder.builder()
            .name("beyond")
            .network(NETWORK)
            .start(Trial.FRESH)
            .training(good.training())
            .scoring(new TrialRows(1, new int[] {99}))
            .epochs(1)
            .batch(8)
            .scoreEvery(1)
            .seed(1)
            .unitVariance(List.of())
            .step(StepSettings.STOCK)
            .unlabelled(null)
            .build();
    Map<String, TrialResult> found = new HashMap<>();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    try (TrialRunner runner = new TrialRunner(spark, sets, List.of())) {
      runner.runEach(List.of(beyond, good), (index, result) -> found.put(result.name(), result));
    }
    assertThat(found.get("good").failure()).isNull();
    assertThat(found.get("good").curve()).isEqualTo(run(List.of(), good).get(0).curve());
    assertThat(found.get("beyond").failure()).contains("row 99 of 40");
    assertThat(found.get("beyond").last().loss()).isNaN();
    assertThat(found.get("good").stackTrace()).isNull();
    var explained =
        new TrialFolder(
                spark.hadoopConfiguration(),
                new org.apache.hadoop.fs.Path(folder.resolve("kept").toUri()))
            .explain(found.get("beyond"));
    assertThat(folder.resolve("kept").resolve(explained.getName()))
        .content()
        .contains("row 99 of 40", "\tat dev.strata.executor.");
  }

  @Test
  void rowsThatCannotBeReadEndAllTrials() {
    ShardSet nowhere = new ShardSet(folder.resolve("nowhere").toString(), "");
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    try (TrialRunner runner = new TrialRunner(spark, List.of(nowhere, sets.get(1)), List.of())) {
      assertThatThrownBy(
              () ->
                  runner.runEach(
                      List.of(trial("good", NETWORK, Trial.FRESH, 1)), (index, result) -> {}))
          .satisfies(e -> assertThat(StrataException.in(e)).isPresent());
    }
  }
}
