package dev.strata.executor.surgery;

import dev.strata.executor.layer.LayerSettings;
import dev.strata.executor.layer.RowShape;
import java.util.Optional;

/**
 * One of the layers below those that are put on top.
 *
 * @param name in the new network
 * @param index of the layer in the model whose place this is
 * @param origin where its form and its parameters come from
 * @param below what it takes
 * @param above what it gives
 * @param from where the model's layer has its parameters in the model's flat vector
 * @param parameters how many the model's layer has
 * @param replacement the layer that stands in its place, where one does
 */
public record ReusedLayer(
    String name,
    int index,
    Origin origin,
    RowShape below,
    RowShape above,
    long from,
    long parameters,
    Optional<LayerSettings> replacement) {
  /** Origin of a layer's shape and parameters. */
  public enum Origin {
    /** Both are the model's. */
    KEPT,
    /** The form is the model's, the parameters are fresh. */
    REINITIALIZED,
    /** Both are new. */
    REPLACED
  }

  /** Whether the parameters are the model's. */
  public boolean kept() {
    return origin == Origin.KEPT;
  }

  /** Elements of an output row; 0 where that has a vector per word or is of no known shape. */
  public int outputs() {
    return above.isSequence() ? 0 : Math.toIntExact(above.elements());
  }

  /**
   * Whether it makes one vector of those of a text's words, or smaller images or a vector of
   * images, of as many numbers or channels as there are below.
   */
  boolean pools() {
    boolean wide = below.isSequence() || below.isImage();
    return wide && !above.equals(below) && !above.isSequence() && parameters == 0;
  }

  /** What it gives on something of the same form as below, as wide as that. */
  RowShape pooled(RowShape other) {
    return above.isImage()
        ? RowShape.image(other.width(), above.plane().height(), above.plane().width())
        : RowShape.vector(other.width());
  }

  /** The same under another name. */
  ReusedLayer withName(String other) {
    return new ReusedLayer(other, index, origin, below, above, from, parameters, replacement);
  }
}
