package dev.strata.executor.network;

import java.util.Optional;

/**
 * One of the layers below those that are put on top.
 *
 * @param name in the new network
 * @param index of the layer in the model whose place this is
 * @param origin where its form and its parameters come from
 * @param inputs elements of an input row; 0 where that is no vector, as among convolutions
 * @param outputs elements of an output row; 0 likewise
 * @param from where the model's layer has its parameters in the model's flat vector
 * @param parameters how many the model's layer has
 * @param replacement the layer that stands in its place, where one does
 */
public record ReusedLayer(
    String name,
    int index,
    Origin origin,
    int inputs,
    int outputs,
    long from,
    long parameters,
    Optional<LayerSettings> replacement) {
  /** Where a layer's form and its parameters come from. */
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
}
