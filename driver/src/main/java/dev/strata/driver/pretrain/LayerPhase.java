package dev.strata.driver.pretrain;

/** Names of a layer's phase, folder and section of the configuration. */
final class LayerPhase {
  /** The last phase, of the whole stack. */
  static final String UNROLL = "unroll";

  private LayerPhase() {}

  /**
   * @param index from 0, bottom to top
   */
  static String of(int index) {
    return "layer-" + (index + 1);
  }

  static String section(int index) {
    return "pretrain.layers[" + index + "]";
  }
}
