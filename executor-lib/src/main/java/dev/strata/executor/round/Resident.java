package dev.strata.executor.round;

import dev.strata.executor.learner.Learner;
import dev.strata.executor.pair.PairReader;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a worker would otherwise build anew in each round: its learner, its reader, its order of the
 * epoch.
 */
final class Resident implements AutoCloseable {
  private final RoundPhase phase;
  private final int worker;
  private final ShardManifest manifest;
  private final Learner learner;
  private final MinibatchReader reader;
  private final PairReader pairs;
  private EpochOrder order;
  private int orderedEpoch = -1;
  private long stateAfter = RoundTask.BEGINNING;
  private long lastUsed = System.nanoTime();

  Resident(RoundPhase phase, int worker) {
    this.phase = phase;
    this.worker = worker;
    Configuration hadoop = phase.hadoop().value();
    this.manifest = ManifestFile.read(hadoop, phase.shards());
    this.learner = phase.learner().create();
    boolean paired = phase.learner().readsPairs();
    int workers = phase.plan().workers();
    this.reader =
        paired ? null : new MinibatchReader(hadoop, phase.shards(), manifest, DataType.FLOAT);
    this.pairs = paired ? new PairReader(hadoop, phase.shards(), manifest, worker, workers) : null;
  }

  Learner learner() {
    return learner;
  }

  /** Rows, or pairs of them, of this epoch's order. */
  Minibatch read(EpochOrder of, int from, int size) {
    return pairs == null
        ? reader.read(of, from, size)
        : pairs.read(of, Seeds.pairs(phase.seed(), phase.name(), orderedEpoch), from, size);
  }

  EpochOrder order(int epoch) {
    if (epoch != orderedEpoch) {
      long seed = Seeds.order(phase.seed(), phase.name(), epoch);
      order = EpochOrder.of(manifest, worker, phase.plan().workers(), phase.shuffleWindow(), seed);
      orderedEpoch = epoch;
    }
    return order;
  }

  boolean serves(RoundPhase asked, RoundTask task) {
    return phase.attempt().equals(asked.attempt())
        && worker == task.worker()
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
    if (pairs == null) {
      reader.close();
    } else {
      pairs.close();
    }
    learner.close();
  }
}
