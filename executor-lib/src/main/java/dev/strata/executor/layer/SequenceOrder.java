package dev.strata.executor.layer;

import dev.strata.executor.failure.NetworkProblems;

/**
 * Which layers can stand on a text's ids, on a vector for each position, on an image, and on one
 * vector.
 */
public final class SequenceOrder {
  private final NetworkProblems problems;

  public SequenceOrder(NetworkProblems problems) {
    this.problems = problems;
  }

  /**
   * Whether a layer can stand where it does; says why not.
   *
   * @param at path of its keys, with a dot at the end
   * @param onIds whether words' ids are below it
   * @param below what is below it
   */
  public boolean fits(LayerSettings layer, String at, boolean onIds, RowShape below) {
    String key = at + "type";
    if (layer instanceof LayerSettings.Embedding) {
      if (!onIds) {
        problems.add(key, "embedding", "embedding only as the bottom layer of a text network");
      }
      return onIds;
    }
    if (onIds) {
      problems.add(
          key, layer.type(), "embedding as the bottom layer, because the rows are word ids");
      return false;
    }
    if (layer instanceof LayerSettings.Convolution2d || layer instanceof LayerSettings.Pooling2d) {
      if (!below.isImage()) {
        problems.add(
            key,
            layer.type() + " on " + below.words(),
            layer.type()
                + " only on images: above the input, convolution-2d, pooling-2d, batch-norm"
                + " and dropout, and below any dense or pooling layer");
      }
      return below.isImage();
    }
    if (below.isImage()) {
      if (layer instanceof LayerSettings.Convolution) {
        problems.add(key, "convolution on images", "convolution-2d; convolution is for words");
      }
      return !(layer instanceof LayerSettings.Convolution);
    }
    boolean takesSequence =
        layer instanceof LayerSettings.Convolution || layer instanceof LayerSettings.Pooling;
    if (takesSequence && !below.isSequence()) {
      problems.add(
          key,
          layer.type(),
          layer.type()
              + " only above an embedding"
              + (layer instanceof LayerSettings.Pooling ? " or images" : "")
              + " and below any pooling");
      return false;
    }
    if (layer instanceof LayerSettings.Convolution windows
        && windows.kernel().orElse(1) > 1
        && !below.zeroPadded()) {
      problems.add(
          at + "kernel",
          windows.kernel().get(),
          "1 above another convolution, because DL4J does not zero the padding there, and the"
              + " result would depend on it");
      return false;
    }
    if (below.isSequence() && layer instanceof LayerSettings.Dropout) {
      problems.add(
          key,
          "dropout",
          "the key dropout of the convolution above it or of the dense layer above the pooling,"
              + " because DL4J's dropout layer fails on a vector per word with a mask");
      return false;
    }
    if (below.isSequence() && !takesSequence) {
      problems.add(
          key,
          layer.type(),
          "a pooling layer between it and the layers with a vector per word"
              + (layer instanceof LayerSettings.Dense
                  ? "; for a dense layer per word use a convolution with kernel = 1"
                  : ""));
      return false;
    }
    return true;
  }
}
