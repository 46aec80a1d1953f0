package dev.strata.executor.inference;

import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import java.io.Serializable;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A source column whose values are dealt out anew among all rows of a ShardSet: a row gets those of
 * another row, by an order that is a function of the seed and the number of rows alone.
 *
 * @param offset of the column in the first input
 * @param width of the column, at least 1
 */
public record PermutedColumn(int offset, int width, long seed) implements Serializable {
  /** The order in which values are dealt out to the rows as they are stored. */
  EpochOrder order(ShardManifest manifest) {
    int[] all = IntStream.range(0, Math.toIntExact(manifest.rows())).toArray();
    return EpochOrder.shuffled(manifest, all, seed);
  }

  /**
   * Overwrites the column of rows that follow one another in the ShardSet.
   *
   * @param order of {@link #order}
   * @param reader not the one that read the rows, whose arrays it would overwrite
   */
  void apply(Minibatch rows, EpochOrder order, MinibatchReader reader) {
    Minibatch others = reader.read(order, Math.toIntExact(rows.rowNumbers()[0]), rows.rows());
    column(rows).assign(column(others));
  }

  private INDArray column(Minibatch rows) {
    return rows.inputs()[0]
        .reshape('c', rows.rows(), -1)
        .get(NDArrayIndex.all(), NDArrayIndex.interval(offset, offset + width));
  }
}
