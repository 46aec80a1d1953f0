package dev.strata.executor.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.strata.executor.random.RandomStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class GroupRowsTest {
  private static final int DRAWS = 12_000;

  /** Rows 3, 4, 10, 11, 12, 20 of the groups 7, 2, 7, 2, 7, 9. */
  private final GroupRows rows =
      new GroupRows(new int[] {3, 4, 10, 11, 12, 20}, new int[] {7, 2, 7, 2, 7, 9});

  private final RandomStream random = RandomStream.of(1, 2, 3);

  @Test
  void partnersOfTheSameGroupAreTheOthersAlike() {
    assertThat(shares(i -> rows.same(10, random))).containsOnlyKeys(3, 12);
    assertThat(shares(i -> rows.same(3, random)).get(10)).isCloseTo(0.5, within(0.02));
    assertThat(shares(i -> rows.same(4, random))).containsOnlyKeys(11);
  }

  @Test
  void partnersOfAnotherGroupAreAllItsRowsAlike() {
    Map<Integer, Double> ofLast = shares(i -> rows.different(12, random));
    assertThat(ofLast).containsOnlyKeys(4, 11, 20);
    assertThat(ofLast.values()).allSatisfy(p -> assertThat(p).isCloseTo(1 / 3.0, within(0.02)));
    assertThat(shares(i -> rows.different(20, random))).containsOnlyKeys(3, 4, 10, 11, 12);
    assertThat(shares(i -> rows.different(4, random))).containsOnlyKeys(3, 10, 12, 20);
  }

  @Test
  void aRowAloneInItsGroupHasNoMate() {
    assertThat(rows.summary().groups()).containsExactly(2, 7, 9);
    assertThat(rows.summary().alone()).isEqualTo(1);
    assertThat(rows.hasMate(20)).isFalse();
    assertThat(rows.hasMate(4)).isTrue();
    assertThat(shares(i -> rows.anyWithMate(random))).containsOnlyKeys(3, 4, 10, 11, 12);
  }

  private static Map<Integer, Double> shares(IntUnaryOperator draw) {
    Map<Integer, Double> shares = new TreeMap<>();
    for (int i = 0; i < DRAWS; i++) {
      shares.merge(draw.applyAsInt(i), 1.0 / DRAWS, Double::sum);
    }
    return shares;
  }
}
