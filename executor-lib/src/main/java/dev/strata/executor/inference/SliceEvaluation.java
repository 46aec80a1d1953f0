package dev.strata.executor.inference;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.metric.ClassMeasuring;
import dev.strata.executor.metric.ClassSums;
import dev.strata.executor.metric.RowWeights;
import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.round.StateVector;
import dev.strata.executor.shard.ArrayRole;
import dev.strata.executor.shard.ArraySpec;
import dev.strata.executor.shard.EpochOrder;
import dev.strata.executor.shard.ManifestFile;
import dev.strata.executor.shard.Minibatch;
import dev.strata.executor.shard.MinibatchReader;
import dev.strata.executor.shard.ShardManifest;
import dev.strata.executor.shard.ShardSet;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Evaluates the blocks i ≡ slice mod slices of a labelled ShardSet: in a task, one after the other.
 * No minibatch spans two blocks, so that a block's numbers do not depend on who computes it.
 *
 * @param measuring what is counted of classes; null for values
 */
public record SliceEvaluation(
    Predictor predictor,
    ShardSet set,
    int batchSize,
    ClassMeasuring measuring,
    RowWeights rowWeights,
    int slices)
    implements Serializable {
  /** Of one network. */
  public SliceEvaluation(
      NetworkConfiguration network,
      ShardSet set,
      int batchSize,
      ClassMeasuring measuring,
      RowWeights rowWeights,
      int slices) {
    this(Predictor.of(network), set, batchSize, measuring, rowWeights, slices);
  }

  /** As below, of one network. */
  public SliceScores run(Configuration hadoop, StateVector parameters, int slice) {
    return run(hadoop, List.of(parameters), slice);
  }

  /**
   * @param parameters one for each network
   * @throws StrataException (diverged) where an output or a loss is not a finite number
   */
  public SliceScores run(Configuration hadoop, List<StateVector> parameters, int slice) {
    return run(hadoop, parameters, slice, rows -> {});
  }

  /**
   * As above, but with a column whose values are those of other rows.
   *
   * @throws StrataException as above
   */
  public SliceScores run(
      Configuration hadoop, List<StateVector> parameters, int slice, PermutedColumn column) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    EpochOrder order = column.order(manifest);
    try (MinibatchReader others = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      return run(hadoop, parameters, slice, rows -> column.apply(rows, order, others));
    }
  }

  private SliceScores run(
      Configuration hadoop, List<StateVector> parameters, int slice, Consumer<Minibatch> change) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    ArraySpec label = manifest.array(ArrayRole.LABEL, 0).orElseThrow();
    ClassSums classes = measuring == null ? null : new ClassSums(measuring);
    List<SliceScores.BlockSums> sums = new ArrayList<>();
    try (PooledPredictor lock = predictor.open(parameters);
        MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      for (int block = slice; block < manifest.blocks().size(); block += slices) {
        EpochOrder order = EpochOrder.sequential(manifest, block);
        BlockScoring scoring = new BlockScoring(block, label, classes);
        for (int from = 0; from < order.rows(); from += batchSize) {
          int rows = Math.min(batchSize, order.rows() - from);
          Minibatch minibatch = reader.read(order, from, rows);
          change.accept(minibatch);
          scoring.add(lock.of(minibatch), minibatch);
        }
        sums.add(scoring.sums());
      }
    }
    return new SliceScores(sums, classes);
  }

  /** Sums of one block while it is read. */
  private final class BlockScoring {
    private final int index;
    private final ClassSums classes;
    private final ValueSums values;
    private final SpreadSums spread = predictor.single() ? null : new SpreadSums();
    private int rows;
    private double loss;
    private double weight;

    BlockScoring(int index, ArraySpec label, ClassSums classes) {
      this.index = index;
      this.classes = classes;
      this.values = classes == null ? new ValueSums(label.rowLength()) : null;
    }

    void add(Prediction scored, Minibatch minibatch) {
      float[] stored = minibatch.weights().map(w -> w.data().asFloat()).orElse(null);
      INDArray labels = minibatch.labels()[0];
      float[] outputs = scored.output().dup('c').data().asFloat();
      int columns = outputs.length / minibatch.rows();
      int[] actual = classes == null ? null : labels.argMax(1).data().asInt();
      float[] wanted = classes == null ? labels.dup('c').data().asFloat() : null;
      double[] counted = new double[minibatch.rows()];
      for (int i = 0; i < minibatch.rows(); i++) {
        double lossWeight = stored == null ? 1 : stored[i];
        loss += lossWeight * requireFinite(scored.losses()[i], "loss", minibatch, i);
        weight += lossWeight;
        for (int c = 0; c < columns; c++) {
          requireFinite(outputs[i * columns + c], "output", minibatch, i);
        }
        int ofClass = actual == null ? 0 : actual[i];
        counted[i] = stored == null ? 1 : rowWeights.of(stored[i], ofClass);
        if (classes == null) {
          values.add(wanted, outputs, i * columns, counted[i]);
        }
        if (spread != null) {
          spread.add(scored.spread(), i, counted[i]);
        }
      }
      if (classes != null) {
        classes.add(actual, outputs, counted);
      }
      rows += minibatch.rows();
    }

    private double requireFinite(double number, String of, Minibatch minibatch, int row) {
      if (!Double.isFinite(number)) {
        throw StrataException.diverged("the network's " + of + " for a row is not finite")
            .key("network.updater.learning-rate")
            .file(set.folder())
            .row(minibatch.rowNumbers()[row] + 1)
            .found(String.valueOf(number))
            .expected(
                "a finite number; train with a lower learning rate or with clipping, or scale rows"
                    + " that are far outside the range of the training rows")
            .build();
      }
      return number;
    }

    SliceScores.BlockSums sums() {
      return new SliceScores.BlockSums(index, rows, loss, weight, values, spread);
    }
  }
}
