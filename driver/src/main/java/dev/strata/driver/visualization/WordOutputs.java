package dev.strata.driver.visualization;

import dev.strata.executor.layer.SequenceMask;
import dev.strata.executor.preprocess.Vocabulary;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Outputs of the layers of a network of text that give a vector for each word. A unit of such a
 * layer is a number of the vector, whatever the word's place in its text; what is computed at
 * padding, the same for every text, belongs to none. Asked layer by layer from the bottom.
 */
final class WordOutputs {
  private final int[] words;

  /** Numbers of a vector; 0 where a row is one vector. */
  private int width;

  WordOutputs(Model model, SampleRows rows) {
    boolean text = SequenceMask.isFor(model);
    this.words = IntStream.range(0, text ? rows.rows() : 0).map(i -> words(rows.row(i))).toArray();
  }

  private static int words(float[] row) {
    int words = 0;
    while (words < row.length && row[words] != Vocabulary.PADDING) {
      words++;
    }
    return words;
  }

  /** Whether the layer gives a vector for each word. */
  boolean has(Layer layer) {
    var settings = layer == null ? null : layer.conf().getLayer();
    boolean vectors =
        settings instanceof EmbeddingSequenceLayer || settings instanceof Convolution1DLayer;
    if (vectors && words.length > 0) {
      width = Math.toIntExact(((FeedForwardLayer) settings).getNOut());
    } else if (!(settings instanceof DropoutLayer)) {
      width = 0;
    }
    return width > 0;
  }

  /**
   * Of a layer that has them.
   *
   * @param output {@code [texts, width · positions]}, all positions of the first number first
   * @return {@code [words, width]}
   */
  INDArray of(INDArray output) {
    int positions = Math.toIntExact(output.size(1) / width);
    float[] all = output.dup('c').data().asFloat();
    int rows = IntStream.of(words).map(count -> Math.min(count, positions)).sum();
    float[] vectors = new float[rows * width];
    int next = 0;
    for (int text = 0; text < words.length; text++) {
      for (int place = 0; place < Math.min(words[text], positions); place++) {
        for (int i = 0; i < width; i++) {
          vectors[next++] = all[(text * width + i) * positions + place];
        }
      }
    }
    return Nd4j.createFromArray(vectors).reshape('c', rows, width);
  }
}
