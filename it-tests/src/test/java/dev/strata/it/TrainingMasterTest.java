package dev.strata.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.api.dl4j.AveragingTrainingMaster;
import dev.strata.it.support.Examples;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** What Strata's training master promises programs that were written for DL4J's Spark module. */
class TrainingMasterTest {
  @Test
  void fourWorkersOfTenAreOneMachineOfForty() {
    DataSet all = Examples.rows(40);
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(
            Examples.spark(),
            Examples.network(new Sgd(0.1)),
            new AveragingTrainingMaster(4, 10, 1));
    JavaRDD<DataSet> examples = Examples.singly(all, 3);
    MultiLayerNetwork machine = new MultiLayerNetwork(Examples.network(new Sgd(0.1)));
    machine.init();
    INDArray fresh = machine.params().dup();
    for (int epoch = 0; epoch < 5; epoch++) {
      spark.fit(examples);
      machine.fit(all);
    }

    MultiLayerNetwork trained = spark.getNetwork();
    assertClose(trained.params(), machine.params());
    assertThat(trained.params().distance2(fresh)).isGreaterThan(0.1);
    assertThat(trained.getIterationCount()).isEqualTo(5);
    assertThat(trained.getEpochCount()).isEqualTo(5);
    assertThat(spark.getScore()).isBetween(0.1, 2.0);
  }

  @Test
  void aGraphOfTwoInputsAndTwoOutputsIsTrainedLikeOneMachine() {
    DataSet all = Examples.rows(40);
    ComputationGraph machine = new ComputationGraph(twoByTwo());
    machine.init();
    SparkComputationGraph spark =
        new SparkComputationGraph(
            Examples.spark(), twoByTwo(), new AveragingTrainingMaster(4, 10, 1));
    JavaRDD<MultiDataSet> examples =
        Examples.spark()
            .parallelize(
                Examples.cut(all, 5, 17, 1, 17).stream().map(TrainingMasterTest::doubled).toList(),
                2);
    for (int epoch = 0; epoch < 3; epoch++) {
      spark.fitMultiDataSet(examples);
      machine.fit(doubled(all));
    }

    assertClose(spark.getNetwork().params(), machine.params());
    assertThat(spark.getNetwork().getIterationCount()).isEqualTo(3);
    assertThat(spark.getNetwork().getEpochCount()).isEqualTo(3);
  }

  /** 19 examples: workers have 10 and 9, and the means are weighted by that. */
  @Test
  void parametersAndOptimizerStateAreMeansWeightedByExamples() {
    DataSet all = Examples.rows(19);
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(
            Examples.spark(),
            Examples.network(new Adam(0.05)),
            new AveragingTrainingMaster(2, 10, 1));
    spark.fit(Examples.singly(all, 4));

    List<DataSet> parts = Examples.cut(all, 10, 9);
    List<INDArray> parameters = new ArrayList<>();
    List<INDArray> states = new ArrayList<>();
    for (DataSet part : parts) {
      MultiLayerNetwork worker = new MultiLayerNetwork(Examples.network(new Adam(0.05)));
      worker.init();
      worker.fit(part);
      parameters.add(worker.params().mul(part.numExamples() / 19.0));
      states.add(worker.updaterState().mul(part.numExamples() / 19.0));
    }
    MultiLayerNetwork trained = spark.getNetwork();
    assertClose(trained.params(), parameters.get(0).add(parameters.get(1)));
    assertClose(trained.updaterState(), states.get(0).add(states.get(1)));
    assertThat(trained.updaterState().norm2Number().doubleValue()).isGreaterThan(0);
  }

  /** Iterations are minibatches of the worker with the most, not averaging frequency × rounds. */
  @Test
  void countersCountMinibatchesOfAWorker() {
    List<String> calls = new ArrayList<>();
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(
            Examples.spark(),
            Examples.network(new Adam(0.01)),
            new AveragingTrainingMaster(2, 8, 3));
    spark.setListeners(new Recorder(calls));
    JavaRDD<DataSet> examples = Examples.singly(Examples.rows(100), 3);
    spark.fit(examples);
    spark.fit(examples);

    // 50 examples a worker are 7 minibatches, in rounds of 3, 2 and 2.
    assertThat(spark.getNetwork().getIterationCount()).isEqualTo(14);
    assertThat(spark.getNetwork().getEpochCount()).isEqualTo(2);
    assertThat(calls)
        .containsExactly(
            "start", "3 of 0", "5 of 0", "7 of 0", "end", "start", "10 of 1", "12 of 1", "14 of 1",
            "end");
  }

