package dev.strata.executor.round;

import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.ShardManifest;
import java.io.Serializable;
import java.util.List;

/**
 * Division of an epoch into rounds: a function of block sizes and settings.
 *
 * @param workerRows rows of each worker: those of the blocks i ≡ w mod N
 * @param batch rows of a minibatch; the last one of a worker may be shorter
 * @param every maximum number of minibatches of a worker in a round; a round with this number is a
 *     full one
 * @param cut how rounds share an epoch's minibatches
 * @param passes how often an epoch goes through the rows, each time in another order; at least 1
 */
public record EpochPlan(List<Long> workerRows, int batch, int every, RoundCut cut, int passes)
    implements Serializable {
  public EpochPlan {
    workerRows = List.copyOf(workerRows);
    if (passes < 1) {
      throw new IllegalArgumentException("an epoch of " + passes + " passes");
    }
  }

  /** Of one pass. */
  public EpochPlan(List<Long> workerRows, int batch, int every, RoundCut cut) {
    this(workerRows, batch, every, cut, 1);
  }

  /** Cut into even rounds. */
  public EpochPlan(List<Long> workerRows, int batch, int every) {
    this(workerRows, batch, every, RoundCut.EVEN);
  }

  public static EpochPlan of(ShardManifest manifest, int workers, int batch, int every) {
    Long[] rows = new Long[workers];
    java.util.Arrays.fill(rows, 0L);
    for (BlockSpec block : manifest.blocks()) {
      rows[block.index() % workers] += block.rows();
    }
    return new EpochPlan(List.of(rows), batch, every);
  }

  /** The same epochs cut in another way. */
  public EpochPlan withCut(RoundCut other) {
    return new EpochPlan(workerRows, batch, every, other, passes);
  }

  /** Epochs of another number of passes. */
  public EpochPlan withPasses(int number) {
    return new EpochPlan(workerRows, batch, every, cut, number);
  }

  public int workers() {
    return workerRows.size();
  }

  /** Minibatches of a pass of the worker; the last one of a pass may be shorter. */
  public long minibatchesOfPass(int worker) {
    return (workerRows.get(worker) + batch - 1) / batch;
  }

  /** Minibatches of an epoch of the worker. */
  public long minibatches(int worker) {
    return passes * minibatchesOfPass(worker);
  }

  /** Most minibatches of an epoch of any worker. */
  public long longest() {
    long most = 0;
    for (int w = 0; w < workers(); w++) {
      most = Math.max(most, minibatches(w));
    }
    return most;
  }

  public int roundsPerEpoch() {
    return Math.toIntExact((longest() + every - 1) / every);
  }

  /** Minibatches of each worker before round {@code round} of an epoch. */
  public long firstStep(int round) {
    if (cut == RoundCut.WHOLE_FIRST) {
      return Math.min((long) round * every, longest());
    }
    long rounds = Math.max(1, roundsPerEpoch());
    return round * (longest() / rounds) + Math.min(round, longest() % rounds);
  }

  /**
   * By how much the iteration counter advances in round {@code round} of an epoch: the most steps
   * of any worker.
   */
  public int steps(int round) {
    return (int) (firstStep(round + 1) - firstStep(round));
  }

  /** Steps of one worker in round {@code round} of an epoch; 0 where its rows are used up. */
  public int steps(int round, int worker) {
    return (int) Math.max(0, Math.min(steps(round), minibatches(worker) - firstStep(round)));
  }

  /** Which part of a whole round the outer step takes round {@code round} of an epoch for. */
  public double share(int round) {
    return cut == RoundCut.WHOLE_FIRST ? 1 : steps(round) / (double) every;
  }
}
