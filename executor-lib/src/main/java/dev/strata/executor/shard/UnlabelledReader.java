package dev.strata.executor.shard;

import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Adds unlabelled rows to each minibatch of another source: ratio rows for each of its rows. A
 * worker goes through its unlabelled rows again and again, each time in another order; which rows
 * come with a minibatch follows from the pass and the position alone, so that a repeated round
 * reads the same.
 *
 * <p>The last input is that of the unlabelled rows, {@code [b · ratio, rowShape…]}; their numbers
 * follow those of the others. Labels and weights are those of the other source. A reader belongs to
 * one thread; a minibatch is valid until the next one is read.
 */
public final class UnlabelledReader implements MinibatchSource {
  private final MinibatchSource labelled;
  private final MinibatchReader rows;
  private final ShardManifest manifest;
  private final int ratio;
  private final Orders orders;
  private final long[] firstRows;
  private int pass;
  private EpochOrder order;
  private int ordered = -1;

  /** Orders of a worker's unlabelled rows. */
  @FunctionalInterface
  public interface Orders {
    /** Of one pass through them; all passes have as many rows, at least 1. */
    EpochOrder of(ShardManifest manifest, int pass);
  }

  /**
   * @param labelled closed with this
   */
  public UnlabelledReader(
      MinibatchSource labelled, Configuration configuration, UnlabelledRows beside, Orders orders) {
    this.labelled = labelled;
    this.manifest = ManifestFile.read(configuration, beside.set());
    this.rows = new MinibatchReader(configuration, beside.set(), manifest, DataType.FLOAT);
    this.ratio = beside.ratio();
    this.orders = orders;
    this.firstRows = manifest.firstRows();
  }

  @Override
  public void pass(int number) {
    labelled.pass(number);
    pass = number;
  }

  @Override
  public Minibatch read(EpochOrder of, long seed, int from, int count) {
    Minibatch own = labelled.read(of, seed, from, count);
    long first = ((long) pass * of.rows() + from) * ratio;
    int[] chosen = new int[count * ratio];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = row(first + i);
    }
    Minibatch beside = rows.read(EpochOrder.listed(manifest, chosen), 0, chosen.length);
    INDArray[] inputs = Arrays.copyOf(own.inputs(), own.inputs().length + 1);
    inputs[inputs.length - 1] = beside.inputs()[0];
    long[] numbers = Arrays.copyOf(own.rowNumbers(), count + chosen.length);
    System.arraycopy(beside.rowNumbers(), 0, numbers, count, chosen.length);
    return new Minibatch(count, inputs, own.labels(), own.masks(), own.weights(), numbers);
  }

  /** The row at a position of the endless order. */
  private int row(long position) {
    if (order == null) {
      turn(0);
    }
    turn(Math.toIntExact(position / order.rows()));
    int at = (int) (position % order.rows());
    return Math.toIntExact(firstRows[order.block(at)] + order.row(at));
  }

  private void turn(int number) {
    if (ordered != number) {
      order = orders.of(manifest, number);
      ordered = number;
    }
  }

  @Override
  public void close() {
    labelled.close();
    rows.close();
  }
}
