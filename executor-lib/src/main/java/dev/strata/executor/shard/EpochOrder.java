package dev.strata.executor.shard;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.random.RandomStream;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The order in which one worker sees its rows in one epoch: position → (block, row in the block).
 *
 * <p>Worker w of N has the blocks i ≡ w mod N. They are shuffled; then the rows of each {@code
 * window} consecutive blocks of that order are shuffled together (the last window may have fewer
 * blocks). Blocks and windows draw from streams of their own, {@code (seed, worker, 0)} and {@code
 * (seed, worker, 1 + window)} of {@link RandomStream}, so that any window is found without those
 * before it. Only one window is held in memory: 4 bytes a row.
 *
 * <p>An instance belongs to one thread.
 */
public final class EpochOrder {
  private final int[] blocks;

  /**
   * {@code starts[s]}: position of the first row of the s-th block before rows are shuffled; the
   * last is the sum.
   */
  private final int[] starts;

  private final int window;
  private final long seed;
  private final int worker;

  /** Rows of the current window as positions before shuffling, or null before the first access. */
  private int[] shuffled;

  private int shuffledFrom;

  /** Number of positions. */
  private int length;

  private EpochOrder(ShardManifest manifest, int[] blocks, int window, long seed, int worker) {
    this.blocks = blocks;
    this.window = window;
    this.seed = seed;
    this.worker = worker;
    this.starts = new int[blocks.length + 1];
    for (int s = 0; s < blocks.length; s++) {
      long end = (long) starts[s] + manifest.blocks().get(blocks[s]).rows();
      if (end > Integer.MAX_VALUE) {
        throw StrataException.configuration("a worker has too many rows")
            .key("training.workers")
            .found("more than " + Integer.MAX_VALUE + " rows per worker")
            .expected("more workers")
            .build();
      }
      starts[s + 1] = (int) end;
    }
    this.length = starts[blocks.length];
  }

  /**
   * The shuffled order of one worker.
   *
   * @param worker w, in {@code [0, workers)}
   * @param workers N
   * @param window blocks whose rows are shuffled together, at least 1
   * @param orderSeed different for each epoch, the same for all workers
   */
  public static EpochOrder of(
      ShardManifest manifest, int worker, int workers, int window, long orderSeed) {
    if (worker < 0 || worker >= workers || window < 1) {
      throw new IllegalArgumentException(
          "worker %d of %d, window %d".formatted(worker, workers, window));
    }
    int[] own =
        IntStream.range(0, manifest.blocks().size()).filter(i -> i % workers == worker).toArray();
    RandomStream.of(orderSeed, worker, 0).shuffle(own);
    return new EpochOrder(manifest, own, window, orderSeed, worker);
  }

  /** The rows of these blocks as they are stored, for evaluation. */
  public static EpochOrder sequential(ShardManifest manifest, int... blocks) {
    return new EpochOrder(manifest, blocks.clone(), 0, 0, 0);
  }

  /**
   * Chosen rows in an order that is a function of the seed.
   *
   * @param rows numbers in {@code [0, rows of the manifest)}, counted through the blocks as they
   *     are stored; a row may be named twice
   */
  public static EpochOrder shuffled(ShardManifest manifest, int[] rows, long seed) {
    int[] order = rows.clone();
    RandomStream.of(seed, 0, 0).shuffle(order);
    return listed(manifest, order);
  }

  /** Chosen rows, as {@link #shuffled} numbers them, in the given order. */
  public static EpochOrder listed(ShardManifest manifest, int[] rows) {
    int[] all = IntStream.range(0, manifest.blocks().size()).toArray();
    // The one window of this order holds just these rows.
    EpochOrder order = new EpochOrder(manifest, all, Math.max(1, all.length), 0, 0);
    int stored = order.length;
    for (int row : rows) {
      if (row < 0 || row >= stored) {
        throw new IndexOutOfBoundsException("row " + row + " of " + stored);
      }
    }
    order.shuffled = rows.clone();
    order.length = rows.length;
    return order;
  }

  /** Number of positions. */
  public int rows() {
    return length;
  }

  /** Index of the block that holds the row at a position in {@code [0, rows())}. */
  public int block(int position) {
    return blocks[slot(unshuffled(position))];
  }

  /** Row in its block. */
  public int row(int position) {
    int before = unshuffled(position);
    return before - starts[slot(before)];
  }

  private int unshuffled(int position) {
    if (position < 0 || position >= rows()) {
      throw new IndexOutOfBoundsException("position " + position + " of " + rows());
    }
    if (window == 0) {
      return position;
    }
    if (shuffled == null || position < shuffledFrom || position >= shuffledFrom + shuffled.length) {
      shuffleAround(position);
    }
    return shuffled[position - shuffledFrom];
  }

  private void shuffleAround(int position) {
    int number = slot(position) / window;
    shuffledFrom = starts[number * window];
    // In long: a window may be wider than there are blocks.
    int last = (int) Math.min((long) (number + 1) * window, blocks.length);
    shuffled = IntStream.range(shuffledFrom, starts[last]).toArray();
    RandomStream.of(seed, worker, 1 + number).shuffle(shuffled);
  }

  /** Which block, in this order, holds an unshuffled position; empty blocks hold none. */
  private int slot(int position) {
    int found = Arrays.binarySearch(starts, position);
    if (found < 0) {
      return -found - 2;
    }
    // Equal starts belong to empty blocks: the last of them is the one with rows.
    while (starts[found + 1] == position) {
      found++;
    }
    return found;
  }
}
