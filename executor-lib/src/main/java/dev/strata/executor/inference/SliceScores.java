package dev.strata.executor.inference;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.nd4j.evaluation.classification.Evaluation;

/**
 * What one task found out about its blocks. Counts are merged over the blocks already; sums of
 * floating-point numbers stay by block, to be added in block order whatever the number of tasks.
 */
public final class SliceScores implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<BlockSums> blocks;
  private final Evaluation evaluation;
  private final ScoreCounts counts;

  SliceScores(List<BlockSums> blocks, Evaluation evaluation, ScoreCounts counts) {
    this.blocks = List.copyOf(blocks);
    this.evaluation = evaluation;
    this.counts = counts;
  }

  /**
   * @param index of the block
   * @param loss sum over rows, weighted
   * @param weight sum over rows
   * @param values of regression; null for classes
   * @param actual class of each row, where scores are kept; else null
   * @param scores {@code [rows × classes]}, for exact curves; else null
   */
  public record BlockSums(
      int index,
      long rows,
      double loss,
      double weight,
      ValueSums values,
      int[] actual,
      float[] scores)
      implements Serializable {}

  public List<BlockSums> blocks() {
    return blocks;
  }

  /** Empty for regression. */
  public Optional<Evaluation> evaluation() {
    return Optional.ofNullable(evaluation);
  }

  /** Empty for regression and exact curves. */
  public Optional<ScoreCounts> counts() {
    return Optional.ofNullable(counts);
  }

  /** As bytes, which every serialiser of Spark takes as they are. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** What {@link #toBytes} wrote. */
  public static SliceScores fromBytes(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (SliceScores) in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("scores of a task cannot be read", e);
    }
  }
}
