package dev.strata.executor.trial;

import dev.strata.executor.device.TaskDevice;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.network.UnitVariance;
import dev.strata.executor.round.NotFinite;
import dev.strata.executor.round.Seeds;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.MinibatchSource;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Runs one trial in the calling thread. Blocks are read once in a JVM, whatever needs them. */
public final class TrialTask {
  static final String PHASE = "trial";

  private final Configuration hadoop;
  private final List<ShardSet> sets;

  /**
   * @param sets what {@link TrialRows#set} counts
   */
  public TrialTask(Configuration hadoop, List<ShardSet> sets) {
    this.hadoop = hadoop;
    this.sets = sets;
  }

  /**
   * @param start first parameters of the network; empty: its own initial ones
   * @throws dev.strata.executor.failure.StrataException (data) where rows cannot be read
   */
  public TrialResult run(Trial trial, StateVector start) {
    long begun = System.nanoTime();
    TaskDevice.bind();
    ShardSet trainingSet = sets.get(trial.training().set());
    ShardManifest training = ManifestFile.read(hadoop, trainingSet);
    List<TrialScore> curve = new ArrayList<>();
    boolean diverged = false;
    long trained = 0;
    try (TrialLearner learner = TrialLearner.of(trial);
        MinibatchSource reader =
            TrialLearner.reader(
                hadoop, trial, new MinibatchReader(hadoop, trainingSet, training, DataType.FLOAT));
        TrialScoring scoring =
            new TrialScoring(hadoop, sets.get(trial.scoring().set()), trial.scoring().rows())) {
      overwrite(learner.learner().parameters(), start);
      initialize(trial, learner, reader, training);
      long iteration = 0;
      for (int epoch = 0; epoch < trial.epochs() && !diverged; epoch++) {
        long before = System.nanoTime();
        iteration = epoch(trial, learner, reader, training, epoch, iteration);
        trained += System.nanoTime() - before;
        int done = epoch + 1;
        if (done % trial.scoreEvery() == 0 || done == trial.epochs()) {
          TrialScore score = score(scoring, learner, done);
          curve.add(score);
          diverged = !Double.isFinite(score.loss());
        }
      }
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    return new TrialResult(trial.name(), curve, diverged, trained / 1e9, seconds);
  }

  /** NaN where parameters or the optimiser's state are no finite numbers, whatever the loss is. */
  private static TrialScore score(TrialScoring scoring, TrialLearner trained, int epoch) {
    Learner learner = trained.learner();
    boolean finite =
        NotFinite.first(StateVector.of(learner.parameters()), learner.layout()).isEmpty()
            && NotFinite.first(StateVector.of(learner.optimizerState())).isEmpty();
    return finite
        ? scoring.score(trained.model(), epoch)
        : new TrialScore(epoch, Double.NaN, Double.NaN);
  }

  private static void initialize(
      Trial trial, TrialLearner trained, MinibatchSource reader, ShardManifest manifest) {
    if (!trial.unitVariance().isEmpty()) {
      long seed = Seeds.rows(trial.seed(), PHASE);
      EpochOrder order = EpochOrder.shuffled(manifest, trial.training().rows(), seed);
      int count = Math.min(UnitVariance.ROWS, order.rows());
      Minibatch rows = reader.read(order, seed, 0, count);
      UnitVariance.apply(
          (MultiLayerNetwork) trained.model(), trial.unitVariance(), rows.inputs()[0]);
    }
  }

  private static void overwrite(INDArray parameters, StateVector start) {
    if (start.length() > 0) {
      INDArray flat = parameters.reshape(parameters.length());
      start.copyTo(flat.get(NDArrayIndex.interval(0, start.length())));
    }
  }

  /** Returns the number of steps done since the beginning. */
  private static long epoch(
      Trial trial,
      TrialLearner trained,
      MinibatchSource reader,
      ShardManifest manifest,
      int epoch,
      long iteration) {
    Learner learner = trained.learner();
    long step = iteration;
    for (int pass = epoch * trained.passes(); pass < (epoch + 1) * trained.passes(); pass++) {
      long seed = Seeds.order(trial.seed(), PHASE, pass);
      EpochOrder order = EpochOrder.shuffled(manifest, trial.training().rows(), seed);
      reader.pass(pass);
      for (int from = 0; from < order.rows(); from += trial.batch()) {
        int size = Math.min(trial.batch(), order.rows() - from);
        Minibatch minibatch =
            reader.read(order, Seeds.reading(trial.seed(), PHASE, pass), from, size);
        learner.counters(step, epoch);
        Nd4j.getRandom().setSeed(Seeds.minibatch(trial.seed(), PHASE, 0, step));
        learner.step(minibatch);
        step++;
      }
    }
    return step;
  }
}
