package dev.strata.executor.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ImageResizeTest {
  @Test
  void ofTheSameSizeNothingChanges() {
    double[] image = {1, 2, 3, 4, 5, 6};
    assertThat(new ImageResize(2, 3, 2, 3).apply(image)).containsExactly(image, within(1e-12));
  }

  @Test
  void anEvenImageStaysEvenAtAnySize() {
    double[] image = new double[112 * 92];
    Arrays.fill(image, 7);
    for (int[] size : new int[][] {{28, 28}, {200, 300}, {112, 1}}) {
      double[] resized = new ImageResize(112, 92, size[0], size[1]).apply(image);
      assertThat(resized).hasSize(size[0] * size[1]);
      assertThat(Arrays.stream(resized).map(x -> Math.abs(x - 7)).max().orElseThrow())
          .isLessThan(1e-12);
    }
  }

  @Test
  void halvingWeighsByTheWidenedTriangle() {
    // scale 2: output 0 has its centre at 1, weights of inputs 0, 1, 2: 3/4, 3/4, 1/4, sum 7/4
    double[] halved = new ImageResize(1, 4, 1, 2).apply(new double[] {1, 2, 3, 4});
    assertThat(halved[0]).isCloseTo((3 * 1 + 3 * 2 + 1 * 3) / 7.0, within(1e-12));
    assertThat(halved[1]).isCloseTo((1 * 2 + 3 * 3 + 3 * 4) / 7.0, within(1e-12));
  }

  @Test
  void doublingInterpolatesDownAndAcrossAlike() {
    double[] column = new ImageResize(2, 1, 4, 1).apply(new double[] {0, 4});
    assertThat(column).containsExactly(new double[] {0, 1, 3, 4}, within(1e-12));
    double[] row = new ImageResize(1, 2, 1, 4).apply(new double[] {0, 4});
    assertThat(row).containsExactly(column);
  }

  @Test
  void bytesAreUnsignedAndRounded() {
    byte[] row = new ImageResize(1, 2, 1, 4).apply(new byte[] {(byte) 250, (byte) 255});
    assertThat(row).containsExactly((byte) 250, (byte) 251, (byte) 254, (byte) 255);
  }

  @Test
  void eachChannelIsResizedByItself() {
    ImageResize colours = new ImageResize(3, 4, 2, 3, 3);
    ImageResize grey = new ImageResize(3, 4, 2, 3);
    double[] image = new double[colours.from()];
    for (int i = 0; i < image.length; i++) {
      image[i] = i * i % 17;
    }
    double[] resized = colours.apply(image);
    assertThat(resized).hasSize(2 * 3 * 3);
    for (int channel = 0; channel < 3; channel++) {
      assertThat(every(3, channel, resized)).isEqualTo(grey.apply(every(3, channel, image)));
    }
  }

  private static double[] every(int step, int first, double[] values) {
    double[] chosen = new double[values.length / step];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = values[first + i * step];
    }
    return chosen;
  }

  @Test
  void otherRowsAreRefused() {
    assertThatThrownBy(() -> new ImageResize(2, 2, 1, 1).apply(new double[3]))
        .hasMessageContaining("3 numbers instead of 4");
    assertThatThrownBy(() -> new ImageResize(0, 2, 1, 1)).hasMessageContaining("0 × 2");
  }
}
