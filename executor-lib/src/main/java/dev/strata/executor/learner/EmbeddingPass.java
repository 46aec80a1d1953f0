package dev.strata.executor.learner;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.WEIGHT_KEY;

import dev.strata.executor.kernels.FlatMemory;
import dev.strata.executor.preprocess.Vocabulary;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Vectors of words, ids {@code [b, steps]} to {@code [words, n]}, the rows of W {@code [ids, n]};
 * in DL4J's flat vector W is in Fortran order, so that a word's numbers lie {@code ids} apart.
 */
final class EmbeddingPass implements HiddenPass {
  private final INDArray weights;
  private final Map<String, INDArray> gradients;
  private final TextRows texts;
  private final int words;
  private final int width;
  private int[] ids = {};

  /**
   * @param texts that each minibatch's are written to
   */
  EmbeddingPass(Layer layer, TextRows texts) {
    this.weights = layer.getParam(WEIGHT_KEY);
    this.gradients = HiddenPass.gradients(layer);
    this.texts = texts;
    this.words = Math.toIntExact(weights.size(0));
    this.width = Math.toIntExact(weights.size(1));
  }

  /** Whether a matrix of weights lies as this class reads it. */
  static boolean accepts(INDArray weights) {
    return weights.ordering() == 'f'
        && weights.stride(0) == 1
        && weights.stride(1) == weights.size(0);
  }

  @Override
  public Map<String, INDArray> views() {
    return gradients;
  }

  @Override
  public INDArray forward(INDArray rows) {
    read(rows);
    INDArray output = Nd4j.createUninitialized(weights.dataType(), new long[] {ids.length, width});
    FloatBuffer vectors = FlatMemory.floats(weights);
    FloatBuffer into = FlatMemory.floats(output);
    float[] vector = new float[width];
    for (int i = 0; i < ids.length; i++) {
      for (int j = 0; j < width; j++) {
        vector[j] = vectors.get(ids[i] + j * words);
      }
      into.put(i * width, vector, 0, width);
    }
    return output;
  }

  private void read(INDArray rows) {
    int texts = Math.toIntExact(rows.size(0));
    int steps = Math.toIntExact(rows.size(1));
    float[] all = rows.dup('c').data().asFloat();
    int[] lengths = new int[texts];
    int[] found = new int[all.length];
    int count = 0;
    for (int i = 0; i < texts; i++) {
      for (int j = 0; j < steps; j++) {
        int id = (int) all[i * steps + j];
        if (id != Vocabulary.PADDING) {
          found[count++] = id;
          lengths[i]++;
        }
      }
    }
    ids = Arrays.copyOf(found, count);
    this.texts.set(lengths);
  }

  @Override
  public INDArray back(INDArray epsilon, boolean further) {
    INDArray gradient = gradients.get(WEIGHT_KEY);
    float[] sums = new float[words * width];
    FloatBuffer from = FlatMemory.floats(epsilon);
    float[] vector = new float[width];
    for (int i = 0; i < ids.length; i++) {
      from.get(i * width, vector, 0, width);
      for (int j = 0; j < width; j++) {
        sums[ids[i] + j * words] += vector[j];
      }
    }
    FlatMemory.floats(gradient).put(0, sums);
    return null;
  }
}
