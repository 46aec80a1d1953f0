package dev.strata.executor.corruption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.failure.NetworkProblems;
import dev.strata.executor.failure.StrataException;
import dev.strata.executor.preprocess.ImageShape;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Images that are cut, turned and moved. */
class ImageCorruptionTest {
  /** 2 × 3 pixels: 1 2 3 above 4 5 6. */
  private static final RowFacts SMALL = RowFacts.ofImages(new ImageShape(2, 3, 1));

  private static final int SIDE = 21;
  private static final float MIDDLE = 10;

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

  /** The inverse of the map, of a slope along x: away from the edge all is linear. */
  @Test
  void anAffineMapScalesShearsTurnsAndMovesASlope() {
    RowFacts facts = RowFacts.ofImages(new ImageShape(SIDE, SIDE, 1));
    float[] slope = new float[SIDE * SIDE];
    for (int i = 0; i < slope.length; i++) {
      slope[i] = i % SIDE - MIDDLE;
    }
    for (int i = 0; i < 50; i++) {
      double[] scaled =
          plane(Rows.copy(Rows.augmentation(facts, new Affine(0, 0, 2, 2, 0)), slope, i));
      assertThat(scaled).containsExactly(new double[] {0.5, 0, 0}, within(1e-5));
      double[] sheared =
          plane(Rows.copy(Rows.augmentation(facts, new Affine(0, 0, 1, 1, 20)), slope, i));
      assertThat(sheared[0]).isCloseTo(1, within(1e-5));
      assertThat(Math.abs(sheared[1])).isBetween(0.0, Math.tan(Math.toRadians(20)) + 1e-5);
      assertThat(sheared[2]).isCloseTo(0, within(1e-5));
      double[] turned =
          plane(Rows.copy(Rows.augmentation(facts, new Affine(30, 0, 1, 1, 0)), slope, i));
      assertThat(Math.hypot(turned[0], turned[1])).isCloseTo(1, within(1e-5));
      assertThat(turned[0]).isGreaterThan(Math.cos(Math.toRadians(30)) - 1e-5);
      double[] moved =
          plane(Rows.copy(Rows.augmentation(facts, new Affine(0, 0.1, 1, 1, 0)), slope, i));
      assertThat(moved[0]).isCloseTo(1, within(1e-5));
      assertThat(moved[1]).isCloseTo(0, within(1e-5));
      assertThat(Math.abs(moved[2])).isLessThanOrEqualTo(0.1 * SIDE + 1e-5);
    }
  }

  /** Slopes along x and y, and the value in the middle, of what must be a plane near the middle. */
  private static double[] plane(float[] image) {
    int middle = (int) MIDDLE;
    float[] near = new float[9];
    for (int i = 0; i < near.length; i++) {
      near[i] = image[(middle + i / 3 - 1) * SIDE + middle + i % 3 - 1];
    }
    double alongX = (near[5] - near[3]) / 2;
    double alongY = (near[7] - near[1]) / 2;
    for (int i = 0; i < near.length; i++) {
      double expected = near[4] + alongX * (i % 3 - 1) + alongY * (i / 3 - 1);
      assertThat((double) near[i]).isCloseTo(expected, within(1e-5));
    }
    return new double[] {alongX, alongY, near[4]};
  }

  @Test
  void affineAmountsCoverTheirRanges() {
    RowFacts facts = RowFacts.ofImages(new ImageShape(SIDE, SIDE, 1));
    float[] slope = new float[SIDE * SIDE];
    for (int i = 0; i < slope.length; i++) {
      slope[i] = i % SIDE - MIDDLE;
    }
    DoubleSummaryStatistics scales = new DoubleSummaryStatistics();
    DoubleSummaryStatistics moves = new DoubleSummaryStatistics();
    for (int i = 0; i < 300; i++) {
      scales.accept(
          1
              / plane(Rows.copy(Rows.augmentation(facts, new Affine(0, 0, 0.8, 1.5, 0)), slope, i))[
                  0]);
      moves.accept(
          plane(Rows.copy(Rows.augmentation(facts, new Affine(0, 0.2, 1, 1, 0)), slope, i))[2]);
    }
    assertThat(scales.getMin()).isBetween(0.8 - 1e-5, 0.82);
    assertThat(scales.getMax()).isBetween(1.48, 1.5 + 1e-5);
    assertThat(moves.getMin()).isBetween(-0.2 * SIDE - 1e-5, -0.19 * SIDE);
    assertThat(moves.getMax()).isBetween(0.19 * SIDE, 0.2 * SIDE + 1e-5);
  }

  @Test
  void anAffineMapThatChangesNothingIsRefused() {
    NetworkProblems problems = new NetworkProblems();
    new Affine(0, 0, 1, 1, 0).check("task.corruption[0]", problems);
    new Affine(10, 0, 1.5, 1, 0).check("task.corruption[1]", problems);
    new Affine(10, 0, 1, 1, 90).check("task.corruption[2]", problems);
    assertThat(problems.list().stream().map(NetworkProblems.Problem::key))
        .containsExactly(
            "task.corruption[0].degrees",
            "task.corruption[1].scale-to",
            "task.corruption[2].shear");
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
  void brightnessIsOneFactorWithinItsBounds() {
    Corruption corruption = Rows.corruption(SQUARE, new Brightness(0.3));
    float[] image = Rows.image(36);
    DoubleSummaryStatistics factors = new DoubleSummaryStatistics();
    for (int i = 0; i < 300; i++) {
      float[] copy = Rows.copy(corruption, image, i);
      factors.accept(copy[0]);
      for (int j = 0; j < 36; j++) {
        assertThat(copy[j]).isCloseTo(copy[0] * image[j], within(1e-4f));
      }
    }
    assertThat(factors.getMin()).isBetween(0.7 - 1e-6, 0.71);
    assertThat(factors.getMax()).isBetween(1.29, 1.3 + 1e-6);
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
        List.of(
            new ShufflePatches(2),
            new Rotate(1, 2, 0),
            new Affine(10, 0, 1, 1, 0),
            new CutOut(2, 1, 0),
            new Shift(1))) {
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
