package dev.strata.executor.inference;

import dev.strata.executor.metric.ClassSums;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Result of one task for its blocks. Counts and exact sums are merged over the blocks already; sums
 * of rounded numbers stay by block, to be added in block order whatever the number of tasks.
 */
public final class SliceScores implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<BlockSums> blocks;
  private final ClassSums classes;

  SliceScores(List<BlockSums> blocks, ClassSums classes) {
    this.blocks = List.copyOf(blocks);
    this.classes = classes;
  }

  /**
   * @param index of the block
   * @param loss sum over rows, weighted
   * @param weight sum over rows
   * @param values of regression; null for classes
   * @param spread of several passes; null of a single network's own output
   */
  public record BlockSums(
      int index, long rows, double loss, double weight, ValueSums values, SpreadSums spread)
      implements Serializable {}

  public List<BlockSums> blocks() {
    return blocks;
  }

  /** Empty for regression. */
  public Optional<ClassSums> classes() {
    return Optional.ofNullable(classes);
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
      throw new IllegalStateException("cannot read the scores of a task", e);
    }
  }
}
