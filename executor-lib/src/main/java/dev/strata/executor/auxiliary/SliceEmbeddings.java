package dev.strata.executor.auxiliary;

import dev.strata.executor.inference.PooledModel;
import dev.strata.executor.inference.TopOutput;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.pair.PairReader;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.Serializable;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Embeddings of the rows in the blocks i ≡ slice mod slices of a ShardSet of groups: in a task, one
 * after the other. No minibatch spans two blocks, so that a row's embedding does not depend on who
 * computes it.
 *
 * @param network whose output is the embedding
 * @param sample the rows that are taken
 * @param batchSize rows computed at once
 * @param slices tasks in all
 */
public record SliceEmbeddings(
    NetworkConfiguration network, ShardSet set, GroupSample sample, int batchSize, int slices)
    implements Serializable {

  public List<BlockEmbeddings> run(Configuration hadoop, StateVector parameters, int slice) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    int array = PairReader.groupArray(set, manifest);
    List<BlockEmbeddings> blocks = new ArrayList<>();
    try (PooledModel lock = PooledModel.of(network, parameters);
        MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      UnaryOperator<INDArray> top = TopOutput.of(lock.model());
      long first = 0;
      for (int block = 0; block < manifest.blocks().size(); block++) {
        int rows = manifest.blocks().get(block).rows();
        if (block % slices == slice && rows > 0) {
          IntBuffer groups =
              BlockStore.shared().open(hadoop, set, manifest, block).raw(array).asIntBuffer();
          long before = first;
          int[] chosen =
              IntStream.range(0, rows).filter(r -> sample.has(groups.get(r), before + r)).toArray();
          int[] numbers = new int[chosen.length];
          for (int i = 0; i < chosen.length; i++) {
            numbers[i] = Math.toIntExact(first + chosen[i]);
          }
          blocks.add(
              new BlockEmbeddings(
                  block,
                  IntStream.of(chosen).map(groups::get).toArray(),
                  embeddings(reader, EpochOrder.listed(manifest, numbers), top)));
        }
        first += rows;
      }
    }
    return blocks;
  }

  private float[] embeddings(
      MinibatchReader reader, EpochOrder order, UnaryOperator<INDArray> top) {
    float[] all = new float[0];
    for (int from = 0; from < order.rows(); from += batchSize) {
      int size = Math.min(batchSize, order.rows() - from);
      INDArray output = top.apply(reader.read(order, from, size).inputs()[0]);
      int width = Math.toIntExact(output.length() / size);
      if (all.length == 0) {
        all = new float[order.rows() * width];
      }
      float[] values = output.dup('c').data().asFloat();
      System.arraycopy(values, 0, all, from * width, values.length);
    }
    return all;
  }
}
