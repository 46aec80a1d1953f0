package dev.strata.executor.layer;

import dev.strata.executor.failure.Counted;
import java.io.Serializable;

/**
 * Meaning of the network's output.
 *
 * @param kind classes (one-hot labels) or values (regression)
 * @param width number of classes or values; 0 where the data have not been looked at yet
 */
public record OutputTask(Kind kind, int width) implements Serializable {
  /** Kinds of labels. */
  public enum Kind {
    CLASSES,
    VALUES
  }

  public static OutputTask classes(int count) {
    return new OutputTask(Kind.CLASSES, count);
  }

  public static OutputTask values(int width) {
    return new OutputTask(Kind.VALUES, width);
  }

  /** In messages: {@code 10 classes}. */
  public String words() {
    return switch (kind) {
      case CLASSES -> width + " classes";
      case VALUES -> Counted.of(width, "value");
    };
  }
}
