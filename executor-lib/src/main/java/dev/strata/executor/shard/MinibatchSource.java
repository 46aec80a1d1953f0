package dev.strata.executor.shard;

/**
 * Source of a learner's minibatches: stored rows ({@link MinibatchReader}), or rows made from them.
 * Belongs to one thread; a minibatch is valid until the next one is read.
 */
public interface MinibatchSource extends AutoCloseable {
  /**
   * Begins a pass through the worker's rows, before any of its minibatches is read.
   *
   * @param number of the pass, from 0, counted over all epochs
   */
  default void pass(int number) {}

  /**
   * What stands at the positions {@code [from, from + count)} of an order of a worker's rows.
   *
   * @param seed of what is drawn while reading, another one in each epoch
   * @throws dev.strata.executor.failure.StrataException (data) where a block is damaged
   */
  Minibatch read(EpochOrder order, long seed, int from, int count);

  @Override
  void close();
}
