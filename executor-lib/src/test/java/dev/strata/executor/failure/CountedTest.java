package dev.strata.executor.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CountedTest {
  @Test
  void oneIsNoPlural() {
    assertThat(Counted.of(1, "epoch")).isEqualTo("1 epoch");
    assertThat(Counted.of(0, "epoch")).isEqualTo("0 epochs");
    assertThat(Counted.of(2, "copy", "copies")).isEqualTo("2 copies");
  }

  @Test
  void theFirstAreNamedAndTheOthersCounted() {
    List<String> names = List.of("a", "b", "c");
    assertThat(Counted.first(names, 3)).isEqualTo("a, b, c");
    assertThat(Counted.first(names, 2)).isEqualTo("a, b and 1 more");
    assertThat(Counted.first(names, 1)).isEqualTo("a and 2 more");
    assertThat(Counted.first(names, 2, "; ")).isEqualTo("a; b; and 1 more");
    assertThat(Counted.first(List.of(), 2)).isEmpty();
  }
}
