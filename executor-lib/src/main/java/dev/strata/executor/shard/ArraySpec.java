package dev.strata.executor.shard;

import java.util.List;
import java.util.Optional;

/**
 * One array of a ShardSet; every block holds a part of its rows.
 *
 * @param name file stem, such as {@code input-0} or {@code label-0}
 * @param role what it is to a learner
 * @param index which input or output it belongs to; 0 for other roles
 * @param type element type on disk
 * @param rowShape shape of one row, without the row dimension; empty for one scalar a row
 * @param classes for class labels the number of classes that the index is expanded to (one-hot); 0 for values
 * @param scaling what is done on loading; absent where the stored values are used as they are
 */
public record ArraySpec(
    String name,
    ArrayRole role,
    int index,
    ElementType type,
    List<Integer> rowShape,
    int classes,
    Optional<LoadScaling> scaling) {
  public ArraySpec {
    rowShape = List.copyOf(rowShape);
  }

  /** Elements of one stored row. */
  public int rowLength() {
    return rowShape.stream().reduce(1, Math::multiplyExact);
  }

  /** Bytes of one stored row. */
  public int rowBytes() {
    return rowLength() * type.bytes();
  }
}
