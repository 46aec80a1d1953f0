package dev.strata.bench.auxiliary;

import dev.strata.executor.corruption.Amount;
import dev.strata.executor.corruption.Corruption;
import dev.strata.executor.corruption.CorruptionPlan;
import dev.strata.executor.corruption.CorruptionSpec;
import dev.strata.executor.corruption.CutOut;
import dev.strata.executor.corruption.DropWord;
import dev.strata.executor.corruption.Flip;
import dev.strata.executor.corruption.MaskColumn;
import dev.strata.executor.corruption.Noise;
import dev.strata.executor.corruption.ReplaceColumn;
import dev.strata.executor.corruption.ReplaceWord;
import dev.strata.executor.corruption.Rotate;
import dev.strata.executor.corruption.RowFacts;
import dev.strata.executor.corruption.Shift;
import dev.strata.executor.corruption.ShufflePatches;
import dev.strata.executor.corruption.ShuffleSpan;
import dev.strata.executor.corruption.SwapWords;
import dev.strata.executor.corruption.TableColumn;
import dev.strata.executor.preprocess.ImageShape;
import dev.strata.executor.random.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Time of one bad copy, on one thread: texts of 20 words in rows of 53 with 5,000 words known,
 * tables of 6 numbers (1,000 values each) and 8 categories (of 12) in 102 elements, images of 28 ×
 * 28. The copy of the row and its random numbers are counted in.
 */
public final class CorruptionBenchmark {
  private static final int ROWS = 200_000;

  private CorruptionBenchmark() {}

  public static void main(String[] arguments) {
    float[] text = new float[53];
    long[] words = new long[5000];
    for (int i = 2; i < words.length; i++) {
      words[i] = 100_000L / i;
    }
    for (int i = 0; i < 20; i++) {
      text[i] = 2 + i * i;
    }
    RowFacts texts = RowFacts.ofTexts(text.length, words);
    for (CorruptionSpec spec :
        List.of(
            new ReplaceWord(1, 1),
            new ReplaceWord(1, 0.75),
            new SwapWords(1),
            new DropWord(1),
            new ShuffleSpan(3))) {
      measure(spec, texts, text);
    }
    RowFacts table = table();
    float[] row = new float[table.width()];
    for (int i = 0; i < 8; i++) {
      row[6 + 12 * i] = 1;
    }
    for (CorruptionSpec spec :
        List.of(
            new ReplaceColumn(Amount.count(1)),
            new ReplaceColumn(Amount.share(0.5)),
            new MaskColumn(Amount.count(1), -1))) {
      measure(spec, table, row);
    }
    RowFacts images = RowFacts.ofImages(new ImageShape(28, 28, 1));
    float[] image = new float[784];
    for (int i = 0; i < image.length; i++) {
      image[i] = i % 31 / 31f;
    }
    for (CorruptionSpec spec :
        List.of(
            new ShufflePatches(7),
            new Rotate(10, 30, 0),
            new CutOut(8, 1, 0.5),
            new Noise(0.1),
            new Shift(2),
            new Flip(1))) {
      measure(spec, images, image);
    }
  }

  private static RowFacts table() {
    List<TableColumn> columns = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      float[] values = new float[1000];
      long[] counts = new long[values.length];
      for (int v = 0; v < values.length; v++) {
        values[v] = v - 500;
        counts[v] = 1 + v % 17;
      }
      columns.add(new TableColumn("number-" + i, false, i, 1, values, counts));
    }
    for (int i = 0; i < 8; i++) {
      long[] counts = new long[12];
      for (int v = 0; v < counts.length; v++) {
        counts[v] = 1 + v * v;
      }
      columns.add(new TableColumn("category-" + i, true, 6 + 12 * i, 12, new float[0], counts));
    }
    return RowFacts.ofTable(102, columns);
  }

  private static void measure(CorruptionSpec spec, RowFacts facts, float[] row) {
    Corruption corruption = new CorruptionPlan("corruption", List.of(spec), facts).corruption();
    float[] copy = new float[row.length];
    double sum = 0;
    double best = Double.POSITIVE_INFINITY;
    for (int round = 0; round < 5; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < ROWS; i++) {
        System.arraycopy(row, 0, copy, 0, row.length);
        RandomStream random = CorruptionPlan.random(round, i, 0, 0);
        sum += corruption.corrupt(copy, random) ? copy[0] : 0;
      }
      best = Math.min(best, (System.nanoTime() - start) / 1e3 / ROWS);
    }
    System.out.printf(
        Locale.ROOT, "%-32s %8.2f microseconds%s%n", spec, best, Double.isNaN(sum) ? "?" : "");
  }
}
