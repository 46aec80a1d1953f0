package dev.strata.driver.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class AxisTest {
  private static List<String> labels(Axis axis) {
    return axis.ticks().stream().map(axis::label).toList();
  }

  @Test
  void stepsAreOneTwoOrFiveTimesAPowerOfTen() {
    assertThat(labels(Axis.linear(0, 2.3, true, 5, 0, 0, 1)))
        .containsExactly("0.0", "0.5", "1.0", "1.5", "2.0", "2.5");
    assertThat(labels(Axis.linear(0, 0.93, true, 5, 0, 0, 1)))
        .containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
    assertThat(labels(Axis.linear(-4, 0.9, true, 5, 0, 0, 1)))
        .containsExactly("-4", "-3", "-2", "-1", "0", "1");
    assertThat(labels(Axis.linear(28_100, 37_900, true, 5, 0, 0, 1)))
        .containsExactly("28,000", "30,000", "32,000", "34,000", "36,000", "38,000");
    assertThat(labels(Axis.linear(1.1e6, 2.9e6, true, 5, 0, 0, 1)))
        .containsExactly("1.0 M", "1.5 M", "2.0 M", "2.5 M", "3.0 M");
  }

  @Test
  void anAxisThatIsNotRoundedSpansItsValues() {
    Axis axis = Axis.linear(1, 400, false, 6, 0, 100, 499);

    assertThat(labels(axis)).containsExactly("100", "200", "300", "400");
    assertThat(axis.place(1)).isEqualTo(100);
    assertThat(axis.place(400)).isEqualTo(499);
    assertThat(axis.place(201)).isCloseTo(300, within(1e-9));
  }

  @Test
  void oneValueHasAnAxisToo() {
    assertThat(Axis.linear(0.5, 0.5, true, 5, 0, 0, 1).ticks()).hasSizeGreaterThan(1);
    assertThat(Axis.linear(0, 0, true, 5, 0, 0, 1).place(0)).isEqualTo(0.5);
    assertThat(Axis.linear(-2, -2, true, 5, 0, 0, 1).place(-2)).isBetween(0.0, 1.0);
  }

  @Test
  void whatIsCountedHasWholeSteps() {
    assertThat(labels(Axis.linear(1, 4, false, 6, 1, 0, 1))).containsExactly("1", "2", "3", "4");
    assertThat(labels(Axis.linear(1, 1, false, 6, 1, 0, 1))).containsExactly("1");
    assertThat(Axis.linear(1, 1, false, 6, 1, 0, 1).place(1)).isEqualTo(0.5);
  }

  @Test
  void powersOfTenWhereValuesSpanMany() {
    Axis axis = Axis.logarithmic(0.02, 900, 0, 5);

    assertThat(labels(axis)).containsExactly("0.01", "0.1", "1", "10", "100", "1,000");
    assertThat(axis.place(10)).isCloseTo(3, within(1e-9));
  }

  @Test
  void whatLiesBeyondTheAxisIsDrawnAtItsEnd() {
    Axis axis = Axis.linear(0, 10, true, 5, 0, 0, 100);

    assertThat(axis.place(-5)).isZero();
    assertThat(axis.place(1e9)).isEqualTo(100);
  }

  @Test
  void verySmallNumbersHaveAnExponent() {
    assertThat(labels(Axis.linear(0, 4e-5, true, 4, 0, 0, 1)))
        .containsExactly("0.00000", "1e-5", "2e-5", "3e-5", "4e-5");
  }
}
