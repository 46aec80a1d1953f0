package dev.strata.driver.averaging;

import dev.strata.driver.averaging.AveragingSettings.OptimizerState;
import dev.strata.driver.averaging.AveragingSettings.Reducer;
import dev.strata.driver.testing.LocalSpark;
import dev.strata.executor.learner.NetworkLearner;
import dev.strata.executor.learner.NetworkLearnerSpec;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.EpochPlan;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.step.StepSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** One network on one ShardSet, trained by the engine and, in plain DL4J calls, without it. */
record Experiment(
    NetworkConfiguration network,
    ShardSet shards,
    int workers,
    int batch,
    int every,
    int epochs,
    OptimizerState optimizerState,
    OuterSettings outer,
    StepSettings step) {
  private static final long SEED = 5;
  private static final int WINDOW = 2;

  /** Without an outer step. */
  Experiment(
      NetworkConfiguration network,
      ShardSet shards,
      int workers,
      int batch,
      int every,
      int epochs,
      OptimizerState optimizerState) {
    this(network, shards, workers, batch, every, epochs, optimizerState, OuterSettings.NONE);
  }

  /** In steps of the stock configuration. */
  Experiment(
      NetworkConfiguration network,
      ShardSet shards,
      int workers,
      int batch,
      int every,
      int epochs,
      OptimizerState optimizerState,
      OuterSettings outer) {
    this(network, shards, workers, batch, every, epochs, optimizerState, outer, StepSettings.STOCK);
  }

  /** The same with other steps. */
  Experiment with(StepSettings other) {
    return new Experiment(
        network, shards, workers, batch, every, epochs, optimizerState, outer, other);
  }

  private NetworkLearnerSpec spec() {
    return new NetworkLearnerSpec(network, step);
  }

  /** Parameters and optimiser state. */
  record Trained(StateVector parameters, StateVector optimizerState) {}

  TrainingState start() {
    try (NetworkLearner learner = spec().create()) {
      return TrainingState.beginning(
          0,
          StateVector.of(learner.parameters()),
          StateVector.of(learner.optimizerState()),
          workers,
          optimizerState == OptimizerState.KEEP);
    }
  }

  TrainingState byEngine() {
    return byEngine(start(), (state, outcome, epochEnded) -> true);
  }

  TrainingState byEngine(TrainingState start, RoundObserver observer) {
    return byEngine(start, observer, true);
  }

  /**
   * @param within whether states pass within the process, or as they would to others
   */
  TrainingState byEngine(TrainingState start, RoundObserver observer, boolean within) {
    return byEngine(start, observer, within, Reducer.AUTO);
  }

  /** As above, averaged where {@code reducer} says. */
  TrainingState byEngine(
      TrainingState start, RoundObserver observer, boolean within, Reducer reducer) {
    NetworkLearnerSpec spec = spec();
    AveragingPhase phase =
        AveragingPhaseBuilder.builder()
            .name("supervised")
            .title("test")
            .learner(spec)
            .layout(spec.create().layout())
            .shards(shards)
            .plan(EpochPlan.of(manifest(), workers, batch, every))
            .shuffleWindow(WINDOW)
            .epochs(epochs)
            .seed(SEED)
            .build();
    AveragingSettings settings =
        new AveragingSettings(every, optimizerState, 1L << 30, outer, PolyakSettings.NONE, reducer);
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    return new AveragingTrainer(spark, settings, within).train(phase, start, observer);
  }

  /**
   * One machine that fits, step by step, the minibatches of all workers as one; rows without
   * weights by plain DL4J.
   */
  Trained byOneMachine() {
    return byOneMachine(manifest().array(ArrayRole.WEIGHT, 0).isPresent());
  }

  /** One machine that does the same with a learner, whose dense fast path rounds otherwise. */
  Trained byOneLearner() {
    return byOneMachine(true);
  }

  private Trained byOneMachine(boolean byLearner) {
    NetworkLearner learner = spec().create();
    Model model = byLearner ? learner.model() : network.newModel();
    List<MinibatchReader> readers = new ArrayList<>();
    for (int w = 0; w < workers; w++) {
      readers.add(new MinibatchReader(new Configuration(), shards, manifest(), DataType.FLOAT));
    }
    long iteration = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      List<EpochOrder> orders = new ArrayList<>();
      for (int w = 0; w < workers; w++) {
        long seed = Seeds.order(SEED, "supervised", epoch);
        orders.add(EpochOrder.of(manifest(), w, workers, WINDOW, seed));
      }
      long steps = EpochPlan.of(manifest(), workers, batch, every).longest();
      for (int s = 0; s < steps; s++) {
        List<DataSet> parts = new ArrayList<>();
        for (int w = 0; w < workers; w++) {
          int size = Math.min(batch, orders.get(w).rows() - s * batch);
          if (size > 0) {
            parts.add(copy(readers.get(w).read(orders.get(w), s * batch, size)));
          }
        }
        Nd4j.getRandom().setSeed(Seeds.minibatch(SEED, "supervised", 0, iteration));
        DataSet all = merged(parts);
        if (byLearner) {
          learner.counters(iteration, epoch);
          learner.step(minibatch(all));
        } else if (model instanceof MultiLayerNetwork layers) {
          layers.fit(all);
        } else {
          ((ComputationGraph) model).fit(all);
        }
        iteration++;
      }
      if (model instanceof MultiLayerNetwork layers) {
        layers.incrementEpochCount();
      } else {
        ((ComputationGraph) model).incrementEpochCount();
      }
    }
    INDArray state =
        byLearner
            ? learner.optimizerState()
            : model instanceof MultiLayerNetwork layers
                ? layers.updaterState()
                : ((ComputationGraph) model).updaterState();
    return new Trained(StateVector.of(model.params()), StateVector.of(state));
  }

  /** DataSet.merge makes another shape of the weights; this only puts rows below each other. */
  private static DataSet merged(List<DataSet> parts) {
    boolean weighted = parts.get(0).getLabelsMaskArray() != null;
    return new DataSet(
        rows(parts, DataSet::getFeatures),
        rows(parts, DataSet::getLabels),
        null,
        weighted ? rows(parts, DataSet::getLabelsMaskArray) : null);
  }

  private static Minibatch minibatch(DataSet rows) {
    return new Minibatch(
        rows.numExamples(),
        new INDArray[] {rows.getFeatures()},
        new INDArray[] {rows.getLabels()},
        new INDArray[0],
        Optional.ofNullable(rows.getLabelsMaskArray()));
  }

  private static INDArray rows(List<DataSet> parts, Function<DataSet, INDArray> which) {
    return Nd4j.concat(0, parts.stream().map(which).toArray(INDArray[]::new));
  }

  private static DataSet copy(Minibatch minibatch) {
    return new DataSet(
        minibatch.inputs()[0].dup(),
        minibatch.labels()[0].dup(),
        null,
        minibatch.weights().map(INDArray::dup).orElse(null));
  }

  private ShardManifest manifest() {
    return ManifestFile.read(new Configuration(), shards);
  }
}
