package dev.strata.executor.network;

/** Which layers can stand on a text's ids, on a vector for each position, and on one vector. */
final class SequenceOrder {
  private final NetworkProblems problems;

  SequenceOrder(NetworkProblems problems) {
    this.problems = problems;
  }

  /**
   * Whether a layer can stand where it does; says why not.
   *
   * @param at path of its keys, with a dot at the end
   * @param onIds whether words' ids are below it
   * @param below what is below it
   */
  boolean fits(LayerSettings layer, String at, boolean onIds, RowShape below) {
    String key = at + "type";
    if (layer instanceof LayerSettings.Embedding) {
      if (!onIds) {
        problems.add(key, "embedding", "embedding as the lowest layer of a network of text only");
      }
      return onIds;
    }
    if (onIds) {
      problems.add(
          key, layer.type(), "embedding as the lowest layer, as the rows are ids of words");
      return false;
    }
    boolean takesSequence =
        layer instanceof LayerSettings.Convolution || layer instanceof LayerSettings.Pooling;
    if (takesSequence && !below.isSequence()) {
      problems.add(key, layer.type(), layer.type() + " above an embedding only, below any pooling");
      return false;
    }
    if (layer instanceof LayerSettings.Convolution windows
        && windows.kernel().orElse(1) > 1
        && !below.zeroPadded()) {
      problems.add(
          at + "kernel",
          windows.kernel().get(),
          "1 above another convolution: DL4J has no zeros there behind a text's end, so that wider"
              + " windows would make its score depend on the padding");
      return false;
    }
    boolean takesEither = layer instanceof LayerSettings.Dropout;
    if (below.isSequence() && !takesSequence && !takesEither) {
      problems.add(
          key,
          layer.type(),
          "pooling between it and the layers with a vector for each word"
              + (layer instanceof LayerSettings.Dense
                  ? "; a dense layer at each word is a convolution with kernel = 1"
                  : ""));
      return false;
    }
    return true;
  }
}
