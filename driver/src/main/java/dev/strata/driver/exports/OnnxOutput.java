package dev.strata.driver.exports;

/**
 * An output of an exported graph.
 *
 * @param number of the layer or the class
 */
record OnnxOutput(String name, Source source, int number) {
  /** Where it comes from. */
  enum Source {
    /** Output of a layer, {@code [rows, units]}. */
    LAYER,
    /** Probability of one class, {@code [rows, 1]}. */
    CLASS,
    /** Name of the likeliest class, {@code [rows]}. */
    PREDICTION,
    /** Output of the decoder, {@code [rows, input width]}. */
    RECONSTRUCTION
  }

  static OnnxOutput layer(String name, int layer) {
    return new OnnxOutput(name, Source.LAYER, layer);
  }
}