  @Test
  void fewerExamplesThanWorkersAreTrained() {
    DataSet all = Examples.rows(3);
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(
            Examples.spark(),
            Examples.network(new Sgd(0.1)),
            new AveragingTrainingMaster(8, 10, 1));
    spark.fit(Examples.singly(all, 5));

    MultiLayerNetwork machine = new MultiLayerNetwork(Examples.network(new Sgd(0.1)));
    machine.init();
    machine.fit(all);
    assertClose(spark.getNetwork().params(), machine.params());
    assertThat(spark.getNetwork().getIterationCount()).isEqualTo(1);
  }

  /** Batch normalization too, whose statistics are pooled and not averaged. */
  @Test
  void frozenParametersDoNotMove() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(0.05))
                .list()
                .layer(
                    new FrozenLayer(new DenseLayer.Builder().nIn(Examples.WIDTH).nOut(5).build()))
                .layer(new FrozenLayer(new BatchNormalization.Builder().nIn(5).nOut(5).build()))
                .layer(Examples.output(5))
                .build());
    network.init();
    Nd4j.getRandom().setSeed(8);
    network.setParams(Nd4j.rand(network.params().shape()).addi(0.37));
    INDArray before = network.params().dup();
    SparkDl4jMultiLayer spark =
        new SparkDl4jMultiLayer(Examples.spark(), network, new AveragingTrainingMaster(3, 4, 2));
    spark.fit(Examples.singly(Examples.rows(50), 2));

    int frozen = Examples.WIDTH * 5 + 5 + 4 * 5;
    float[] start = before.data().asFloat();
    float[] end = network.params().dup().data().asFloat();
    for (int i = 0; i < start.length; i++) {
      if (i < frozen) {
        assertThat(end[i]).as("frozen parameter %d", i).isEqualTo(start[i]);
      }
    }
    assertThat(network.params().distance2(before)).isGreaterThan(0.01);
  }

  @Test
  void theSameExamplesGiveTheSameBytesHoweverTheyLie() {
    DataSet all = Examples.rows(70);
    List<float[]> trained = new ArrayList<>();
    for (JavaRDD<DataSet> examples :
        List.of(
            Examples.singly(all, 5),
            Examples.singly(all, 1),
            Examples.spark().parallelize(Examples.cut(all, 33, 2, 35), 3))) {
      SparkDl4jMultiLayer spark =
          new SparkDl4jMultiLayer(
              Examples.spark(),
              Examples.network(new Adam(0.01)),
              new AveragingTrainingMaster(2, 4, 3));
      spark.fit(examples);
      spark.fit(examples);
      trained.add(spark.getNetwork().params().dup().data().asFloat());
    }
    assertThat(trained.get(1)).isEqualTo(trained.get(0));
    assertThat(trained.get(2)).isEqualTo(trained.get(0));

    SparkDl4jMultiLayer other =
        new SparkDl4jMultiLayer(
            Examples.spark(),
            Examples.network(new Adam(0.01)),
            new AveragingTrainingMaster.Builder(2)
                .batchSizePerWorker(4)
                .averagingFrequency(3)
                .rngSeed(99)
                .build());
    other.fit(Examples.singly(all, 5));
    other.fit(Examples.singly(all, 5));
    assertThat(other.getNetwork().params().dup().data().asFloat()).isNotEqualTo(trained.get(0));
  }

  private static ComputationGraphConfiguration twoByTwo() {
    return new NeuralNetConfiguration.Builder()
        .seed(11)
        .updater(new Sgd(0.1))
        .graphBuilder()
        .addInputs("a", "b")
        .addLayer(
            "joined",
            new DenseLayer.Builder()
                .nIn(2 * Examples.WIDTH)
                .nOut(6)
                .activation(Activation.TANH)
                .build(),
            "a",
            "b")
        .addLayer("first", Examples.output(6), "joined")
        .addLayer("second", Examples.output(6), "joined")
        .setOutputs("first", "second")
        .build();
  }

  private static MultiDataSet doubled(DataSet rows) {
    return new org.nd4j.linalg.dataset.MultiDataSet(
        new INDArray[] {rows.getFeatures(), rows.getFeatures().mul(-0.5)},
        new INDArray[] {rows.getLabels(), rows.getLabels().dup()});
  }

  private static void assertClose(INDArray found, INDArray expected) {
    assertThat(found.dup().data().asFloat())
        .containsExactly(expected.dup().data().asFloat(), within(1e-5f));
  }

  /** Writes down when it is called. */
  private static final class Recorder extends BaseTrainingListener {
    private final List<String> calls;

    Recorder(List<String> calls) {
      this.calls = calls;
    }

    @Override
    public void onEpochStart(Model model) {
      calls.add("start");
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      assertThat(model.score()).isBetween(0.1, 3.0);
      calls.add(iteration + " of " + epoch);
    }

    @Override
    public void onEpochEnd(Model model) {
      calls.add("end");
    }
  }
}
