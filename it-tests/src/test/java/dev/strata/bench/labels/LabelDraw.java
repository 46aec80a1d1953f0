package dev.strata.bench.labels;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Rows whose labels are known, the same number of each class, cut into folds with the same number
 * of each class. A draw of fewer rows is a part of the draw of more with the same seed.
 *
 * @param folds rows of each fold
 */
record LabelDraw(List<List<Integer>> folds) {
  /**
   * @param classOfRow class of every row that could be drawn
   * @param rows N; 0: all rows, whatever their classes
   */
  static LabelDraw of(int[] classOfRow, int rows, int folds, long seed) {
    int classes = IntStream.of(classOfRow).max().orElseThrow() + 1;
    if (rows % classes != 0) {
      throw new IllegalArgumentException(rows + " labels of " + classes + " classes");
    }
    List<List<Integer>> parts = new ArrayList<>();
    for (int i = 0; i < folds; i++) {
      parts.add(new ArrayList<>());
    }
    for (int c = 0; c < classes; c++) {
      int wanted = c;
      List<Integer> own =
          new ArrayList<>(
              IntStream.range(0, classOfRow.length)
                  .filter(row -> classOfRow[row] == wanted)
                  .boxed()
                  .toList());
      Collections.shuffle(own, new Random(1000 * seed + c));
      int count = rows == 0 ? own.size() : rows / classes;
      for (int i = 0; i < count; i++) {
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
