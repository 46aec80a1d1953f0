package dev.strata.executor.round;

import dev.strata.executor.device.Device;
import dev.strata.executor.learner.Learner;
import dev.strata.executor.pair.PairReader;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.MinibatchSource;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import dev.strata.executor.shard.UnlabelledReader;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * State that a worker would otherwise build again in each round: its learner, what that learns
 * from, its order of the epoch.
 */
final class Resident implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Resident.class);

  private final RoundPhase phase;
  private final int worker;
  private final Device device;
  private final ShardManifest manifest;
  private final Learner learner;
  private final MinibatchSource minibatches;
  private EpochOrder order;
  private int orderedPass = -1;
  private long stateAfter = RoundTask.BEGINNING;

  /** Of the last round, where {@link RoundPhase#reusesResults()}; else empty. */
  private StateVector parameters = StateVector.zeros(0);

  private StateVector optimizerState = StateVector.zeros(0);
  private long lastUsed = System.nanoTime();

  /**
   * @param device to which the calling thread is bound; held for the learner's life
   */
  Resident(RoundPhase phase, int worker, Device device, Devices devices) {
    this.phase = phase;
    this.worker = worker;
    this.device = device;
    this.manifest = ManifestFile.read(phase.hadoop().value(), phase.shards());
    this.minibatches = open(phase, manifest, worker);
    this.learner = devices.learner(phase.learner(), device);
    if (phase.rateFactor() != 1) {
      learner.learningRates().scale(phase.rateFactor());
    }
    if (!device.address().isEmpty()) {
      LOG.info("{}: the learner of worker {} holds {}", phase.name(), worker, device.text());
    }
  }

  /** The reader of the worker's blocks that makes the learner's examples. */
  private static MinibatchSource open(RoundPhase phase, ShardManifest manifest, int worker) {
    Configuration hadoop = phase.hadoop().value();
    ShardSet set = phase.shards();
    int workers = phase.plan().workers();
    MinibatchSource rows =
        switch (phase.learner().exampleType()) {
          case ROW -> new MinibatchReader(hadoop, set, manifest, DataType.FLOAT);
          case PAIR -> new PairReader(hadoop, set, manifest, worker, workers);
        };
    int window = phase.shuffleWindow();
    Optional<MinibatchSource> both =
        phase
            .learner()
            .unlabelled()
            .map(
                beside ->
                    new UnlabelledReader(
                        rows,
                        hadoop,
                        beside,
                        (others, pass) ->
                            EpochOrder.of(
                                others,
                                worker,
                                workers,
                                window,
                                Seeds.unlabelled(phase.seed(), phase.name(), pass))));
    return both.orElse(rows);
  }

  Learner learner() {
    return learner;
  }

  Device device() {
    return device;
  }

  /** The minibatch at these positions of this pass's order. */
  Minibatch read(EpochOrder of, int from, int size) {
    long seed = Seeds.reading(phase.seed(), phase.name(), orderedPass);
    return minibatches.read(of, seed, from, size);
  }

  /**
   * The order of the worker's rows in a pass.
   *
   * @param pass counted over the epochs, which mostly have one each
   */
  EpochOrder order(int pass) {
    if (pass != orderedPass) {
      long seed = Seeds.order(phase.seed(), phase.name(), pass);
      order = EpochOrder.of(manifest, worker, phase.plan().workers(), phase.shuffleWindow(), seed);
      orderedPass = pass;
      minibatches.pass(pass);
    }
    return order;
  }

  /** The learner's parameters for the driver. */
  StateVector parameters() {
    StateVector now = StateVector.of(learner.parameters(), parameters);
    parameters = phase.reusesResults() ? now : parameters;
    return now;
  }

  /** The learner's optimizer state for the driver, to be averaged. */
  StateVector optimizerState() {
    StateVector now = StateVector.of(learner.optimizerState(), optimizerState);
    optimizerState = phase.reusesResults() ? now : optimizerState;
    return now;
  }

  boolean serves(RoundPhase asked, RoundTask task, Device on) {
    return phase.attempt().equals(asked.attempt())
        && worker == task.worker()
        && device.equals(on)
        && (task.stateAfter() == RoundTask.NO_STATE || task.stateAfter() == stateAfter);
  }

  void finished(long round) {
    stateAfter = round;
    lastUsed = System.nanoTime();
  }

  long idleNanos() {
    return System.nanoTime() - lastUsed;
  }

  String attempt() {
    return phase.attempt();
  }

  boolean of(String attempt, int ofWorker) {
    return phase.attempt().equals(attempt) && worker == ofWorker;
  }

  @Override
  public void close() {
    minibatches.close();
    learner.close();
  }
}
