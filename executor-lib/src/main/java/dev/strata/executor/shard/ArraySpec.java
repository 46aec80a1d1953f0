package dev.strata.executor.shard;

import dev.strata.executor.json.Json;
import java.io.Serializable;
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
 * @param classes for class labels the number of classes that the index is expanded to (one-hot); 0
 *     for values
 * @param scaling what is done on loading; absent where the stored values are used as they are
 */
public record ArraySpec(
    String name,
    ArrayRole role,
    int index,
    ElementType type,
    List<Integer> rowShape,
    int classes,
    Optional<LoadScaling> scaling)
    implements Serializable {
  public ArraySpec {
    rowShape = List.copyOf(rowShape);
    scaling = scaling == null ? Optional.empty() : scaling;
  }

  /** Elements of one stored row. */
  public int rowLength() {
    return rowShape.stream().reduce(1, Math::multiplyExact);
  }

  /** Bytes of one stored row. */
  public int rowBytes() {
    return Math.multiplyExact(rowLength(), type.bytes());
  }

  /** Whether it holds class indices that are expanded (one-hot) on loading. */
  public boolean holdsClasses() {
    return role == ArrayRole.LABEL && classes > 0;
  }

  /** {@code Optional} is not serializable, so that the record travels as its JSON. */
  private Object writeReplace() {
    return new Travelling(Json.line(this));
  }

  private record Travelling(String json) implements Serializable {
    private Object readResolve() {
      return Json.read(json, ArraySpec.class, "an array's description");
    }
  }
}
