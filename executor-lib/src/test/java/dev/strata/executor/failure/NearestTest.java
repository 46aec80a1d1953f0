package dev.strata.executor.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> KNOWN = List.of("epochs", "workers", "batch-size");

  @Test
  void findsTheLeastDistance() {
    assertThat(Nearest.to("epoch", KNOWN)).contains("epochs");
    assertThat(Nearest.to("wrokers", KNOWN)).contains("workers");
    assertThat(Nearest.to("batch_size", KNOWN)).contains("batch-size");
    assertThat(Nearest.to("zzz", KNOWN)).isEmpty();
  }

  @Test
  void distanceCountsInsertionDeletionSubstitutionAndSwap() {
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    assertThat(Nearest.distance("abc", "abc")).isZero();
    assertThat(Nearest.distance("abc", "acb")).isEqualTo(1);
    assertThat(Nearest.distance("abc", "abxc")).isEqualTo(1);
    assertThat(Nearest.distance("abc", "xbc")).isEqualTo(1);
  }
}
