package dev.strata.executor.trial;

import dev.strata.executor.inference.ScoredOutput;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Losses and errors of a network on chosen rows, in their given order. */
final class TrialScoring implements AutoCloseable {
  private static final int BATCH = 500;

  private final MinibatchReader reader;
  private final EpochOrder order;
  private final boolean classes;

  TrialScoring(Configuration hadoop, ShardSet set, int[] rows) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT);
    order = EpochOrder.listed(manifest, rows);
    classes = manifest.array(ArrayRole.LABEL, 0).map(ArraySpec::holdsClasses).orElseThrow();
  }

  TrialScore score(Model model, int epoch) {
    double loss = 0;
    double misses = 0;
    for (int from = 0; from < order.rows(); from += BATCH) {
      Minibatch minibatch = reader.read(order, from, Math.min(BATCH, order.rows() - from));
      ScoredOutput scored = ScoredOutput.of(model, minibatch);
      for (double rowLoss : scored.losses()) {
        loss += rowLoss;
      }
      misses += misses(minibatch.labels()[0], scored.output());
    }
    double mean = misses / order.rows();
    return new TrialScore(epoch, loss / order.rows(), classes ? mean : Math.sqrt(mean));
  }

  /** Rows of another class; of values, the sum over rows of the mean squared differences. */
  private double misses(INDArray labels, INDArray output) {
    if (!classes) {
      return labels.squaredDistance(output) / labels.size(1);
    }
    int[] actual = labels.argMax(1).data().asInt();
    int[] found = output.argMax(1).data().asInt();
    int count = 0;
    for (int i = 0; i < actual.length; i++) {
      count += actual[i] == found[i] ? 0 : 1;
    }
    return count;
  }

  @Override
  public void close() {
    reader.close();
  }
}
