package dev.strata.executor.round;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StateVectorPartsTest {
  private static final int CHUNK = StateVector.CHUNK_BYTES / Float.BYTES;

  @Test
  void partsPutTogetherAreTheWholeAlsoOverTheEdgesOfChunks() {
    StateVector whole = StateVector.zeros(CHUNK + 10L);
    for (long i : new long[] {0, 3, CHUNK - 1, CHUNK, CHUNK + 9}) {
      whole.set(i, i + 1);
    }
    StateVector lower = whole.part(0, 4);
    StateVector upper = whole.part(4, CHUNK + 6L);
    assertThat(lower.get(3)).isEqualTo(4f);
    assertThat(upper.length()).isEqualTo(CHUNK + 6L);
    assertThat(upper.get(CHUNK - 5L)).isEqualTo(whole.get(CHUNK - 1L));
    assertThat(upper.get(CHUNK + 5L)).isEqualTo(CHUNK + 10f);
    assertThat(lower.followedBy(upper).chunks()).isDeepEqualTo(whole.chunks());
  }

  @Test
  void emptyPartsAreNeutral() {
    StateVector some = StateVector.of(new float[] {1, 2});
    StateVector none = some.part(2, 0);
    assertThat(none.length()).isZero();
    assertThat(none.followedBy(some).toFloats()).containsExactly(1, 2);
    assertThat(some.followedBy(none).toFloats()).containsExactly(1, 2);
  }
}
