package dev.strata.executor.layer;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Where the windows of fractional pooling begin. */
class WindowStartsTest {
  @Test
  void startsFollowTheFormula() {
    // α = (10 − 2) / (7 − 1) = 4/3
    assertThat(WindowStarts.of(10, 2, 7, 0)).containsExactly(0, 1, 2, 4, 5, 6, 8);
    // floor(4/3 (i + 0.5)) − floor(2/3)
    assertThat(WindowStarts.of(10, 2, 7, 0.5)).containsExactly(0, 2, 3, 4, 6, 7, 8);
    // floor(4/3 (i + 0.9)) − 1
    assertThat(WindowStarts.of(10, 2, 7, 0.9)).containsExactly(0, 1, 2, 4, 5, 6, 8);
    assertThat(WindowStarts.of(5, 3, 1, 0.3)).containsExactly(2);
    assertThat(WindowStarts.of(8, 2, 4, 0.7)).containsExactly(0, 2, 4, 6);
  }

  @Property
  void neighboursAreTheFloorOfTheirMeanDistanceApartOrOneMore(
      @ForAll @IntRange(min = 2, max = 60) int windows,
      @ForAll @IntRange(min = 1, max = 5) int window,
      @ForAll @IntRange(min = 0, max = 70) int more,
      @ForAll @DoubleRange(min = 0, max = 0.99) double u) {
    int pixels = windows + window - 1 + more;
    int[] starts = WindowStarts.of(pixels, window, windows, u);
    assertThat(starts[0]).isZero();
    assertThat(starts[windows - 1]).isEqualTo(pixels - window);
    int least = (pixels - window) / (windows - 1);
    for (int i = 1; i < windows; i++) {
      assertThat(starts[i] - starts[i - 1]).isBetween(least, least + 1);
    }
  }
}
