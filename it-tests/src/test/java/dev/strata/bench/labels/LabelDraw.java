package dev.strata.bench.labels;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Rows whose labels are known, cut into folds with the same number of each class, or one more. A
 * draw of fewer rows is a part of the draw of more with the same seed.
 *
 * @param folds rows of each fold
 */
record LabelDraw(List<List<Integer>> folds) {
  /**
   * The same number of each class.
   *
   * @param classOfRow class of every row that could be drawn
   * @param rows N; 0: all rows, whatever their classes
   */
  static LabelDraw of(int[] classOfRow, int rows, int folds, long seed) {
    int classes = IntStream.of(classOfRow).max().orElseThrow() + 1;
    if (rows % classes != 0) {
      throw new IllegalArgumentException(rows + " labels of " + classes + " classes");
    }
    int[] counts = new int[classes];
    for (int c = 0; c < classes; c++) {
      counts[c] = rows == 0 ? count(classOfRow, c) : rows / classes;
    }
    return of(classOfRow, counts, folds, seed);
  }

  /** With the classes' shares of all rows, the last class making up for what rounding leaves. */
  static LabelDraw asInData(int[] classOfRow, int rows, int folds, long seed) {
    int classes = IntStream.of(classOfRow).max().orElseThrow() + 1;
    int[] counts = new int[classes];
    int left = rows;
    for (int c = 0; c < classes; c++) {
      double share = count(classOfRow, c) / (double) classOfRow.length;
      counts[c] = c == classes - 1 ? left : (int) Math.round(rows * share);
      left -= counts[c];
    }
    return of(classOfRow, counts, folds, seed);
  }

  private static int count(int[] classOfRow, int c) {
    return (int) IntStream.of(classOfRow).filter(of -> of == c).count();
  }

  private static LabelDraw of(int[] classOfRow, int[] counts, int folds, long seed) {
    List<List<Integer>> parts = new ArrayList<>();
    for (int i = 0; i < folds; i++) {
      parts.add(new ArrayList<>());
    }
    for (int c = 0; c < counts.length; c++) {
      int wanted = c;
      List<Integer> own =
          new ArrayList<>(
              IntStream.range(0, classOfRow.length)
                  .filter(row -> classOfRow[row] == wanted)
                  .boxed()
                  .toList());
      Collections.shuffle(own, new Random(1000 * seed + c));
      for (int i = 0; i < counts[c]; i++) {
        parts.get(i % folds).add(own.get(i));
      }
    }
    return new LabelDraw(parts.stream().map(List::copyOf).toList());
  }

  int[] all() {
    return folds.stream().flatMap(List::stream).mapToInt(i -> i).toArray();
  }

  int[] heldOut(int fold) {
    return folds.get(fold).stream().mapToInt(i -> i).toArray();
  }

  int[] without(int fold) {
    return IntStream.range(0, folds.size())
        .filter(i -> i != fold)
        .mapToObj(folds::get)
        .flatMap(List::stream)
        .mapToInt(i -> i)
        .toArray();
  }
}
