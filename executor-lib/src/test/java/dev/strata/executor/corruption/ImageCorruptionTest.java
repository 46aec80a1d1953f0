package dev.strata.executor.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ImageShape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Images that are cut, turned and moved. */
class ImageCorruptionTest {
  /** 2 × 3 pixels: 1 2 3 above 4 5 6. */
  private static final RowFacts SMALL = RowFacts.ofImages(new ImageShape(2, 3, 1));

  private static final RowFacts SQUARE = RowFacts.ofImages(new ImageShape(6, 6, 1));

  @Test
  void patchesComeInAnotherOrderAndEachStaysWhole() {
    RowFacts facts = RowFacts.ofImages(new ImageShape(5, 4, 3));
    Corruption corruption = Rows.corruption(facts, new ShufflePatches(2));
    float[] image = Rows.image(60);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      float[] copy = Rows.copy(corruption, image, i);
      seen.add(Arrays.toString(copy));
      assertThat(Arrays.copyOfRange(copy, 48, 60))
          .containsExactly(Arrays.copyOfRange(image, 48, 60));
      // Two pixels of three channels side by side, and the two below them, 12 elements on.
      for (int y = 0; y < 4; y += 2) {
        for (int x = 0; x < 4; x += 2) {
          int first = (y * 4 + x) * 3;
          for (int j = 0; j < 6; j++) {
            assertThat(copy[first + j]).isEqualTo(copy[first] + j);
            assertThat(copy[first + 12 + j]).isEqualTo(copy[first] + 12 + j);
          }
        }
      }
    }
    assertThat(seen).hasSize(23).doesNotContain(Arrays.toString(image));
  }

  @Test
  void aQuarterTurnMovesPixelsExactly() {
    RowFacts facts = RowFacts.ofImages(new ImageShape(2, 2, 1));
    Corruption corruption = Rows.corruption(facts, new Rotate(90, 90, 0));
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 50; i++) {
      seen.add(Arrays.toString(Rows.copy(corruption, new float[] {1, 2, 3, 4}, i)));
    }
    assertThat(seen).containsExactlyInAnyOrder("[3.0, 1.0, 4.0, 2.0]", "[2.0, 4.0, 1.0, 3.0]");
  }

  @Test
  void stepsGiveTheAnglesBetween() {
    RowFacts facts = RowFacts.ofImages(new ImageShape(2, 2, 1));
    Corruption corruption = Rows.corruption(facts, new Rotate(90, 270, 90));
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      seen.add(Arrays.toString(Rows.copy(corruption, new float[] {1, 2, 3, 4}, i)));
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "[3.0, 1.0, 4.0, 2.0]", "[2.0, 4.0, 1.0, 3.0]", "[4.0, 3.0, 2.0, 1.0]");
  }

  @Test
  void aSmallTurnIsInterpolated() {
    Corruption corruption = Rows.augmentation(SQUARE, new Rotate(10, 10, 0));
    float[] slope = new float[36];
    for (int i = 0; i < 36; i++) {
      slope[i] = i % 6 - 2.5f;
    }
    float[] copy = Rows.copy(corruption, slope, 3);
    // A linear slope turned is the slope along the turned axis, away from the edge.
    double cos = Math.cos(Math.toRadians(10));
    double sin = Math.sin(Math.toRadians(10));
    for (int y = 2; y < 4; y++) {
      for (int x = 2; x < 4; x++) {
        double plus = cos * (x - 2.5) + sin * (y - 2.5);
        double minus = cos * (x - 2.5) - sin * (y - 2.5);
        double expected = Math.abs(copy[y * 6 + x] - plus) < 1e-6 ? plus : minus;
        assertThat(copy[y * 6 + x]).isCloseTo((float) expected, within(1e-6f));
      }
    }
  }

  @Test
  void squaresAreCutOutWithinTheImage() {
    Corruption corruption = Rows.corruption(SQUARE, new CutOut(3, 1, -1));
    float[] image = Rows.image(36);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      float[] copy = Rows.copy(corruption, image, i);
      assertThat(Rows.differences(copy, image)).isEqualTo(9);
      int first = 0;
      while (copy[first] != -1f) {
        first++;
      }
      assertThat(copy[first + 14]).isEqualTo(-1f);
      seen.add(Arrays.toString(copy));
    }
    assertThat(seen).hasSize(16);
  }

  @Test
  void noiseHasItsDeviation() {
    RowFacts facts = RowFacts.ofImages(new ImageShape(50, 60, 1));
    float[] copy = Rows.copy(Rows.corruption(facts, new Noise(0.5)), new float[3000], 1);
    double sum = 0;
    double squares = 0;
    for (float x : copy) {
      sum += x;
      squares += x * x;
    }
    assertThat(sum / 3000).isCloseTo(0, within(0.03));
    assertThat(Math.sqrt(squares / 3000)).isCloseTo(0.5, within(0.02));
    assertThat(Rows.copy(Rows.corruption(facts, new Noise(0.5)), new float[3000], 1))
        .containsExactly(copy);
  }

  @Test
  void aShiftRepeatsTheEdge() {
    Corruption augmentation = Rows.augmentation(SMALL, new Shift(1));
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      seen.add(Arrays.toString(Rows.copy(augmentation, Rows.image(6), i)));
    }
    assertThat(seen)
        .hasSize(9)
        .contains("[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]")
        .contains("[1.0, 1.0, 2.0, 1.0, 1.0, 2.0]")
        .contains("[5.0, 6.0, 6.0, 5.0, 6.0, 6.0]");
  }

  @Test
  void flipsWithItsProbability() {
    RowFacts colours = RowFacts.ofImages(new ImageShape(1, 3, 2));
    Corruption augmentation = Rows.augmentation(colours, new Flip(0.25));
    int flipped = 0;
    for (int i = 0; i < 4000; i++) {
      float[] copy = Rows.copy(augmentation, Rows.image(6), i);
      if (copy[0] == 5) {
        assertThat(copy).containsExactly(5, 6, 3, 4, 1, 2);
        flipped++;
      } else {
        assertThat(copy).containsExactly(1, 2, 3, 4, 5, 6);
      }
    }
    assertThat(flipped / 4000.0).isCloseTo(0.25, within(0.03));
  }

  @Test
  void whatCannotBeDoneToTheImagesIsRefused() {
    RowFacts numbers = RowFacts.ofTable(36, List.of());
    for (CorruptionSpec spec :
        List.of(new ShufflePatches(2), new Rotate(1, 2, 0), new CutOut(2, 1, 0), new Shift(1))) {
      assertThatThrownBy(() -> spec.create("task.corruption[0]", numbers))
          .isInstanceOf(StrataException.class)
          .hasMessageContaining("task.image-shape");
    }
    for (CorruptionSpec spec :
        List.of(new ShufflePatches(3), new CutOut(3, 1, 0), new Shift(3), new ShufflePatches(7))) {
      assertThatThrownBy(() -> spec.create("task.corruption[0]", SMALL))
          .isInstanceOf(StrataException.class)
          .hasMessageContaining("at most 2");
    }
  }
}
