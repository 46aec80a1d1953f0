package dev.strata.executor.inference;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.NotFinite;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.Block;
import dev.strata.executor.shard.BlockSpec;
import dev.strata.executor.shard.BlockStore;
import dev.strata.executor.shard.BlockWriter;
import dev.strata.executor.shard.ElementType;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager.Location;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes blocks of another ShardSet in which input 0 is what a network makes of it at inference,
 * and everything else of a row is as it was, byte for byte. No minibatch spans two blocks, so that
 * a block's bytes do not depend on who computes it.
 *
 * @param network whose last layer's output is written, {@code [rows, units]}, float32
 * @param folder of the new ShardSet
 * @param batch rows computed at once
 */
public record BlockActivations(
    NetworkConfiguration network, ShardSet source, String folder, int batch)
    implements Serializable {

  /** Arrays of the new ShardSet: those of the source, in their order, with input 0 replaced. */
  public static List<ArraySpec> arrays(ShardManifest source, int units) {
    return source.arrays().stream()
        .map(
            array ->
                replaced(array)
                    ? new ArraySpec(
                        array.name(),
                        ArrayRole.INPUT,
                        0,
                        ElementType.F32,
                        List.of(units),
                        0,
                        Optional.empty())
                    : array)
        .toList();
  }

  /** Writes one block; the same bytes at each attempt. */
  public BlockSpec write(Configuration hadoop, StateVector parameters, int units, int index) {
    ShardManifest manifest = ManifestFile.read(hadoop, source);
    Block block = BlockStore.shared().open(hadoop, source, manifest, index);
    try (PooledModel lock = PooledModel.of(network, parameters);
        MinibatchReader reader = new MinibatchReader(hadoop, source, manifest, DataType.FLOAT)) {
      EpochOrder order = EpochOrder.sequential(manifest, index);
      UnaryOperator<INDArray> forward = TopOutput.of(lock.model());
      return BlockWriter.write(
          hadoop,
          new Path(folder),
          index,
          block.rows(),
          arrays(manifest, units),
          writer -> {
            for (int from = 0; from < order.rows(); from += batch) {
              int rows = Math.min(batch, order.rows() - from);
              INDArray input = reader.read(order, from, rows).inputs()[0];
              INDArray output = forward.apply(input);
              requireNumbers(output);
              copy(writer, manifest, block, from, output);
            }
          });
    }
  }

  /** What is trained on the activations could learn nothing of NaN. */
  private static void requireNumbers(INDArray output) {
    if (NotFinite.first(StateVector.of(output)).isPresent()) {
      throw StrataException.diverged("a layer's output is not finite")
          .found("NaN or infinity in the output of frozen layers or of a pretrained layer")
          .expected("finite outputs; use a lower learning rate for these layers, or scale the rows")
          .build();
    }
  }

  private static void copy(
      BlockWriter writer, ShardManifest manifest, Block block, int from, INDArray activations) {
    Nd4j.getAffinityManager().ensureLocation(activations, Location.HOST);
    ByteBuffer computed =
        activations.data().pointer().asByteBuffer().order(ByteOrder.nativeOrder());
    int width = Math.toIntExact(activations.size(1)) * Float.BYTES;
    for (int i = 0; i < activations.size(0); i++) {
      for (int a = 0; a < manifest.arrays().size(); a++) {
        ArraySpec array = manifest.arrays().get(a);
        ByteBuffer row = writer.row(a);
        if (!replaced(array)) {
          int bytes = array.rowBytes();
          row.put(block.raw(a).slice((from + i) * bytes, bytes));
        } else if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
          row.put(computed.slice(i * width, width));
        } else {
          for (int at = i * width; at < (i + 1) * width; at += Float.BYTES) {
            row.putFloat(computed.getFloat(at));
          }
        }
      }
      writer.endRow();
    }
  }

  private static boolean replaced(ArraySpec array) {
    return array.role() == ArrayRole.INPUT && array.index() == 0;
  }
}
