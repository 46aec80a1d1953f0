package dev.strata.executor.layer;

import dev.strata.executor.preprocess.Vocabulary;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mask of the positions of a text with words: those whose id is not {@link Vocabulary#PADDING}. A
 * function of the input, so that it is computed wherever a network of text is trained or applied
 * and never stored.
 *
 * <p>When using a saved text network directly in DL4J, pass this feature mask.
 */
public final class SequenceMask {
  private SequenceMask() {}

  /** Whether a network begins with vectors of words. */
  public static boolean isFor(Model model) {
    return model instanceof MultiLayerNetwork network
        && network.getnLayers() > 0
        && network.getLayer(0).conf().getLayer() instanceof EmbeddingSequenceLayer;
  }

  /**
   * @param input {@code [b, steps]}, ids
   * @return {@code [b, steps]} float32 (DL4J's convolutions take no other mask), 1 where a word is
   *     and 0 behind the text's end; null where the network takes no text
   */
  public static INDArray of(Model model, INDArray input) {
    return isFor(model) ? input.neq(Vocabulary.PADDING).castTo(DataType.FLOAT) : null;
  }

  /**
   * The input and the outputs of layers 0 … highest at inference.
   *
   * @param input rows as the network takes them
   */
  public static List<INDArray> forward(MultiLayerNetwork network, int highest, INDArray input) {
    INDArray mask = of(network, input);
    if (mask == null) {
      return network.feedForwardToLayer(highest, input, false);
    }
    network.setLayerMaskArrays(mask, null);
    try {
      return network.feedForwardToLayer(highest, input, false);
    } finally {
      network.clearLayerMaskArrays();
    }
  }
}
