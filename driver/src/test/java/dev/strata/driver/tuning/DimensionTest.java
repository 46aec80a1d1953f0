package dev.strata.driver.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DimensionTest {
  private static final int DRAWS = 3000;

  private static Dimension.Interval range(
      double min, double max, boolean logarithmic, boolean integer) {
    return new Dimension.Interval("key", min, max, logarithmic, integer, 4);
  }

  @Test
  void drawsAreUniformInTheLogarithm() {
    Dimension.Interval rate = range(1e-4, 0.1, true, false);
    int below = 0;
    for (int i = 0; i < DRAWS; i++) {
      double value = Double.parseDouble(rate.value((i + 0.5) / DRAWS));
      assertThat(value).isBetween(1e-4, 0.1);
      below += value < 1e-3 ? 1 : 0;
    }
    assertThat((double) below / DRAWS).isEqualTo(1.0 / 3, within(0.01));
  }

  @Test
  void integersHaveTheSameRoom() {
    Dimension.Interval count = range(1, 4, false, true);
    Map<String, Integer> found = new TreeMap<>();
    for (int i = 0; i < DRAWS; i++) {
      found.merge(count.value((i + 0.5) / DRAWS), 1, Integer::sum);
    }
    assertThat(found).containsOnlyKeys("1", "2", "3", "4");
    assertThat(found.values()).allMatch(n -> Math.abs(n - DRAWS / 4) <= 1);
  }

  @Test
  void placesAreWhereTheValuesWereDrawn() {
    for (Dimension.Interval one :
        new Dimension.Interval[] {
          range(0, 0.5, false, false), range(1e-4, 1, true, false), range(16, 512, true, true)
        }) {
      for (double place = 0; place <= 1; place += 0.05) {
        double again = one.place(Double.parseDouble(one.value(place)));
        assertThat(again).isEqualTo(place, within(0.02));
      }
    }
  }

  @Test
  void endsAreValues() {
    assertThat(range(16, 512, true, true).value(0)).isEqualTo("16");
    assertThat(range(16, 512, true, true).value(1)).isEqualTo("512");
    assertThat(range(0, 0.5, false, false).value(0)).isEqualTo("0.0");
    assertThat(range(1e-4, 0.03, true, false).value(1)).isEqualTo("0.03");
  }

  @Test
  void gridsHaveBothEndsAndNoValueTwice() {
    assertThat(range(0.001, 1, true, false).grid()).containsExactly("0.001", "0.01", "0.1", "1.0");
    assertThat(range(1, 3, false, true).grid()).containsExactly("1", "2", "3");
    assertThat(range(0, 3, false, false).grid()).containsExactly("0.0", "1.0", "2.0", "3.0");
  }
}
