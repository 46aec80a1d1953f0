package dev.strata.executor.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class UnitOutputsTest {
  private static final int ROWS = 100;

  /** A constant unit, one that is on in 5 rows, one in 6, and one that is spread out. */
  @Test
  void deadAndSaturatedUnitsAreTold() {
    float[] values = new float[4 * ROWS];
    for (int row = 0; row < ROWS; row++) {
      values[4 * row] = 0.5f;
      values[4 * row + 1] = row < 5 ? 0.5f : 0.01f;
      values[4 * row + 2] = row < 6 ? 0.5f : 0.99f;
      values[4 * row + 3] = row / (float) ROWS;
    }
    UnitOutputs outputs = new UnitOutputs("sigmoid", values, 4);
    assertThat(outputs.deadUnits()).isEqualTo(1);
    assertThat(outputs.dead(0)).isTrue();
    assertThat(outputs.saturatedUnits()).isEqualTo(1);
    assertThat(outputs.saturated(1)).isTrue();
    assertThat(outputs.mean(3)).isCloseTo(0.495, within(1e-6));
    assertThat(outputs.zeros()).isEqualTo(1.0 / 400);
  }

  /** An output of 0 is what a rectified unit is for; it is dead only if it never changes. */
  @Test
  void aRectifiedUnitMayBeZeroInMostRows() {
    float[] values = new float[2 * ROWS];
    values[0] = 3;
    UnitOutputs outputs = new UnitOutputs("relu", values, 2);
    assertThat(outputs.dead(0)).isFalse();
    assertThat(outputs.dead(1)).isTrue();
    assertThat(outputs.saturatedUnits()).isZero();
  }
}
