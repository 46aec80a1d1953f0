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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Crops and colours of images, by their geometry and equations. */
class ImageAugmentationTest {
  private static final int SIDE = 20;
  private static final RowFacts GREY = RowFacts.ofImages(new ImageShape(SIDE, SIDE, 1));
  private static final RowFacts COLOURS = RowFacts.ofImages(new ImageShape(3, 4, 3));
  private static final double[] LUMA = {0.299, 0.587, 0.114};

  private static float[] colours() {
    float[] row = new float[36];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (0.5 + 0.4 * Math.sin(2.3 * i));
    }
    return row;
  }

  private static double luma(float[] row, int at) {
    return LUMA[0] * row[at] + LUMA[1] * row[at + 1] + LUMA[2] * row[at + 2];
  }

  @Test
  void aCropIsAPartOfThePaddedImageOfItsSize() {
    RowFacts facts = RowFacts.ofImages(new ImageShape(2, 3, 2));
    Corruption crop = Rows.augmentation(facts, new Crop(2, -1));
    float[] image = Rows.image(12);
    float[][] padded = new float[6][14];
    for (float[] line : padded) {
      Arrays.fill(line, -1);
    }
    for (int y = 0; y < 2; y++) {
      System.arraycopy(image, y * 6, padded[y + 2], 4, 6);
    }
    Set<String> possible = new HashSet<>();
    for (int top = 0; top <= 4; top++) {
      for (int left = 0; left <= 4; left++) {
        float[] part = new float[12];
        System.arraycopy(padded[top], left * 2, part, 0, 6);
        System.arraycopy(padded[top + 1], left * 2, part, 6, 6);
        possible.add(Arrays.toString(part));
      }
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      seen.add(Arrays.toString(Rows.copy(crop, image, i)));
    }
    assertThat(seen).isEqualTo(possible);
  }

  /** A plane whose slope tells which part of the image was taken. */
  @Test
  void aResizedCropIsAPartWithinTheImage() {
    float[] across = new float[SIDE * SIDE];
    float[] down = new float[SIDE * SIDE];
    for (int i = 0; i < across.length; i++) {
      across[i] = i % SIDE;
      down[i] = i / SIDE;
    }
    Corruption crop = Rows.augmentation(GREY, new ResizedCrop(0.3, 0.8, 1.5));
    DoubleSummaryStatistics areas = new DoubleSummaryStatistics();
    DoubleSummaryStatistics aspects = new DoubleSummaryStatistics();
    DoubleSummaryStatistics edges = new DoubleSummaryStatistics();
    for (int i = 0; i < 500; i++) {
      float[] x = Rows.copy(crop, across, i);
      float[] y = Rows.copy(crop, down, i);
      int middle = 10 * SIDE + 10;
      double wide = x[middle + 1] - x[middle];
      double high = y[middle + SIDE] - y[middle];
      areas.accept(wide * high);
      aspects.accept(wide / high);
      // The part's left edge, half a pixel of it before its first.
      edges.accept(x[middle] - wide * 10.5 + 0.5);
      edges.accept(y[middle] + high * 9.5 + 0.5 - SIDE);
    }
    assertThat(areas.getMin()).isBetween(0.3 - 1e-4, 0.33);
    assertThat(areas.getMax()).isBetween(0.75, 0.8 + 1e-4);
    assertThat(aspects.getMin()).isBetween(1 / 1.5 - 1e-4, 0.7);
    assertThat(aspects.getMax()).isBetween(1.42, 1.5 + 1e-4);
    assertThat(edges.getMin()).isLessThan(-5);
    assertThat(edges.getMax()).isGreaterThan(5);
    for (int i = 0; i < 500; i++) {
      float[] x = Rows.copy(crop, across, i);
      int middle = 10 * SIDE + 10;
      double wide = x[middle + 1] - x[middle];
      double left = x[middle] - wide * 10.5 + 0.5;
      assertThat(left).isBetween(-1e-3, SIDE * (1 - wide) + 1e-3);
    }
  }

  @Test
  void contrastMovesPixelsFromTheMeanGreyByOneFactor() {
    for (RowFacts facts : List.of(COLOURS, RowFacts.ofImages(new ImageShape(6, 6, 1)))) {
      Corruption jitter = Rows.augmentation(facts, new ColourJitter(0, 0.5, 0, 0));
      float[] row = colours();
      double mean = 0;
      for (int i = 0; i < 36; i++) {
        mean += facts.image().channels() == 3 ? luma(row, i - i % 3) / 36 : row[i] / 36;
      }
      DoubleSummaryStatistics factors = new DoubleSummaryStatistics();
      for (int i = 0; i < 300; i++) {
        float[] copy = Rows.copy(jitter, row, i);
        double factor = (copy[0] - mean) / (row[0] - mean);
        factors.accept(factor);
        for (int j = 0; j < 36; j++) {
          assertThat(copy[j]).isCloseTo((float) (mean + factor * (row[j] - mean)), within(1e-5f));
        }
      }
      assertThat(factors.getMin()).isBetween(0.5 - 1e-5, 0.52);
      assertThat(factors.getMax()).isBetween(1.48, 1.5 + 1e-5);
    }
  }

  @Test
  void saturationMovesColoursFromTheirOwnGrey() {
    Corruption jitter = Rows.augmentation(COLOURS, new ColourJitter(0, 0, 1, 0));
    float[] row = colours();
    for (int i = 0; i < 50; i++) {
      float[] copy = Rows.copy(jitter, row, i);
      double factor = (copy[0] - luma(row, 0)) / (row[0] - luma(row, 0));
      assertThat(factor).isBetween(0.0, 2.0);
      for (int at = 0; at < 36; at += 3) {
        for (int c = 0; c < 3; c++) {
          double grey = luma(row, at);
          assertThat(copy[at + c])
              .isCloseTo((float) (grey + factor * (row[at + c] - grey)), within(1e-5f));
        }
      }
    }
  }

  @Test
  void hueTurnsColoursAboutTheGreyAxis() {
    Corruption jitter = Rows.augmentation(COLOURS, new ColourJitter(0, 0, 0, 0.25));
    float[] row = colours();
    DoubleSummaryStatistics angles = new DoubleSummaryStatistics();
    for (int i = 0; i < 300; i++) {
      float[] copy = Rows.copy(jitter, row, i);
      double first = Double.NaN;
      for (int at = 0; at < 36; at += 3) {
        assertThat(luma(copy, at)).isCloseTo(luma(row, at), within(1e-3));
        double[] before = chroma(row, at);
        double[] after = chroma(copy, at);
        assertThat(Math.hypot(after[0], after[1]))
            .isCloseTo(Math.hypot(before[0], before[1]), within(1e-3));
        double turned = Math.atan2(after[1], after[0]) - Math.atan2(before[1], before[0]);
        double angle = Math.IEEEremainder(turned, 2 * Math.PI);
        first = Double.isNaN(first) ? angle : first;
        assertThat(angle).isCloseTo(first, within(0.02));
      }
      angles.accept(first);
    }
    assertThat(angles.getMin()).isBetween(-Math.PI / 2 - 0.02, -1.45);
    assertThat(angles.getMax()).isBetween(1.45, Math.PI / 2 + 0.02);
  }

  /** The added colours have the covariance {@code Σ (deviation · λᵢ)² pᵢ pᵢ'}. */
  @Test
  void pcaColourAddsOneColourAlongThePrincipalComponents() {
    double[] lambda = {0.2175, 0.0188, 0.0045};
    double[][] p = {
      {-0.5675, 0.7192, 0.4009}, {-0.5808, -0.0045, -0.8140}, {-0.5836, -0.6948, 0.4203}
    };
    Corruption colour = Rows.augmentation(COLOURS, new PcaColour(2));
    double[][] covariance = new double[3][3];
    int count = 4000;
    for (int i = 0; i < count; i++) {
      float[] copy = Rows.copy(colour, colours(), i);
      double[] added = new double[3];
      for (int at = 0; at < 36; at++) {
        double here = copy[at] - colours()[at];
        added[at % 3] = at < 3 ? here : added[at % 3];
        assertThat(here).isCloseTo(added[at % 3], within(1e-6));
      }
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 3; b++) {
          covariance[a][b] += added[a] * added[b] / count;
        }
      }
    }
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b < 3; b++) {
        double expected = 0;
        for (int i = 0; i < 3; i++) {
          expected += 4 * lambda[i] * lambda[i] * p[a][i] * p[b][i];
        }
        assertThat(covariance[a][b]).isCloseTo(expected, within(0.005));
      }
    }
  }

  private static double[] chroma(float[] row, int at) {
    return new double[] {
      0.595716 * row[at] - 0.274453 * row[at + 1] - 0.321263 * row[at + 2],
      0.211456 * row[at] - 0.522591 * row[at + 1] + 0.311135 * row[at + 2]
    };
  }

  static List<CorruptionSpec> nothing() {
    return List.of(
        new Crop(0, 5),
        new ResizedCrop(1, 1, 1),
        new ColourJitter(0, 0, 0, 0),
        new PcaColour(0),
        new Brightness(0),
        new Shift(0),
        new Flip(0),
        new Affine(0, 0, 1, 1, 0),
        new Rotate(0, 0, 0),
        new CutOut(1, 0, 5),
        new Noise(0));
  }

  @ParameterizedTest
  @MethodSource("nothing")
  void ofNoStrengthItChangesNothing(CorruptionSpec spec) {
    Corruption augmentation = Rows.augmentation(COLOURS, spec);
    for (int i = 0; i < 20; i++) {
      assertThat(Rows.copy(augmentation, colours(), i)).containsExactly(colours(), within(1e-6f));
    }
  }

  @ParameterizedTest
  @MethodSource("nothing")
  void suchSettingsAreRefused(CorruptionSpec spec) {
    NetworkProblems problems = new NetworkProblems();
    spec.check("training.augmentation[0]", problems);
    assertThat(problems.none()).isEqualTo(spec instanceof ResizedCrop);
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    NetworkProblems problems = new NetworkProblems();
    new Crop(2, Double.NaN).check("a", problems);
    new ResizedCrop(0.5, 0.4, 0.9).check("b", problems);
    new ResizedCrop(0, 1, 1).check("c", problems);
    new ColourJitter(-0.1, 1.1, 2, 0.6).check("d", problems);
    assertThat(problems.list().stream().map(NetworkProblems.Problem::key))
        .containsExactly(
            "a.value",
            "b.area-to",
            "b.ratio",
            "c.area-from",
            "d.brightness",
            "d.contrast",
            "d.saturation",
            "d.hue");
  }

  @Test
  void rowsThatAreNoSuchImagesAreRefused() {
    RowFacts table = RowFacts.ofTable(9, List.of());
    assertThatThrownBy(
            () ->
                new CorruptionPlan("training.augmentation", List.of(new Crop(1, 0)), table)
                    .augmentation())
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("crop needs images")
        .hasMessageContaining("training.augmentation[0].type")
        .hasMessageContaining("network.image");
    assertThatThrownBy(() -> Rows.augmentation(GREY, new ColourJitter(0, 0, 0, 0.1)))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("grey images have no saturation and hue");
    assertThatThrownBy(() -> Rows.augmentation(GREY, new PcaColour(0.1)))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("pca-colour needs red, green and blue");
    assertThatThrownBy(() -> Rows.augmentation(COLOURS, new Crop(4, 0)))
        .isInstanceOf(StrataException.class)
        .hasMessageContaining("at most 3");
  }
}
