package dev.strata.executor.learner;

/**
 * Where the texts of a minibatch lie in a matrix with one row for each of their words, {@code
 * [words, n]}: text after text, without padding.
 */
final class TextRows {
  private int[] starts = {0};

  /** Number of texts b. */
  int texts() {
    return starts.length - 1;
  }

  /** Rows of all texts. */
  int rows() {
    return starts[texts()];
  }

  /** First row of a text. */
  int start(int text) {
    return starts[text];
  }

  int length(int text) {
    return starts[text + 1] - starts[text];
  }

  /** Texts of these lengths. */
  void set(int[] lengths) {
    if (starts.length != lengths.length + 1) {
      starts = new int[lengths.length + 1];
    }
    for (int i = 0; i < lengths.length; i++) {
      starts[i + 1] = starts[i] + lengths[i];
    }
  }

  /** The same texts, none longer than this number of rows. */
  void set(TextRows others, int most) {
    int[] lengths = new int[others.texts()];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = Math.min(most, others.length(i));
    }
    set(lengths);
  }
}
