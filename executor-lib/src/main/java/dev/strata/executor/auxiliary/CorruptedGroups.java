package dev.strata.executor.auxiliary;

import dev.strata.executor.corruption.Corruption;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.shard.Minibatch;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Makes groups of rows: each good row, or a view of it, then its k bad copies. What a copy becomes
 * is a function of (seed, number of the row, epoch, number of the copy), whatever minibatch the row
 * is in; the view is that of copy k. A row of which a copy cannot be made is left out, and counted.
 * Without copies nothing is corrupted. For one thread.
 */
final class CorruptedGroups {
  /** Null where there are no copies. */
  private final Corruption corruption;

  private final Optional<Corruption> view;
  private final long seed;
  private final int copies;
  private INDArray array;
  private FloatBuffer memory;
  private float[] good = new float[0];
  private float[] bad = new float[0];

  CorruptedGroups(CorruptionPlan plan, long seed, int copies) {
    this.corruption = copies == 0 ? null : plan.corruption();
    this.view = plan.view();
    this.seed = seed;
    this.copies = copies;
  }

  /**
   * @param rows {@code [groups · (1 + k), rowShape…]}, valid until the next call; null without
   *     groups
   * @param groups good rows with all their copies
   * @param skipped rows with nothing to choose
   * @param labels of the good rows, {@code [groups, width]}, valid until the minibatch is read
   *     again; null where rows have none, and without groups
   */
  record Groups(INDArray rows, int groups, int skipped, INDArray labels) {
    /** Of rows without labels. */
    Groups(INDArray rows, int groups, int skipped) {
      this(rows, groups, skipped, null);
    }
  }

  Groups of(Minibatch minibatch, int epoch) {
    INDArray input = minibatch.inputs()[0];
    int width = Math.toIntExact(input.length() / minibatch.rows());
    reserve(input, minibatch.rows(), width);
    FloatBuffer source = FlatMemory.floats(input);
    int groups = 0;
    int[] used = new int[minibatch.rows()];
    for (int i = 0; i < minibatch.rows(); i++) {
      source.get(i * width, good);
      if (put(groups * (1 + copies) * width, minibatch.rowNumbers()[i], epoch)) {
        used[groups] = i;
        groups++;
      }
    }
    int rows = groups * (1 + copies);
    INDArray kept = groups == 0 ? null : rows == array.size(0) ? array : first(rows);
    return new Groups(kept, groups, minibatch.rows() - groups, labels(minibatch, used, groups));
  }

  private static INDArray labels(Minibatch minibatch, int[] used, int groups) {
    if (groups == 0 || minibatch.labels().length == 0) {
      return null;
    }
    INDArray all = minibatch.labels()[0];
    return groups == minibatch.rows() ? all : all.getRows(Arrays.copyOf(used, groups));
  }

  private boolean put(int at, long row, int epoch) {
    for (int copy = 0; copy < copies; copy++) {
      System.arraycopy(good, 0, bad, 0, good.length);
      if (!corruption.corrupt(bad, CorruptionPlan.random(seed, row, epoch, copy))) {
        return false;
      }
      memory.put(at + (1 + copy) * good.length, bad);
    }
    view.ifPresent(v -> v.corrupt(good, CorruptionPlan.random(seed, row, epoch, copies)));
    memory.put(at, good);
    return true;
  }

  private void reserve(INDArray input, int rows, int width) {
    long[] shape = input.shape().clone();
    shape[0] = (long) rows * (1 + copies);
    if (array == null || array.size(0) != shape[0]) {
      // Detached: it must outlive any workspace that happens to be open.
      array = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', shape);
      memory = FlatMemory.floats(array);
      good = new float[width];
      bad = new float[width];
    }
  }

  private INDArray first(int rows) {
    return array.get(NDArrayIndex.interval(0, rows));
  }
}
