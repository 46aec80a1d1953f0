package dev.strata.executor.round;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.learner.ParameterLayout;
import dev.strata.executor.learner.ParameterLayout.PooledStatistics;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotFiniteTest {
  private static final int LENGTH = 3 * (1 << 12) + 5;

  @Test
  void finiteNumbersOfEveryMagnitude() {
    StateVector vector = StateVector.zeros(LENGTH);
    float[] some = {
      0f, -0f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -Float.MIN_NORMAL, 1f, -3f
    };
    for (int i = 0; i < LENGTH; i++) {
      vector.set(i, some[i % some.length]);
    }
    assertThat(NotFinite.first(vector)).isEmpty();
    assertThat(NotFinite.first(StateVector.zeros(0))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 8191, LENGTH - 1})
  void theFirstIsFound(int at) {
    float[] faults = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.intBitsToFloat(0xffc01234),
      Float.intBitsToFloat(0x7f800001)
    };
    for (float fault : faults) {
      StateVector vector = StateVector.zeros(LENGTH);
      vector.set(at, fault);
      vector.set(LENGTH - 1, fault);
      assertThat(NotFinite.first(vector)).hasValue(at);
    }
  }

  @Test
  void theLogarithmOfADeviationOfZeroIsNoFault() {
    var layout = new ParameterLayout(10, 0, List.of(new PooledStatistics(2, 4, 2, true)));
    StateVector vector = StateVector.zeros(10);
    vector.set(4, Float.NEGATIVE_INFINITY);
    vector.set(5, Float.NEGATIVE_INFINITY);
    assertThat(NotFinite.first(vector, layout)).isEmpty();
    assertThat(NotFinite.first(vector)).hasValue(4);
    vector.set(5, Float.POSITIVE_INFINITY);
    assertThat(NotFinite.first(vector, layout)).hasValue(5);
    vector.set(5, 0);
    vector.set(2, Float.NEGATIVE_INFINITY);
    assertThat(NotFinite.first(vector, layout)).hasValue(2);
  }
}
