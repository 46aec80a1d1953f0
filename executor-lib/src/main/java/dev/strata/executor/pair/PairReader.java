package dev.strata.executor.pair;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.random.RandomStream;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.MinibatchSource;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Fills minibatches with pairs: of the row at each position of an order, its anchor, and a partner
 * from the same worker's rows. At even positions the partner is of the anchor's group, at odd ones
 * of another, so that each minibatch is balanced; which row it is, is a function of (seed, number
 * of the anchor). Where the anchor is alone in its group, another anchor takes its place at an even
 * position.
 *
 * <p>Shapes: inputs 0 (anchors) and 1 (partners) {@code [b, rowShape…]}, label 0 {@code [b, 1]}: 1
 * of one group, 0 of two. The row numbers are the anchors'. A reader belongs to one thread; a
 * minibatch is valid until the next one is read.
 */
public final class PairReader implements MinibatchSource {
  private static final INDArray[] NONE = new INDArray[0];

  private final ShardManifest manifest;
  private final GroupRows groups;
  private final MinibatchReader anchors;
  private final MinibatchReader partners;
  private final long[] firstRows;
  private INDArray labels;
  private int labelledFrom;

  /**
   * @param worker its blocks are i ≡ worker mod workers
   * @throws StrataException (data) where no pair of one group, or none of two, can be made of its
   *     rows
   */
  public PairReader(
      Configuration configuration, ShardSet set, ShardManifest manifest, int worker, int workers) {
    this.manifest = manifest;
    this.groups = GroupRows.of(configuration, set, manifest, worker, workers);
    this.anchors = new MinibatchReader(configuration, set, manifest, DataType.FLOAT);
    this.partners = new MinibatchReader(configuration, set, manifest, DataType.FLOAT);
    this.firstRows = manifest.firstRows();
  }

  /**
   * Pairs of the positions {@code [from, from + pairs)} of an order of the worker's rows.
   *
   * @param seed of the partners, another one in each epoch
   */
  @Override
  public Minibatch read(EpochOrder order, long seed, int from, int pairs) {
    int[] first = new int[pairs];
    int[] second = new int[pairs];
    for (int i = 0; i < pairs; i++) {
      int position = from + i;
      int anchor = Math.toIntExact(firstRows[order.block(position)] + order.row(position));
      RandomStream random = RandomStream.of(seed, anchor, position % 2);
      boolean same = position % 2 == 0;
      if (same && !groups.hasMate(anchor)) {
        anchor = groups.anyWithMate(random);
      }
      first[i] = anchor;
      second[i] = same ? groups.same(anchor, random) : groups.different(anchor, random);
    }
    Minibatch left = anchors.read(EpochOrder.listed(manifest, first), 0, pairs);
    Minibatch right = partners.read(EpochOrder.listed(manifest, second), 0, pairs);
    return new Minibatch(
        pairs,
        new INDArray[] {left.inputs()[0], right.inputs()[0]},
        new INDArray[] {labels(from, pairs)},
        NONE,
        Optional.empty(),
        left.rowNumbers());
  }

  /**
   * Position of the array of groups in the manifest.
   *
   * @throws StrataException (data) where the rows belong to none
   */
  public static int groupArray(ShardSet set, ShardManifest manifest) {
    for (int i = 0; i < manifest.arrays().size(); i++) {
      if (manifest.arrays().get(i).role() == ArrayRole.GROUP) {
        return i;
      }
    }
    throw StrataException.data("the prepared rows have no groups")
        .key("data.group")
        .file(set.folder())
        .found("no array of groups")
        .expected("rows prepared with data.group")
        .build();
  }

  private INDArray labels(int from, int pairs) {
    if (labels == null || labels.size(0) != pairs || (from - labelledFrom) % 2 != 0) {
      // Detached: it must outlive any workspace that happens to be open.
      labels = Nd4j.createUninitializedDetached(DataType.FLOAT, 'c', pairs, 1);
      for (int i = 0; i < pairs; i++) {
        labels.putScalar(i, (from + i) % 2 == 0 ? 1 : 0);
      }
      labelledFrom = from;
    }
    return labels;
  }

  @Override
  public void close() {
    anchors.close();
    partners.close();
  }
}
