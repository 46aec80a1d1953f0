package dev.strata.executor.inference;

import dev.strata.executor.network.NetworkConfiguration;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.round.NotFinite;
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
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Evaluates the blocks i ≡ slice mod slices of a labelled ShardSet: in a task, one after the other.
 * No minibatch spans two blocks, so that a block's numbers do not depend on who computes it.
 *
 * @param rocSteps thresholds of the curves; 0: scores are kept
 */
public record SliceEvaluation(
    NetworkConfiguration network, ShardSet set, int batchSize, int rocSteps, int slices)
    implements Serializable {

  public SliceScores run(Configuration hadoop, StateVector parameters, int slice) {
    ShardManifest manifest = ManifestFile.read(hadoop, set);
    ArraySpec label = manifest.array(ArrayRole.LABEL, 0).orElseThrow();
    boolean classes = label.holdsClasses();
    Evaluation evaluation = classes ? new Evaluation(label.classes()) : null;
    ScoreCounts counts =
        classes && rocSteps > 0 ? new ScoreCounts(label.classes(), rocSteps) : null;
    List<SliceScores.BlockSums> sums = new ArrayList<>();
    try (ModelLease lease = ModelLease.of(network, parameters);
        MinibatchReader reader = new MinibatchReader(hadoop, set, manifest, DataType.FLOAT)) {
      for (int block = slice; block < manifest.blocks().size(); block += slices) {
        EpochOrder order = EpochOrder.sequential(manifest, block);
        BlockScoring scoring = new BlockScoring(block, order.rows(), label, evaluation, counts);
        for (int from = 0; from < order.rows(); from += batchSize) {
          int rows = Math.min(batchSize, order.rows() - from);
          scoring.add(lease.model(), reader.read(order, from, rows));
        }
        sums.add(scoring.sums());
      }
    }
    return new SliceScores(sums, evaluation, counts);
  }

  /** Sums of one block while it is read. */
  private static final class BlockScoring {
    private final int index;
    private final Evaluation evaluation;
    private final ScoreCounts counts;
    private final ValueSums values;
    private final int[] actual;
    private final float[] scores;
    private int rows;
    private double loss;
    private double weight;

    BlockScoring(int index, int rows, ArraySpec label, Evaluation evaluation, ScoreCounts counts) {
      boolean keepsScores = evaluation != null && counts == null;
      this.index = index;
      this.evaluation = evaluation;
      this.counts = counts;
      this.values = evaluation == null ? new ValueSums(label.rowLength()) : null;
      this.actual = keepsScores ? new int[rows] : null;
      this.scores = keepsScores ? new float[Math.multiplyExact(rows, label.classes())] : null;
    }

    void add(Model model, Minibatch minibatch) {
      ScoredOutput scored = ScoredOutput.of(model, minibatch);
      requireNumbers(scored.output());
      float[] weights = minibatch.weights().map(w -> w.data().asFloat()).orElse(null);
      for (int i = 0; i < minibatch.rows(); i++) {
        double rowWeight = weights == null ? 1 : weights[i];
        loss += rowWeight * scored.losses()[i];
        weight += rowWeight;
      }
      INDArray labels = minibatch.labels()[0];
      if (evaluation == null) {
        addValues(minibatch.rows(), labels, scored.output());
      } else {
        evaluation.eval(labels, scored.output());
        addScores(minibatch.rows(), labels, scored.output());
      }
      rows += minibatch.rows();
    }

    /** DL4J's measures throw where a network's output is NaN. */
    private static void requireNumbers(INDArray output) {
      if (NotFinite.first(StateVector.of(output.dup('c').castTo(DataType.FLOAT))).isPresent()) {
        throw StrataException.diverged("the network's output is not a finite number")
            .key("network.updater.learning-rate")
            .found("NaN or infinity in the output of rows that are measured")
            .expected(
                "finite outputs; try a smaller learning rate, or scale rows that are far outside of"
                    + " those that the network was trained on")
            .build();
      }
    }

    private void addValues(int batch, INDArray labels, INDArray output) {
      int columns = (int) output.size(1);
      float[] batchLabels = labels.dup('c').data().asFloat();
      float[] predictions = output.dup('c').data().asFloat();
      for (int i = 0; i < batch; i++) {
        values.add(batchLabels, predictions, i * columns);
      }
    }

    private void addScores(int batch, INDArray labels, INDArray output) {
      int classes = (int) output.size(1);
      int[] actuals = labels.argMax(1).data().asInt();
      float[] batchScores = output.dup('c').data().asFloat();
      for (int i = 0; i < batch && counts != null; i++) {
        counts.add(actuals[i], batchScores, i * classes);
      }
      if (counts == null) {
        System.arraycopy(actuals, 0, actual, rows, batch);
        System.arraycopy(batchScores, 0, scores, rows * classes, batch * classes);
      }
    }

    SliceScores.BlockSums sums() {
      return new SliceScores.BlockSums(index, rows, loss, weight, values, actual, scores);
    }
  }
}
