package dev.strata.executor.learner;

import dev.strata.executor.kernels.FlatMemory;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Windows of neighbouring words: {@code [words, n]} to {@code [windows, kernel · n]}, the words of
 * a window side by side, zeros where a window reaches beyond its text. Of a text of w words window
 * i begins at word {@code i - before}.
 */
final class WindowRows {
  private final int kernel;
  private final int before;
  private final int width;

  /**
   * @param before how many words before the first one the first window begins
   * @param width numbers of a word
   */
  WindowRows(int kernel, int before, int width) {
    this.kernel = kernel;
    this.before = before;
    this.width = width;
  }

  INDArray gather(INDArray rows, TextRows words, TextRows windows) {
    int row = kernel * width;
    INDArray output = Nd4j.createUninitialized(rows.dataType(), new long[] {windows.rows(), row});
    FloatBuffer into = FlatMemory.floats(output);
    float[] all = new float[words.rows() * width];
    FlatMemory.floats(rows).get(0, all);
    float[] window = new float[row];
    for (int text = 0; text < words.texts(); text++) {
      for (int i = 0; i < windows.length(text); i++) {
        int from = Math.max(0, i - before);
        int to = Math.min(words.length(text), i - before + kernel);
        int lead = (from - i + before) * width;
        int count = Math.max(0, to - from) * width;
        Arrays.fill(window, 0, lead, 0f);
        System.arraycopy(all, (words.start(text) + from) * width, window, lead, count);
        Arrays.fill(window, lead + count, row, 0f);
        into.put((windows.start(text) + i) * row, window, 0, row);
      }
    }
    return output;
  }

  /** The sums over windows of what belongs to each word: the transposed of {@link #gather}. */
  INDArray scatter(INDArray gathered, TextRows words, TextRows windows) {
    int row = kernel * width;
    float[] sums = new float[words.rows() * width];
    float[] window = new float[row];
    FloatBuffer from = FlatMemory.floats(gathered);
    for (int text = 0; text < words.texts(); text++) {
      for (int i = 0; i < windows.length(text); i++) {
        from.get((windows.start(text) + i) * row, window, 0, row);
        int first = Math.max(0, i - before);
        int to = Math.min(words.length(text), i - before + kernel);
        int lead = (first - i + before) * width;
        int at = (words.start(text) + first) * width;
        for (int j = 0; j < (to - first) * width; j++) {
          sums[at + j] += window[lead + j];
        }
      }
    }
    INDArray output =
        Nd4j.createUninitialized(gathered.dataType(), new long[] {words.rows(), width});
    FlatMemory.floats(output).put(0, sums);
    return output;
  }
}
