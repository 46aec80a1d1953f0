package dev.strata.executor.learner;

import dev.strata.executor.kernels.FlatMemory;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Mean, sum or maximum over the words of each text, {@code [words, n]} to {@code [b, n]}. */
final class PoolingPass implements HiddenPass {
  private final PoolingType type;
  private final TextRows texts;
  private int width;

  /** Of each number of the output the row that it came from; used for the maximum alone. */
  private int[] chosen = {};

  /**
   * @param type AVG, SUM or MAX
   */
  PoolingPass(PoolingType type, TextRows texts) {
    this.type = type;
    this.texts = texts;
  }

  @Override
  public Map<String, INDArray> views() {
    return Map.of();
  }

  @Override
  public INDArray forward(INDArray rows) {
    width = Math.toIntExact(rows.size(1));
    float[] all = new float[texts.rows() * width];
    FlatMemory.floats(rows).get(0, all);
    float[] pooled = new float[texts.texts() * width];
    if (type == PoolingType.MAX) {
      maxima(all, pooled);
    } else {
      sums(all, pooled);
    }
    INDArray output = Nd4j.createUninitialized(rows.dataType(), new long[] {texts.texts(), width});
    FlatMemory.floats(output).put(0, pooled);
    return output;
  }

  private void sums(float[] all, float[] pooled) {
    for (int text = 0; text < texts.texts(); text++) {
      int into = text * width;
      for (int row = texts.start(text); row < texts.start(text + 1); row++) {
        for (int j = 0; j < width; j++) {
          pooled[into + j] += all[row * width + j];
        }
      }
      float divisor = divisor(text);
      for (int j = 0; j < width && divisor != 1; j++) {
        pooled[into + j] /= divisor;
      }
    }
  }

  private float divisor(int text) {
    return type == PoolingType.AVG ? texts.length(text) : 1;
  }

  private void maxima(float[] all, float[] pooled) {
    chosen = new int[pooled.length];
    Arrays.fill(pooled, Float.NEGATIVE_INFINITY);
    for (int text = 0; text < texts.texts(); text++) {
      int into = text * width;
      for (int row = texts.start(text); row < texts.start(text + 1); row++) {
        for (int j = 0; j < width; j++) {
          float value = all[row * width + j];
          if (value > pooled[into + j]) {
            pooled[into + j] = value;
            chosen[into + j] = row;
          }
        }
      }
    }
  }

  @Override
  public INDArray back(INDArray epsilon, boolean further) {
    float[] from = new float[texts.texts() * width];
    FlatMemory.floats(epsilon).get(0, from);
    float[] down = new float[texts.rows() * width];
    for (int text = 0; text < texts.texts(); text++) {
      int at = text * width;
      if (type == PoolingType.MAX) {
        for (int j = 0; j < width; j++) {
          down[chosen[at + j] * width + j] = from[at + j];
        }
        continue;
      }
      float divisor = divisor(text);
      for (int row = texts.start(text); row < texts.start(text + 1); row++) {
        for (int j = 0; j < width; j++) {
          down[row * width + j] = from[at + j] / divisor;
        }
      }
    }
    INDArray gradient =
        Nd4j.createUninitialized(epsilon.dataType(), new long[] {texts.rows(), width});
    FlatMemory.floats(gradient).put(0, down);
    return gradient;
  }
}
