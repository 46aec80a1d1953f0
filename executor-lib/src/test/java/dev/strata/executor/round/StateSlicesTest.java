package dev.strata.executor.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateSlicesTest {
  @ParameterizedTest
  @CsvSource({"10, 20, 4, 8", "8, 0, 4, 2", "1, 1, 100, 2", "9, 3, 3, 4", "7, 7, 7, 2"})
  void slicesAreTheWhole(long parameters, long optimizerState, long length, int count) {
    StateSlices slices = new StateSlices(parameters, optimizerState, length);
    StateVector p = vector(parameters, 1);
    StateVector s = vector(optimizerState, 1000);
    assertThat(slices.count()).isEqualTo(count);
    List<StateVector> cut = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      StateVector slice = slices.cut(number, p, s);
      assertThat(slice.length()).isBetween(1L, length);
      cut.add(slice);
    }
    assertThat(slices.parameters(cut).toFloats()).isEqualTo(p.toFloats());
    assertThat(slices.optimizerState(cut).toFloats()).isEqualTo(s.toFloats());
  }

  /** Each worker keeps its optimizer state: there is nothing to average. */
  @Test
  void anEmptyOptimizerStateHasEmptySlices() {
    StateSlices slices = new StateSlices(5, 10, 4);
    StateVector none = StateVector.zeros(0);
    List<StateVector> cut = new ArrayList<>();
    for (int number = 0; number < slices.count(); number++) {
      cut.add(slices.cut(number, vector(5, 1), none));
    }
    assertThat(slices.parameters(cut).length()).isEqualTo(5);
    assertThat(slices.optimizerState(cut).length()).isZero();
  }

  @Test
  void sizesSuitTheNumberOfWorkers() {
    assertThat(StateSlices.of(5_000_000, 0, 4).count()).isEqualTo(4);
    assertThat(StateSlices.of(5_000_000, 10_000_000, 16).count()).isBetween(16, 18);
    assertThat(StateSlices.of(100, 200, 16).count()).isEqualTo(2);
    assertThat(StateSlices.of(100_000_000, 0, 1).length()).isEqualTo(1 << 24);
  }

  private static StateVector vector(long length, float from) {
    StateVector vector = StateVector.zeros(length);
    for (int i = 0; i < length; i++) {
      vector.set(i, from + i);
    }
    return vector;
  }
}
