package dev.strata.executor.corruption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.preprocess.ImageShape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What this version makes of a row, so that a run that is resumed by a later one goes on alike. */
class PinnedCorruptionTest {
  private static final float[] TEXT = {2, 3, 4, 5, 6, 0, 0};
  private static final RowFacts TEXTS =
      RowFacts.ofTexts(7, new long[] {0, 4, 900, 500, 30, 10, 5, 4, 1});
  private static final float[] ROW = {0, 0, 1, 0, 1};
  private static final RowFacts TABLE =
      RowFacts.ofTable(
          5,
          List.of(
              new TableColumn("a", false, 0, 1, new float[] {0, 1, 2}, new long[] {5, 3, 2}),
              new TableColumn("b", true, 1, 3, new float[0], new long[] {5, 3, 2}),
              new TableColumn("c", false, 4, 1, new float[] {0, 1}, new long[] {5, 5})));
  private static final RowFacts IMAGES = RowFacts.ofImages(new ImageShape(3, 3, 1));

  static Stream<Arguments> corruptions() {
    return Stream.of(
        Arguments.of(TEXTS, TEXT, new ReplaceWord(1, 1), "2, 3, 2, 5, 6, 0, 0"),
        Arguments.of(TEXTS, TEXT, new ReplaceWord(2, 0.75), "3, 3, 2, 5, 6, 0, 0"),
        Arguments.of(TEXTS, TEXT, new SwapWords(1), "2, 3, 5, 4, 6, 0, 0"),
        Arguments.of(TEXTS, TEXT, new DropWord(2), "3, 5, 6, 0, 0, 0, 0"),
        Arguments.of(TEXTS, TEXT, new ShuffleSpan(3), "2, 4, 5, 3, 6, 0, 0"),
        Arguments.of(TABLE, ROW, new ReplaceColumn(Amount.count(2)), "2, 1, 0, 0, 1"),
        Arguments.of(TABLE, ROW, new ResampleColumn(Amount.share(1)), "2, 0, 1, 0, 0"),
        Arguments.of(TABLE, ROW, new MaskColumn(Amount.count(1), 0.0), "0, 0, 1, 0, 0"),
        Arguments.of(IMAGES, Rows.image(9), new ShufflePatches(1), "6, 8, 1, 4, 7, 9, 2, 3, 5"),
        Arguments.of(IMAGES, Rows.image(9), new Rotate(90, 270, 90), "9, 8, 7, 6, 5, 4, 3, 2, 1"),
        Arguments.of(IMAGES, Rows.image(9), new CutOut(2, 1, 0), "1, 2, 3, 0, 0, 6, 0, 0, 9"),
        Arguments.of(IMAGES, Rows.image(9), new Shift(1), "2, 3, 3, 5, 6, 6, 8, 9, 9"));
  }

  @ParameterizedTest
  @MethodSource("corruptions")
  void makesWhatItMade(RowFacts facts, float[] row, CorruptionSpec spec, String expected) {
    float[] copy = row.clone();
    Rows.corruption(facts, spec).corrupt(copy, CorruptionPlan.random(42, 1234567, 3, 1));
    assertThat(Arrays.toString(copy).replace(".0", "")).isEqualTo("[" + expected + "]");
  }
}
