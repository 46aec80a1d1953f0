package dev.strata.executor.corruption;

import java.util.List;

/** Rows that tests corrupt. */
final class Rows {
  static final String KEY = "task.corruption";

  private Rows() {}

  static Corruption corruption(RowFacts facts, CorruptionSpec... steps) {
    return new CorruptionPlan(KEY, List.of(steps), facts).corruption();
  }

  static Corruption augmentation(RowFacts facts, CorruptionSpec... steps) {
    return new CorruptionPlan("task.augmentation", List.of(steps), facts).augmentation();
  }

  /** The copy of a row that its number makes. */
  static float[] copy(Corruption corruption, float[] row, long number) {
    float[] copy = row.clone();
    corruption.corrupt(copy, CorruptionPlan.random(7, number, 0, 0));
    return copy;
  }

  /** An image whose pixels are all different. */
  static float[] image(int length) {
    float[] row = new float[length];
    for (int i = 0; i < length; i++) {
      row[i] = i + 1;
    }
    return row;
  }

  static int differences(float[] a, float[] b) {
    int different = 0;
    for (int i = 0; i < a.length; i++) {
      different += a[i] == b[i] ? 0 : 1;
    }
    return different;
  }
}
